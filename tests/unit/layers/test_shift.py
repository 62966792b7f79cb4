"""Skewed maps: what diagonals become, and the way back."""

from __future__ import annotations

import pytest
import torch

from pixellab.layers.shift import shift_down, skew, unskew

SIZES = [(5, 9), (9, 5), (4, 4), (1, 6), (6, 1)]


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_unskew_brings_a_skewed_map_back(height, width):
    x = torch.arange(height * width * 2).view(height, width, 2)
    assert torch.equal(unskew(skew(x), height, width), x)


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_columns_of_the_skewed_map_are_diagonals(height, width):
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    skewed = skew(torch.stack([rows, columns], dim=2))
    assert len(skewed) == height + width - 1, "as wide as the paper's map of n x (2n - 1)"
    for s, column in enumerate(skewed):
        assert (column.sum(dim=1) == s).all()
        assert column[:, 0].tolist() == sorted(column[:, 0].tolist())


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_equals_rows_that_are_offset_in_a_wide_map(height, width):
    """The picture of Figure 3: row i stands i places to the right."""
    x = torch.arange(1, height * width + 1).view(height, width)
    wide = torch.zeros(height, height + width - 1, dtype=torch.int64)
    for i in range(height):
        wide[i, i : i + width] = x[i]
    for s, column in enumerate(skew(x)):
        assert column.tolist() == wide[:, s][wide[:, s] > 0].tolist()


def test_shift_down_moves_rows_and_nothing_else():
    x = torch.arange(1.0, 13).view(1, 1, 3, 4)
    assert shift_down(x)[0, 0].tolist() == [[0] * 4, *x[0, 0, :2].tolist()]
