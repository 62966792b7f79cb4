"""What the player shows of a pixel's context is the geometry of the network, at every pixel."""

from __future__ import annotations

import numpy as np
import pytest

from pixellab import fields
from pixellab.configurations import configuration
from pixellab.ui.player import ABOVE, ROW, relative_field


@pytest.mark.parametrize("architecture", ["pixelcnn", "gated_pixelcnn"])
@pytest.mark.parametrize(("height", "width"), [(7, 9), (9, 5)])
def test_one_relative_field_holds_for_every_pixel(architecture: str, height: int, width: int) -> None:
    given = configuration(architecture, height=height, width=width, layers=2, first_kernel=3)
    field = relative_field(given)
    for row in range(height):
        for column in range(width):
            cut = field[height - 1 - row :, width - 1 - column : 2 * width - 1 - column]
            expected = fields.seen(given, row, column)
            assert np.array_equal(cut != 0, expected[: row + 1]), (row, column)
            assert set(np.unique(cut[:-1])) <= {0, ABOVE}
            assert set(np.unique(cut[-1])) <= {0, ROW}
