"""Maps that are moved down."""

import torch

from pixellab.layers.shift import shift_down


def test_shift_down_moves_rows_and_nothing_else():
    x = torch.arange(1.0, 13).view(1, 1, 3, 4)
    assert shift_down(x)[0, 0].tolist() == [[0] * 4, *x[0, 0, :2].tolist()]
