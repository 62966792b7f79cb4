"""The masked convolution, one pixel at a time: the same numbers as `MaskedConv2d.forward`, from cached rows."""

from __future__ import annotations

import torch
from torch import Tensor

from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_slices


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

    def taps(self, column: int, colour: int) -> tuple[Tensor, Tensor, Tensor]:
        """What makes one colour at ``column``, for ``torch.addmm``: contribution of the rows above, taps, weight."""
        return self.from_above[colour][column], self.windows[column], self.weight[colour]

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

    def remember(self, inputs: Tensor, copies: int) -> None:
        """Cache the last rows of an input computed in parallel, as if the last were the current row.

        Args:
            inputs: (B/copies, in, H, W), each for ``copies`` neighbours in the batch.
        """
        kept = inputs[:, :, -(self.reach + 1) :].permute(0, 2, 3, 1)
        self.rows.zero_()
        if kept.shape[1]:
            self.rows[:, -kept.shape[1] :, self.reach : self.reach + self.width] = kept.repeat_interleave(copies, 0)

    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``."""
        self.rows.copy_(self.rows[index])
        self.contribution.copy_(self.contribution[index])
