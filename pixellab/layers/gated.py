"""The gated layer of two stacks (Gated paper, section 2.1 and Figure 2)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import MaskType, colour_groups


def gate(x: Tensor) -> Tensor:
    """tanh of the first half of the features times the sigmoid of the second (equation 2): (B, 2F, …) → (B, F, …)."""
    signal, door = x.chunk(2, dim=1)
    return torch.tanh(signal) * torch.sigmoid(door)


class GatedLayer(nn.Module):
    """One layer: a vertical stack that reads whole rows, a horizontal one that reads its own row.

    The vertical map is kept one row late (the model shifts the picture down once, before the first layer), so row i
    of it is made of rows above i alone. A vertical kernel then takes rows i-k//2 … i of that map, *in full*: no
    mask is needed, and no wedge stays hidden. The link from vertical to horizontal leaves before the gate.

    Args:
        mask_type: of the horizontal convolution: "A" in the first layer, "B" later.
        from_features: features of both inputs (in the first layer: the colours of the image).
        features: F, the features of both outputs.
        kernel: odd side k.
        channels: C, the colours that features are grouped by.
        condition_size: features of the condition, 0 for none.
        dropout: probability of dropping a feature of the horizontal stack after its gate.
    """

    def __init__(
        self,
        mask_type: MaskType,
        from_features: int,
        features: int,
        kernel: int,
        channels: int,
        condition_size: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.kernel, self.features, self.channels = kernel, features, channels
        self.residual = mask_type == "B"
        groups = colour_groups(features, channels)
        gates = colour_groups(features, channels, gates=2)
        self.vertical = nn.Conv2d(from_features, 2 * features, (kernel // 2 + 1, kernel))
        self.vertical_to_horizontal = nn.Conv2d(2 * features, 2 * features, 1)
        self.horizontal = MaskedConv2d(mask_type, colour_groups(from_features, channels), gates, (1, kernel))
        self.out = MaskedConv2d("B", groups, groups)
        # Not masked: the condition is no part of the picture.
        self.condition = nn.Conv2d(condition_size, 4 * features, 1, bias=False) if condition_size else None
        self.dropout = nn.Dropout(dropout)

    def forward(self, vertical: Tensor, horizontal: Tensor, condition: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Both maps (B, from_features, H, W), condition (B, condition_size, 1 or H, 1 or W) → vertical, horizontal
        and, for skip connections, the gated features of the horizontal stack, each (B, F, H, W)."""
        above = self.rows(vertical)
        own = self.horizontal(horizontal) + self.vertical_to_horizontal(above)
        if self.condition is not None:
            to_vertical, to_horizontal = self.condition(condition).chunk(2, dim=1)
            above, own = above + to_vertical, own + to_horizontal
        gated = self.dropout(gate(own))
        out = self.out(gated)
        return gate(above), out + horizontal if self.residual else out, gated

    def rows(self, vertical: Tensor) -> Tensor:
        """The vertical convolution: (B, from_features, H, W) → (B, 2F, H, W), from rows i-k//2 … i."""
        reach = self.kernel // 2
        return F.conv2d(F.pad(vertical, (0, 0, reach, 0)), self.vertical.weight, self.vertical.bias, padding=(0, reach))
