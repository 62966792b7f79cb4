"""PixelCNN's residual block, and how it runs one pixel at a time (PixelRNN paper, section 3.4 and Figure 5, left)."""

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
    """A residual block for one pixel: two small products around a `MaskedConvStream`."""

    def __init__(self, block: ResidualBlock, like: Tensor, width: int) -> None:
        channels = block.channels
        self.block = block
        self.conv = MaskedConvStream(block.masked, like, width, channels)
        narrow, wide = colour_slices(block.features, channels), colour_slices(2 * block.features, channels)
        down, up = block.down.masked_weight()[:, :, 0, 0].T, block.up.masked_weight()[:, :, 0, 0].T
        self.middle = like.new_zeros(len(like), block.features)
        self.steps = [
            (
                down[:, n].contiguous(),
                block.down.bias[n],
                [self.conv.own[:, j, n] for j in range(width)],
                self.middle[:, n],
                up[:, w].contiguous(),
                block.up.bias[w],
                w,
            )
            for n, w in zip(narrow, wide, strict=True)
        ]

    def step(self, x: Tensor, out: Tensor, column: int, colour: int) -> None:
        """Write one colour of the block's output to ``out`` (B, 2h), from that and earlier colours of ``x`` (B, 2h)."""
        down, down_bias, own, middle, up, up_bias, wide = self.steps[colour]
        torch.addmm(down_bias, torch.relu(x), down, out=own[column])
        own[column].relu_()
        self.conv.step(column, colour, out=middle)
        middle.relu_()
        torch.add(x[:, wide], torch.addmm(up_bias, self.middle, up), out=out[:, wide])

    def segment(self, x: Tensor, first: int, last: int) -> Tensor:
        """Known pixels, all at once: (B, last-first, 2h) → (B, last-first, 2h)."""
        block = self.block
        across = x.transpose(1, 2)[:, :, None]
        self.conv.own[:, first:last] = block.narrow(across)[:, :, 0].transpose(1, 2)
        middle = torch.relu(self.conv.segment(first, last))
        return x + block.up(middle.transpose(1, 2)[:, :, None])[:, :, 0].transpose(1, 2)
