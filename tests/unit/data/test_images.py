from __future__ import annotations

import numpy as np
import pytest

from pixellab.data import Images


def made(**changes: object) -> Images:
    given = {
        "x": np.zeros((4, 1, 3, 5), np.uint8),
        "labels": np.array([0, 1, 2, 1], np.uint8),
        "name": "mnist",
        "split": "test",
        "levels": 2,
        "classes": ("a", "b", "c"),
    }
    return Images(**(given | changes))


def test_it_says_what_it_holds():
    assert repr(made()) == "<Images mnist test: 4 of 1×3×5, 2 levels, 3 classes>"
    assert "no labels" in repr(made(labels=None, classes=()))
    assert len(made()) == 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x": np.zeros((4, 3, 5), np.uint8)}, r"\(N, C, H, W\)"),
        ({"x": np.zeros((4, 1, 3, 5))}, "uint8"),
        ({"x": np.full((4, 1, 3, 5), 2, np.uint8)}, "2 levels end at 1"),
        ({"levels": 257}, "levels must lie"),
        ({"levels": 1}, "levels must lie"),
        ({"labels": np.zeros(3, np.uint8)}, "labels must be"),
        ({"labels": np.zeros(4, np.int64)}, "labels must be"),
        ({"labels": np.full(4, 3, np.uint8)}, "there are 3 classes"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(changes: dict, words: str):
    with pytest.raises(ValueError, match=words):
        made(**changes)


def test_no_images_are_images():
    assert len(made(x=np.zeros((0, 1, 3, 5), np.uint8), labels=None)) == 0


def test_places_lie_in_the_grid_and_go_along() -> None:
    x, labels = np.arange(3, dtype=np.uint8).reshape(3, 1, 1, 1), np.array([1, 0, 1], np.uint8)
    places = np.array([[0, 1], [1, 0], [1, 2]], np.uint8)
    images = Images(x, labels, "mnist", "test", 4, "", ("a", "b"), places, (2, 3))
    some = images.part(np.array([2, 0]))
    assert (some.x.ravel().tolist(), some.labels.tolist(), some.places.tolist()) == ([2, 0], [1, 1], [[1, 2], [0, 1]])
    assert (some.name, some.levels, some.classes, some.grid) == ("mnist", 4, ("a", "b"), (2, 3))
    bare = Images(x, None, "mnist", "test", 4).part(np.array([1]))
    assert bare.labels is None
    assert bare.places is None
    with pytest.raises(ValueError, match="grid of 2×2 cells; some lie outside"):
        Images(x, labels, "mnist", "test", 4, "", ("a", "b"), places, (2, 2))
    with pytest.raises(ValueError, match=r"places must be uint8 \(3, 2\)"):
        Images(x, labels, "mnist", "test", 4, "", ("a", "b"), places[:2], (2, 3))
