"""PixelCNN's residual block, and how it runs one pixel at a time (PixelRNN paper, section 3.4 and Figure 5, left)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.layers.masked import MaskedConv2d
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


class MaskedConvStream:
    """A kxk masked convolution, one pixel at a time, from the rows above and the own row up to the pixel.

    Attributes:
        rows: (B, k//2 + 1, W + 2·(k//2), in) its input: rows above, then the current row; zeros around.
        own: (B, W, in) the current row of ``rows``, to be filled pixel by pixel.
    """

    def __init__(self, layer: MaskedConv2d, like: Tensor, width: int, channels: int) -> None:
        out, inputs, kernel, _ = layer.weight.shape
        self.reach, self.width, self.inputs = kernel // 2, width, inputs
        reach, batch = self.reach, len(like)
        weight = layer.masked_weight()
        self.above = weight[:, :, :reach].permute(2, 3, 1, 0).reshape(-1, out).contiguous()
        own = weight[:, :, reach, : reach + 1].permute(2, 1, 0).reshape(-1, out)
        self.bias = layer.bias
        self.rows = like.new_zeros(batch, reach + 1, width + 2 * reach, inputs)
        self.own = self.rows[:, -1, reach : reach + width]
        self.contribution = like.new_zeros(batch, width, out)
        self.slices = colour_slices(out, channels)
        self.weight = [own[:, run].contiguous() for run in self.slices]
        self.own_weight = own.contiguous()
        flat = self.rows[:, -1].view(batch, -1)
        self.windows = [flat[:, j * inputs : (j + reach + 1) * inputs] for j in range(width)]
        self.from_above = [[self.contribution[:, j, run] for j in range(width)] for run in self.slices]

    def enter_row(self) -> None:
        """The current row is complete: it joins the rows above, whose contribution to the next row is summed up."""
        reach, batch = self.reach, len(self.rows)
        self.rows[:, :-1].copy_(self.rows[:, 1:].clone())
        self.rows[:, -1].zero_()
        if not reach:
            self.contribution.copy_(self.bias.expand_as(self.contribution))
            return
        kernel, padded = 2 * reach + 1, self.rows.shape[2]
        windows = self.rows.as_strided(
            (batch, self.width, reach, kernel * self.inputs),
            (self.rows.stride(0), self.inputs, padded * self.inputs, 1),
        )
        flat = windows.reshape(batch * self.width, -1)
        self.contribution.view(batch * self.width, -1).copy_(torch.addmm(self.bias, flat, self.above))

    def step(self, column: int, colour: int, out: Tensor | None = None) -> Tensor:
        """(B, features of the colour) at ``column``, from what ``own`` holds up to there."""
        return torch.addmm(self.from_above[colour][column], self.windows[column], self.weight[colour], out=out)

    def segment(self, first: int, last: int) -> Tensor:
        """(B, last-first, out) for known pixels, all at once."""
        batch = len(self.rows)
        row = self.rows[:, -1]
        windows = row.as_strided(
            (batch, last - first, (self.reach + 1) * self.inputs),
            (row.stride(0), self.inputs, 1),
            row.storage_offset() + first * self.inputs,
        )
        return self.contribution[:, first:last] + windows @ self.own_weight

    def remember(self, inputs: Tensor) -> None:
        """Cache the last rows of an input (B, in, H, W) computed in parallel, as if the last were the current row."""
        kept = inputs[:, :, -(self.reach + 1) :].permute(0, 2, 3, 1)
        self.rows.zero_()
        if kept.shape[1]:
            self.rows[:, -kept.shape[1] :, self.reach : self.reach + self.width] = kept

    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``."""
        self.rows.copy_(self.rows[index])
        self.contribution.copy_(self.contribution[index])


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
