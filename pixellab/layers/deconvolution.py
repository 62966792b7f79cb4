"""From a vector to a map: the deconvolutional network m of a spatial condition (Gated paper, section 2.3)."""

from __future__ import annotations

import math

from torch import Tensor, nn

SMALLEST = 4
"""The first deconvolution makes a map of at most so many pixels a side; each further one doubles it."""


class Deconvolution(nn.Module):
    """s = m(h): h, as a picture of one pixel, grows to H×W by deconvolutions with ReLUs between them.

    Args:
        from_features: length of h.
        features: of the map, and of all maps on the way.
        height, width: of the map, in pixels.
    """

    def __init__(self, from_features: int, features: int, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width
        doublings = max(0, math.ceil(math.log2(max(height, width) / SMALLEST)))
        start = math.ceil(height / 2**doublings), math.ceil(width / 2**doublings)
        layers: list[nn.Module] = [nn.ConvTranspose2d(from_features, features, start)]
        for _ in range(doublings):
            layers += [nn.ReLU(), nn.ConvTranspose2d(features, features, 4, stride=2, padding=1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, h: Tensor) -> Tensor:
        """(B, from_features) → (B, features, H, W)."""
        return self.layers(h[:, :, None, None])[:, :, : self.height, : self.width]
