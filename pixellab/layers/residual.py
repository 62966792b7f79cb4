"""PixelCNN's residual block, and how it runs one pixel at a time (PixelRNN paper, section 3.5 and Figure 5, left)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.masked_stream import MaskedConvStream
from pixellab.masks import colour_groups, colour_slices


class ResidualBlock(nn.Module):
    """x + (ReLU, 1x1, ReLU, kxk, ReLU, 1x1)(x), all mask B: 2h → h → h → 2h features.

    Args:
        features: h.
        kernel: odd side k.
        channels: C, the colours that features are grouped by.
        dropout: probability of dropping a feature before the last 1x1.
    """

    def __init__(self, features: int, kernel: int, channels: int, dropout: float = 0.0) -> None:
        super().__init__()
        wide, narrow = colour_groups(2 * features, channels), colour_groups(features, channels)
        self.kernel, self.channels, self.features = kernel, channels, features
        self.down = MaskedConv2d("B", wide, narrow)
        self.masked = MaskedConv2d("B", narrow, narrow, (kernel, kernel))
        self.up = MaskedConv2d("B", narrow, wide)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 2h, H, W) → (B, 2h, H, W)."""
        return x + self.up(self.dropout(torch.relu(self.masked(self.narrow(x)))))

    def narrow(self, x: Tensor) -> Tensor:
        """What the kxk convolution reads: (B, 2h, H, W) → (B, h, H, W), not negative."""
        return torch.relu(self.down(torch.relu(x)))


class ResidualBlockStream:
    """A residual block for one pixel: two small products around a `MaskedConvStream`.

    Args:
        x, out: (B, 2h) the block's input and output at the current pixel.
    """

    def __init__(self, block: ResidualBlock, x: Tensor, out: Tensor, width: int) -> None:
        self.block, self.x, self.out = block, x, out
        self.conv = MaskedConvStream(block.masked, x, width, block.channels)
        self.ready = torch.zeros_like(x)
        self.middle = x.new_zeros(len(x), block.features + 1)  # with a 1 for the bias
        self.middle[:, -1] = 1
        narrow, wide = (colour_slices(n, block.channels) for n in (block.features, 2 * block.features))
        down, up = block.down.masked_weight()[:, :, 0, 0].T, block.up.masked_weight()[:, :, 0, 0].T
        up = torch.cat([up, block.up.bias[None]])
        self.colours = [
            (n, block.down.bias[n], down[:, n].contiguous(), w, up[:, w].contiguous())
            for n, w in zip(narrow, wide, strict=True)
        ]

    def step(self, column: int, colour: int) -> tuple[Tensor, ...]:
        """What one colour of one pixel takes: x → narrow input; taps → middle; x + middle → out.

        The model runs these for all blocks in one plain loop, see `PixelCNNStream.logits`.
        """
        narrow, down_bias, down, wide, up = self.colours[colour]
        to_narrow = self.x, self.ready, down_bias, down, self.conv.own[:, column, narrow]
        to_middle = *self.conv.taps(column, colour), self.middle[:, narrow]
        return *to_narrow, *to_middle, self.x[:, wide], self.middle, up, self.out[:, wide]

    def segment(self, x: Tensor, first: int, last: int) -> Tensor:
        """Known pixels, all at once: (B, last-first, 2h) → (B, last-first, 2h)."""
        block = self.block
        across = x.transpose(1, 2)[:, :, None]
        self.conv.own[:, first:last] = block.narrow(across)[:, :, 0].transpose(1, 2)
        middle = torch.relu(self.conv.segment(first, last))
        return x + block.up(middle.transpose(1, 2)[:, :, None])[:, :, 0].transpose(1, 2)
