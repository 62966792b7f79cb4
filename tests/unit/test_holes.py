"""The holes that are a word away."""

from __future__ import annotations

import pytest

from pixellab import holes

SIZES = [(28, 28), (5, 9), (9, 5)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_halves(height: int, width: int) -> None:
    lower, top, right = (holes.preset(name, height, width) for name in ("lower-half", "top-half", "right-half"))
    assert (lower ^ top).all()
    assert lower[(height + 1) // 2 :].all()
    assert not lower[: height // 2].any()
    assert right[:, (width + 1) // 2 :].all()
    assert not right[:, : width // 2].any()


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_shapes(height: int, width: int) -> None:
    found = {name: holes.preset(name, height, width) for name in holes.PRESETS}
    assert all(hidden.shape == (height, width) and hidden.any() for hidden in found.values())
    assert found["everything"].all()
    assert (found["centre"] == found["centre"][::-1, ::-1]).all()
    assert not found["centre"][[0, -1]].any()
    assert found["scratch"][0, -1]
    assert found["scratch"][-1, 0]
    assert not found["scratch"][0, 0]


def test_a_rectangle_counts_both_ends() -> None:
    hidden = holes.rectangle("8-19:4-23", 28, 28)
    assert hidden.sum() == 12 * 20
    assert hidden[8, 4]
    assert hidden[19, 23]
    assert holes.rectangle("0:0", 3, 3).sum() == 1
