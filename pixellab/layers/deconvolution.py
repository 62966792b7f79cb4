"""Maps that grow by deconvolutions: from a vector (Gated paper, 2.3), or from a small picture (PixelRNN paper, 3.6)."""

from __future__ import annotations

import math

from torch import Tensor, nn

SMALLEST = 4
"""From a vector, the first deconvolution makes a map of at most so many pixels a side."""


def doublings(features: int, count: int) -> list[nn.Module]:
    """ReLU and deconvolution, ``count`` times: each makes a map twice as high and wide."""
    # A value of the larger map is the sum of 2x2 of the 4x4 weights, over all features.
    spread = math.sqrt(2 / (4 * features))
    grow = [nn.ConvTranspose2d(features, features, 4, stride=2, padding=1) for _ in range(count)]
    return [module for one in grow for module in (nn.ReLU(), _begun(one, spread))]


def _begun(deconvolution: nn.ConvTranspose2d, spread: float) -> nn.ConvTranspose2d:
    """With the usual first weights, differences would shrink to a fifth at each doubling, and hardly be learnt from."""
    nn.init.normal_(deconvolution.weight, std=spread)
    nn.init.zeros_(deconvolution.bias)
    return deconvolution


class Deconvolution(nn.Module):
    """s = m(h): h, as a picture of one pixel, grows to H×W.

    Args:
        from_features: length of h.
        features: of the map, and of all maps on the way.
        height, width: of the map, in pixels.
    """

    def __init__(self, from_features: int, features: int, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width
        count = max(0, math.ceil(math.log2(max(height, width) / SMALLEST)))
        start = math.ceil(height / 2**count), math.ceil(width / 2**count)
        # h is a one or two among zeros: each of its entries is to be seen.
        first = _begun(nn.ConvTranspose2d(from_features, features, start), 0.5)
        self.layers = nn.Sequential(first, *doublings(features, count))

    def forward(self, h: Tensor) -> Tensor:
        """(B, from_features) → (B, features, H, W)."""
        return self.layers(h[:, :, None, None])[:, :, : self.height, : self.width]


class Upsampling(nn.Module):
    """The upsampling process: a small picture grows to a map of features.

    Args:
        from_features: colours of the picture.
        features: c, of the map, and of all maps on the way.
        factor: how many times higher and wider it becomes, a power of 2.
    """

    def __init__(self, from_features: int, features: int, factor: int) -> None:
        super().__init__()
        first = nn.Conv2d(from_features, features, 3, padding=1)
        self.layers = nn.Sequential(first, *doublings(features, int(math.log2(factor))))

    def forward(self, small: Tensor, height: int, width: int) -> Tensor:
        """(B, C, h, w) → (B, features, H, W), where H ≤ factor·h and W ≤ factor·w."""
        return self.layers(small)[:, :, :height, :width]
