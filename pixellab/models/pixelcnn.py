"""PixelCNN (PixelRNN paper, section 3.5, Figure 5 left and Table 1).

It has the blind spot, on purpose: no depth brings a wedge to the right above the pixel into view.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.configurations import PixelCNNConfiguration
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.masked_stream import MaskedConvStream
from pixellab.layers.residual import ResidualBlock, ResidualBlockStream
from pixellab.masks import colour_groups, colour_slices
from pixellab.models.autoregressive import AutoregressiveModel, Streaming
from pixellab.models.head import Head, HeadStream


class PixelCNN(AutoregressiveModel):
    """7x7 mask A, residual blocks of 3x3 mask B, two 1x1 layers, softmax."""

    def __init__(self, configuration: PixelCNNConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        wide = colour_groups(2 * c.features, c.channels)
        self.first = MaskedConv2d("A", np.arange(c.channels), wide, (c.first_kernel, c.first_kernel))
        self.blocks = nn.ModuleList(
            [ResidualBlock(c.features, c.kernel, c.channels, c.dropout) for _ in range(c.layers)]
        )
        self.into_head = MaskedConv2d("B", wide, colour_groups(c.head_features, c.channels))
        self.head = Head(c)
        self._begin()

    def _begin(self) -> None:
        """Every feature begins with the same variance; the blocks add to it, all together, as much as was there.

        With the usual smaller weights the blocks begin next to nothing, and stay behind for thousands of updates.
        """
        self.first.draw(gain=1.0)
        for block in self.blocks:
            block.down.draw()
            block.masked.draw()
            block.up.draw(gain=1.0 / len(self.blocks))
        self.into_head.draw()
        self.head.hidden.draw()

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; there is no condition."""
        if condition is not None:
            raise ValueError("PixelCNN is unconditional: leave condition out.")
        x = self.first(inputs)
        for block in self.blocks:
            x = block(x)
        return self.head(self.into_head(torch.relu(x)))

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> PixelCNNStream:
        """See `AutoregressiveModel.start`."""
        if condition is not None:
            raise ValueError("PixelCNN is unconditional: leave condition out.")
        return PixelCNNStream(self, inputs)


class PixelCNNStream(Streaming):
    """PixelCNN from cached state: each convolution sums up the rows above once a row."""

    def __init__(self, model: PixelCNN, inputs: Tensor) -> None:
        batch, channels, _, width = inputs.shape
        self.model, self.row = model, -1
        self.picture = inputs.permute(0, 2, 3, 1).contiguous()
        self.first = MaskedConvStream(model.first, inputs, width, channels)
        wide = 2 * model.configuration.features
        # One buffer between any two blocks: a later colour reads what the earlier ones were *there*.
        between = inputs.new_zeros(len(model.blocks) + 1, batch, wide)
        self.blocks = [
            ResidualBlockStream(block, *between[i : i + 2], width) for i, block in enumerate(model.blocks)
        ]
        self.begin, self.end = [between[0][:, run] for run in colour_slices(wide, channels)], between[-1]
        self.ready = inputs.new_zeros(batch, wide + 1)  # ReLU of the last output, and a 1 for the bias
        self.ready[:, -1] = 1
        into = model.into_head
        weight = torch.cat([into.masked_weight()[:, :, 0, 0], into.bias[:, None]], dim=1).T
        self.head = HeadStream(model.head, weight, self.ready)
        self.ready = self.ready[:, :-1]
        self.steps = [
            [
                (self.first.taps(column, colour), [block.step(column, colour) for block in self.blocks])
                for column in range(width)
            ]
            for colour in range(channels)
        ]

    def prefill(self, rows: int, copies: int = 1) -> None:
        """See `Streaming.prefill`."""
        inputs = self.picture[::copies, :rows].permute(0, 3, 1, 2)
        self.first.remember(inputs, copies)
        if rows:
            x = self.model.first(inputs)
            for stream in self.blocks:
                narrow = stream.block.narrow(x)
                stream.conv.remember(narrow, copies)
                x = x + stream.block.up(torch.relu(stream.block.masked(narrow)))
        self.row = rows - 1

    def enter_row(self, row: int) -> None:
        """See `Streaming.enter_row`."""
        for conv in (self.first, *(stream.conv for stream in self.blocks)):
            conv.enter_row()
        self.first.own.copy_(self.picture[:, row])
        self.row = row

    def known(self, first: int, last: int) -> None:
        """See `Streaming.known`."""
        if first == last:
            return
        x = self.first.segment(first, last)
        for stream in self.blocks:
            x = stream.segment(x, first, last)

    def logits(self, column: int, channel: int) -> Tensor:
        """See `Streaming.logits`."""
        first, blocks = self.steps[channel][column]
        torch.addmm(*first, out=self.begin[channel])
        for x, ready, bias, down, own, above, taps, weight, part, carried, middle, up, out in blocks:
            torch.addmm(bias, torch.clamp_min(x, 0, out=ready), down, out=own).relu_()
            torch.addmm(above, taps, weight, out=part).relu_()
            torch.addmm(carried, middle, up, out=out)
        torch.clamp_min(self.end, 0, out=self.ready)
        return self.head.logits(channel)

    def write(self, column: int, channel: int, encoded: Tensor) -> None:
        """See `Streaming.write`."""
        self.picture[:, self.row, column, channel] = encoded
        self.first.own[:, column, channel] = encoded

    def select(self, index: Tensor) -> None:
        """See `Streaming.select`."""
        self.picture.copy_(self.picture[index])
        for conv in (self.first, *(stream.conv for stream in self.blocks)):
            conv.select(index)
