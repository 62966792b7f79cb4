"""Small digits in places: the rule, spot by spot, and what is read off a picture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pixellab.data import placed


def test_half_the_size_is_the_mean_of_four_and_a_threshold() -> None:
    grey = np.zeros((1, 1, 4, 4), np.uint8)
    grey[0, 0, :2, :2] = [[80, 80], [80, 80]]
    grey[0, 0, :2, 2:] = [[255, 64], [0, 0]]
    grey[0, 0, 2:, :2] = [[255, 255], [255, 255]]
    grey[0, 0, 2:, 2:] = [[255, 65], [0, 0]]
    assert placed.shrink(grey)[0, 0].tolist() == [[True, False], [True, True]]


@pytest.mark.parametrize("length", range(1, 12))
def test_every_spot_of_a_cell_is_reached_and_no_other(length: int) -> None:
    """By counting: those at which the drawing is whole and its centre in the cell, all equally often."""
    reached = [
        [placed._spot(length, np.uint64(cell), np.uint64(second)) for second in range(420)] for cell in range(4)
    ]
    for cell, spots in enumerate(reached):
        whole = [spot for spot in range(28 - length + 1) if 7 * cell <= spot + length / 2 < 7 * cell + 7]
        assert sorted(set(spots)) == whole
        if 420 % len(whole) == 0:
            assert len({spots.count(spot) for spot in whole}) == 1
    assert all(max(a) < min(b) for a, b in pairwise(reached))


def test_a_drawing_is_moved_and_nothing_else(random: np.random.Generator) -> None:
    ink = random.random((200, 1, 14, 14)) < 0.05
    ink[:, 0, 3, 4] = True
    ink[:, 0, :, 11:] = ink[:, 0, 11:] = False
    x = placed.place(ink, 5)
    assert x.shape == (200, 1, 28, 28)
    for drawing, picture in zip(ink[:, 0], x[:, 0], strict=True):
        cut = [a[np.ix_(a.any(1).nonzero()[0], a.any(0).nonzero()[0])] for a in (drawing, picture != 0)]
        assert np.array_equal(*cut)
        assert drawing.sum() == picture.sum()


def test_the_places_are_fixed_by_the_seed_and_even() -> None:
    ink = np.ones((4000, 1, 3, 3), bool)
    x = placed.place(ink, 1)
    assert np.array_equal(x[:100], placed.place(ink[:100], 1))
    assert not np.array_equal(x, placed.place(ink, 2))
    counts = np.bincount(placed.cells(x) @ [4, 1], minlength=16)
    assert abs(counts - 250).max() < 80
    # Fixed for ever: these are the first places of seed 1.
    assert placed.cells(x[:6]).tolist() == [[0, 3], [2, 1], [3, 2], [3, 3], [0, 0], [2, 3]]


def test_the_data_lie_where_they_say() -> None:
    x = placed.place(np.ones((500, 1, 11, 4), bool), 3)
    cells = placed.cells(x)
    assert placed.lands(x, cells).all()
    assert not placed.lands(x, (cells + 1) % 4).any()
    assert not placed.lands(x, cells[:, ::-1])[cells[:, 0] != cells[:, 1]].any()


@pytest.mark.parametrize(
    ("top", "bottom", "cell", "tolerance", "there"),
    [
        (5, 9, 1, 0, True),  # its centre is at 7.0
        (5, 8, 0, 0, True),  # 6.5
        (5, 8, 1, 0, False),
        (5, 8, 1, 0.5, True),
        (12, 16, 1, 0, False),  # 14.0
        (12, 16, 1, 0.5, True),
        (13, 17, 1, 1, False),  # 15.0
    ],
)
def test_the_centre_decides(top: int, bottom: int, cell: int, tolerance: float, there: bool) -> None:
    x = np.zeros((1, 1, 28, 28), np.uint8)
    x[0, 0, top:bottom, 3] = 1
    assert placed.lands(x, np.array([[cell, 0]]), tolerance).tolist() == [there]
    assert placed.lands(x.transpose(0, 1, 3, 2), np.array([[0, cell]]), tolerance).tolist() == [there]


def test_nothing_lies_nowhere() -> None:
    empty = np.zeros((2, 1, 28, 28), np.uint8)
    assert not placed.lands(empty, np.zeros((2, 2), int), 5).any()
