"""The other right Gated PixelCNN, as some read the paper: its first vertical kernel leaves out its own row.

The map of row i is then made of rows above i, and serves row i without being moved. In later layers the whole row i of
that map is past, and is read; a wedge would stay hidden without it.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from pixellab.layers.gated import GatedLayer
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.teaching.mistakes import TeachingConfiguration
from pixellab.teaching.naive import Unstreamed


class RowsAboveLayer(GatedLayer):
    """A gated layer whose vertical kernel stops above its own row."""

    def rows(self, vertical: Tensor) -> Tensor:
        """The vertical convolution: (B, from_features, H, W) → (B, 2F, H, W), from rows i-k//2 … i-1."""
        reach = self.kernel // 2
        above = self.vertical.weight[:, :, :reach]
        return F.conv2d(F.pad(vertical, (0, 0, reach, -1)), above, self.vertical.bias, padding=(0, reach))


class MaskedFirst(Unstreamed, GatedPixelCNN):
    """The other right Gated PixelCNN: the first vertical kernel stops above its own row, and nothing is moved down."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        self.layers[0] = RowsAboveLayer("A", c.channels, c.features, c.first_kernel, c.channels)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        h = self.embed(condition, inputs)
        vertical, horizontal, skips = inputs, inputs, []
        for layer in self.layers:
            vertical, horizontal, gated = layer(vertical, horizontal, h)
            skips.append(gated)
        return self.head(self.skip(torch.cat([*skips[:-1], horizontal], dim=1)))
