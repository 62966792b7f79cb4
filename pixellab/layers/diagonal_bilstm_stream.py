"""Diagonal BiLSTM layers, one pixel at a time: left to right once a pixel and colour, right to left once a row."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.layers.biasing import BiasingStream
from pixellab.layers.lstm import lstm
from pixellab.layers.lstm_stream import LSTMStream
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.shift import shift_down


class DiagonalBiLSTMStream(LSTMStream):
    """See `LSTMStream`.

    A pixel's record is [input | state | right | 1]: *state* of the left-to-right direction, *right* of the other one, a
    row above. The records of a row stand one behind the other, after one for what lies left of the picture. So each
    product reads one run of numbers: the source of a layer is [state | right | 1] of the pixel, and its taps are that
    of the pixel before, and the pixel's input.

    Attributes:
        records: (L + 1, B, 1 + W, 2h + h + h + 1).
        row_cells: (L, B, 1 + W, h) cell states of the left-to-right direction.
    """

    def __init__(
        self,
        layers: nn.ModuleList,
        up: nn.ModuleList,
        residual: bool,
        like: Tensor,
        width: int,
        biasing: BiasingStream | None = None,
    ) -> None:
        super().__init__(layers, residual, like, width, biasing)
        depth, batch, h = len(layers), len(like), self.features
        # Outside the picture, states are learned: (direction, L, 1, h).
        self.border = torch.stack([layer.initial_state for layer in layers], dim=1)[:, :, None]
        self.cell_border = torch.stack([layer.initial_cell for layer in layers], dim=1)[:, :, None]
        self.records = like.new_zeros(depth + 1, batch, 1 + width, 4 * h + 1)
        self.records[:-1, ..., 2 * h : 3 * h] = self.border[0, :, None]
        self.records[..., -1] = 1
        self.row_cells = self.cell_border[0, :, None].repeat(1, batch, 1 + width, 1)

        self.inputs, self.sources = self.records[:, :, 1:, : 2 * h], self.records[:-1, :, 1:, 2 * h :]
        self.states, self.right = self.sources[..., :h], self.sources[..., h:-1]
        self.row_taps = self.records.as_strided((depth, batch, width, 4 * h + 1), self.records.stride(), 2 * h)

        above, before = torch.stack([layer.state_to_state for layer in layers]).chunk(2, dim=2)  # (L, 2, h, 4h)
        self.above, self.above_right, self.before_right = above[:, 0, :, self.by_colour], above[:, 1], before[:, 1]
        own, bias = self._stack([layer.right_to_left for layer in layers])
        self.own_right, self.bias_right = own[..., self.by_gate], bias[..., self.by_gate]
        own, bias = self._stack([layer.left_to_right for layer in layers])
        before = before[:, 0, :, self.by_colour]
        self.weight = torch.cat([before, torch.zeros_like(before), bias, own], dim=1)
        self.up = torch.stack([self.behind(u.masked_weight()[:, :, 0, 0], u.bias) for u in up])
        self.plan()

    def taps(self, layer: int, column: int) -> Tensor:
        """See `LSTMStream.taps`: state and right of the pixel before, 1, input."""
        return self.row_taps[layer, :, column]

    def source(self, layer: int | slice, column: int) -> Tensor:
        """See `LSTMStream.source`: [state | right | 1]."""
        return self.sources[layer, ..., column, :]

    def cells(self, layer: int, column: int) -> tuple[Tensor, Tensor]:
        """See `LSTMStream.cells`: the cell to the left is read."""
        return self.row_cells[layer, :, column], self.row_cells[layer, :, column + 1]

    def behind(self, weight: Tensor, bias: Tensor) -> Tensor:
        """See `LSTMStream.behind`: the layer's output is state + right."""
        return torch.cat([weight.T, weight.T, bias[None]])

    def enter_row(self, row: int) -> None:
        """See `LSTMStream.enter_row`: all layers and columns at once."""
        if row:
            self._right_to_left(row - 1)
        torch.bmm(self.states.flatten(1, 2), self.above, out=self.contribution.flatten(1, 2))
        if self.biasing is not None:
            self.contribution += self.biasing.row(row).chunk(2, dim=3)[0][..., self.by_colour]

    def _right_to_left(self, row: int) -> None:
        """Run the right-to-left direction of all layers over a complete row, whose inputs are still there."""
        above = self.right if row else self.border[1, :, None].expand_as(self.right)
        gates = torch.baddbmm(self.bias_right, self.inputs[:-1].flatten(1, 2), self.own_right)
        gates = torch.baddbmm(gates, above.flatten(1, 2), self.above_right).unflatten(1, (self.batch, self.width))
        if self.biasing is not None:
            gates += self.biasing.row(row).chunk(2, dim=3)[1]
        state = self.border[1].expand(-1, self.batch, -1)
        cell = self.cell_border[1]
        for own, right in zip(gates.unbind(2)[::-1], self.right.unbind(2)[::-1], strict=True):
            state, cell = lstm(torch.baddbmm(own, state, self.before_right), cell)
            right.copy_(state)

    def known(self, first: int, last: int) -> None:
        """See `LSTMStream.known`.

        A layer reads the pixel before of its own and the pixel of the layer below, so one step takes a pixel in each
        layer, one column further left from layer to layer: a diagonal again.
        """
        depth = len(self.layers)
        for step in range(first, last + depth - 1):
            layers = slice(max(0, step - last + 1), min(depth, step - first + 1))
            column = step - layers.start
            contribution = self._across(self.contribution, layers, column)
            gates = torch.baddbmm(contribution, self._across(self.row_taps, layers, column), self.weight[layers])
            state, cell = lstm(gates[..., self.by_gate], self._across(self.row_cells, layers, column))
            self._across(self.states, layers, column).copy_(state)
            self._across(self.row_cells, layers, column + 1).copy_(cell)
            out = torch.bmm(self._across(self.sources, layers, column), self.up[layers])
            if self.residual:
                out += self._across(self.inputs, layers, column)
            self._across(self.inputs[1:], layers, column).copy_(out)

    def remember(self, layer: int, x: Tensor, bias: Tensor | None, copies: int) -> Tensor:
        """See `LSTMStream.remember`: the last row of inputs and states, and the one above it from right to left."""
        left, right = self.layers[layer].scan(x, bias)
        kept = [(self.inputs, x[:, :, -1]), (self.states, left[:, :, -1])]
        if x.shape[2] > 1:
            kept.append((self.right, right[:, :, -2]))
        for cache, row in kept:
            cache[layer] = row.transpose(1, 2).repeat_interleave(copies, 0)
        return left + shift_down(right)

    def select(self, index: Tensor) -> None:
        """See `LSTMStream.select`."""
        for cache in (self.records, self.row_cells, self.contribution):
            cache.copy_(cache[:, index])
        if self.biasing is not None:
            self.biasing.select(index)

    def _stack(self, convolutions: list[MaskedConv2d]) -> tuple[Tensor, Tensor]:
        """Weights (L, 2h, 4h) and biases (L, 1, 4h) of input-to-state convolutions, by colour."""
        weights = torch.stack([self.own_row(convolution) for convolution in convolutions])
        return weights, torch.stack([convolution.bias for convolution in convolutions])[:, None, self.by_colour]

    def _across(self, cache: Tensor, layers: slice, column: int) -> Tensor:
        """(layers, B, …) of a cache (L, B, W, …): the first layer at ``column``, each next one a column to its left."""
        (layer, batch, step, feature), size = cache.stride(), cache.shape[3]
        return cache.as_strided(
            (layers.stop - layers.start, self.batch, size),
            (layer - step, batch, feature),
            cache.storage_offset() + layers.start * layer + column * step,
        )
