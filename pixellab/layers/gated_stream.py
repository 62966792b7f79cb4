"""The gated layer, one pixel at a time: the same numbers as `GatedLayer.forward`, from cached state.

Once per row, the vertical stack advances and leaves its contribution to every pixel of the row. Once per pixel and
colour, the horizontal stack is one small matrix product. All views into the buffers are made once, before the first
pixel: on a CPU, slicing would cost more than the arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor

from pixellab.layers.gated import GatedLayer, gate
from pixellab.masks import colour_slices


class GatedLayerStream:
    """The cached state of one gated layer for a batch of pictures.

    Attributes:
        taps: (B, (W + k//2) · from_features) the horizontal input of the current row, zeros to the left of it.
        gated: (B, F + 1) the gated features of the current pixel; the last is 1, for the biases of what follows.
    """

    def __init__(self, layer: GatedLayer, taps: Tensor, gated: Tensor, width: int) -> None:
        self.layer, self.taps, self.gated, self.width = layer, taps, gated, width
        batch, features, reach = taps.shape[0], layer.features, layer.kernel // 2
        inputs = layer.horizontal.in_channels
        new = taps.new_zeros

        # Gates sorted by colour, [signal | door] of R, then of G, then of B: a colour is one run of columns.
        runs = colour_slices(features, layer.channels)
        halves = torch.arange(2 * features).view(2, features)
        by_colour = [halves[:, run].reshape(-1) for run in runs]
        self.order = torch.cat(by_colour).to(taps.device)

        weight = layer.horizontal.masked_weight()[:, :, 0, : reach + 1]  # (2F, in, taps)
        weight = weight.permute(2, 1, 0).reshape((reach + 1) * inputs, 2 * features)[:, self.order]
        link = layer.vertical_to_horizontal
        self.link = link.weight[:, :, 0, 0].T[:, self.order].contiguous()
        self.bias = (layer.horizontal.bias + link.bias)[self.order]
        self.vertical_weight = layer.vertical.weight.permute(2, 3, 1, 0).reshape(-1, 2 * features).contiguous()
        if layer.condition is not None:
            to_vertical, to_horizontal = layer.condition.weight[:, :, 0, 0].T.chunk(2, dim=1)
            self.condition = torch.cat([to_vertical, to_horizontal[:, self.order]], dim=1)

        # The rows that the vertical kernel reads, the newest last, and the row's contribution to the horizontal stack.
        self.rows = new(batch, reach + 1, width + 2 * reach, inputs)
        self.contribution = new(batch, width, 2 * features)
        self.weight, self.gates, self.columns = [], [], []
        start = 0
        for run, colour in zip(runs, by_colour, strict=True):
            stop = start + len(colour)
            self.columns.append((start, stop))
            self.weight.append(weight[:, start:stop].contiguous())
            mixed = new(batch, stop - start)
            self.gates.append((mixed, *mixed.chunk(2, dim=1), gated[:, run]))
            start = stop

    def step(self, column: int, colour: int) -> tuple[Tensor, ...]:
        """What one colour of one pixel takes: contribution, taps, weight → mixed; signal · door → gated.

        The model runs these for all layers in one plain loop, see `GatedPixelCNNStream.logits`.
        """
        start, stop = self.columns[colour]
        inputs = self.layer.horizontal.in_channels
        window = slice(column * inputs, (column + self.layer.kernel // 2 + 1) * inputs)
        return self.contribution[:, column, start:stop], self.taps[:, window], self.weight[colour], *self.gates[colour]

    def segment(self, first: int, last: int) -> Tensor:
        """The gated features (B, last-first, F) of known pixels, all at once; the taps before ``last`` must be set."""
        batch, inputs, reach = len(self.taps), self.layer.horizontal.in_channels, self.layer.kernel // 2
        windows = self.taps.as_strided(
            (batch, last - first, (reach + 1) * inputs),
            (self.taps.stride(0), inputs, 1),
            self.taps.storage_offset() + first * inputs,
        )
        mixed = self.contribution[:, first:last] + windows @ torch.cat(self.weight, dim=1)
        unsorted = torch.empty_like(mixed)
        unsorted[:, :, self.order] = mixed
        return gate(unsorted.transpose(1, 2)).transpose(1, 2)

    def advance(self, row: Tensor, condition: Tensor | None) -> Tensor:
        """Move the vertical stack on by its input's next row (B, W, in); returns its output row (B, W, F).

        The condition of the row is (B, W, n), or (B, 1, n) when it is the same everywhere.
        """
        reach = self.layer.kernel // 2
        batch, height, padded, inputs = self.rows.shape
        if height > 1:
            self.rows[:, :-1].copy_(self.rows[:, 1:].clone())
        self.rows[:, -1, reach : reach + self.width] = row
        windows = self.rows.as_strided(
            (batch, self.width, height, self.layer.kernel * inputs),
            (self.rows.stride(0), inputs, padded * inputs, 1),
        )
        flat = windows.reshape(batch * self.width, -1)
        above = torch.addmm(self.layer.vertical.bias, flat, self.vertical_weight)
        torch.add((above @ self.link).view(batch, self.width, -1), self.bias, out=self.contribution)
        above = above.view(batch, self.width, -1)
        if condition is not None:
            to_vertical, to_horizontal = (condition @ self.condition).chunk(2, dim=2)
            above = above + to_vertical
            self.contribution += to_horizontal
        signal, door = above.chunk(2, dim=2)
        return torch.tanh(signal) * torch.sigmoid(door)

    def remember(self, vertical: Tensor, copies: int) -> None:
        """Cache the last rows of a vertical input that was computed in parallel.

        Args:
            vertical: (B/copies, in, H, W), each for ``copies`` neighbours in the batch.
        """
        reach = self.layer.kernel // 2
        kept = vertical[:, :, -(reach + 1) :].permute(0, 2, 3, 1)
        self.rows.zero_()
        if kept.shape[1]:
            self.rows[:, -kept.shape[1] :, reach : reach + self.width] = kept.repeat_interleave(copies, 0)

    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``. The step's scratch is rewritten before it is read."""
        for cache in (self.rows, self.contribution, self.taps, self.gated):
            cache.copy_(cache[index])
