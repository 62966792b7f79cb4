"""The biasing process of a conditional PixelRNN (PixelRNN paper, section 3.6)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Biasing(nn.Module):
    """What a conditioning map adds to the input-to-state map of each layer: a 1x1 convolution, not masked.

    Nothing of the picture to be drawn is in that map, so every colour may read all of it.

    Args:
        from_features: c, of the conditioning map.
        gate_features: of the input-to-state map: 4h, for each direction.
        layers: how many layers there are.
    """

    def __init__(self, from_features: int, gate_features: int, layers: int) -> None:
        super().__init__()
        convolutions = [nn.Conv2d(from_features, gate_features, 1, bias=False) for _ in range(layers)]
        self.convolutions = nn.ModuleList(convolutions)

    def forward(self, conditioning: Tensor) -> list[Tensor]:
        """(B, c, H, W) → for each layer, (B, gate_features, H, W)."""
        return [convolution(conditioning) for convolution in self.convolutions]


class BiasingStream:
    """The biases of all layers, row by row: the maps themselves would take more memory than all other caches."""

    def __init__(self, biasing: Biasing, conditioning: Tensor) -> None:
        self.biasing, self.conditioning = biasing, conditioning
        self.weight = torch.stack([layer.weight[:, :, 0, 0].T for layer in biasing.convolutions])

    def above(self, rows: int, copies: int) -> list[Tensor]:
        """For each layer, the bias of the first rows, (B/copies, gate_features, rows, W): `Streaming.prefill`."""
        return self.biasing(self.conditioning[::copies, :, :rows])

    def row(self, row: int) -> Tensor:
        """(L, B, W, gate_features) the biases of a row."""
        return torch.einsum("bcw,lcg->lbwg", self.conditioning[:, :, row], self.weight)

    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``."""
        self.conditioning = self.conditioning[index]
