"""Maps that grow: their size, and that fresh ones tell their inputs apart everywhere."""

from __future__ import annotations

import pytest
import torch

from pixellab.layers.deconvolution import Deconvolution, Upsampling


@pytest.mark.parametrize(("height", "width"), [(28, 28), (5, 9), (9, 5), (3, 3), (32, 32), (1, 7)])
def test_a_vector_becomes_a_map_of_the_asked_size(height: int, width: int) -> None:
    assert Deconvolution(7, 3, height, width)(torch.eye(7)).shape == (7, 3, height, width)


def test_a_fresh_map_says_what_h_says() -> None:
    """Else the weights behind it have next to nothing to learn from."""
    torch.manual_seed(0)
    with torch.no_grad():
        s = Deconvolution(26, 24, 28, 28)(torch.eye(26))
        growing = Upsampling(1, 24, 4)(torch.randint(2, (26, 1, 7, 7)) * 2.0 - 1, 28, 28)
    for made in (s, growing):
        assert 0.1 < made.std(0).mean() < 1.5
        assert made.std(0).mean(0).min() > 0.01  # At every pixel, over the features; least at the border.
