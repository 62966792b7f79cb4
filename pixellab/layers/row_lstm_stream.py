"""Row LSTM layers, one pixel at a time: state-to-state once a row, input-to-state once a pixel and colour."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.layers.biasing import BiasingStream
from pixellab.layers.lstm import lstm
from pixellab.layers.lstm_stream import LSTMStream
from pixellab.layers.row_lstm import RowLSTMLayer


class RowLSTMStream(LSTMStream):
    """See `LSTMStream`. Up to the current pixel, ``states`` and ``cell`` hold the current row; behind it, the last one.

    Attributes:
        padded_inputs: (L + 1, B, r + W, 2h) `inputs` with r = k//2 zeros to the left.
        padded_states: (L, B, r + W + r, h + 1) ``states`` [state | 1], with zeros on both sides.
        cell, cell_above: (L, B, W, h) of the current row, and of the one above, to its end.
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
        depth, batch, h, reach = len(layers), len(like), self.features, layers[0].kernel // 2
        self.reach = reach
        self.padded_inputs = like.new_zeros(depth + 1, batch, reach + width, 2 * h)
        self.inputs = self.padded_inputs[:, :, reach:]
        self.padded_states = like.new_zeros(depth, batch, width + 2 * reach, h + 1)
        self.states = self.padded_states[:, :, reach : reach + width]
        self.states[..., :h] = torch.stack([layer.initial_state for layer in layers])[:, None, None]
        self.states[..., h] = 1
        self.cell = torch.stack([layer.initial_cell for layer in layers])[:, None, None].repeat(1, batch, width, 1)
        self.cell_above = self.cell.clone()
        self.weight = torch.stack([self.own_row(layer.input_to_state) for layer in layers])
        self.above = torch.stack([self._row_above(layer) for layer in layers])
        self.up = torch.stack([self.behind(u.masked_weight()[:, :, 0, 0], u.bias) for u in up])
        self.plan()

    def taps(self, layer: int, column: int) -> Tensor:
        """See `LSTMStream.taps`: the pixels column-r … column."""
        return self._windows(layer, column, column + 1)[:, 0]

    def source(self, layer: int | slice, column: int) -> Tensor:
        """See `LSTMStream.source`: [state | 1]."""
        return self.states[layer, ..., column, :]

    def cells(self, layer: int, column: int) -> tuple[Tensor, Tensor]:
        """See `LSTMStream.cells`: the cell above is read."""
        return self.cell_above[layer, :, column], self.cell[layer, :, column]

    def behind(self, weight: Tensor, bias: Tensor) -> Tensor:
        """See `LSTMStream.behind`."""
        return torch.cat([weight.T, bias[None]])

    def enter_row(self, row: int) -> None:
        """See `LSTMStream.enter_row`: all layers and columns at once."""
        self.cell_above.copy_(self.cell)
        depth, batch, _, size = self.padded_states.shape
        kernel, (a, b, c, d) = 2 * self.reach + 1, self.padded_states.stride()
        windows = self.padded_states.as_strided((depth, batch, self.width, kernel * size), (a, b, c, d))
        torch.bmm(windows.flatten(1, 2), self.above, out=self.contribution.view(depth, batch * self.width, -1))
        if self.biasing is not None:
            self.contribution += self.biasing.row(row)[..., self.by_colour]

    def known(self, first: int, last: int) -> None:
        """See `LSTMStream.known`: layer by layer, all pixels at once."""
        here = slice(first, last)
        for layer in range(len(self.layers)):
            gates = self.contribution[layer, :, here] + self._windows(layer, first, last) @ self.weight[layer]
            state, cell = lstm(gates[..., self.by_gate], self.cell_above[layer, :, here])
            self.states[layer, :, here, : self.features] = state
            self.cell[layer, :, here] = cell
            out = self.states[layer, :, here] @ self.up[layer]
            self.inputs[layer + 1, :, here] = self.inputs[layer, :, here] + out if self.residual else out

    def remember(self, layer: int, x: Tensor, bias: Tensor | None, copies: int) -> Tensor:
        """See `LSTMStream.remember`: the last row of states."""
        state, cell = self.layers[layer].scan(x, bias)
        self.cell[layer] = cell.repeat_interleave(copies, 0)
        self.states[layer, ..., : self.features] = state[:, :, -1].transpose(1, 2).repeat_interleave(copies, 0)
        return state

    def select(self, index: Tensor) -> None:
        """See `LSTMStream.select`."""
        for cache in (self.padded_inputs, self.padded_states, self.cell, self.cell_above, self.contribution):
            cache.copy_(cache[:, index])
        if self.biasing is not None:
            self.biasing.select(index)

    def _windows(self, layer: int, first: int, last: int) -> Tensor:
        """(B, last - first, (r + 1) · 2h) what the input-to-state kernel reads at some columns."""
        row = self.padded_inputs[layer]
        (batch, column, feature), size = row.stride(), row.shape[2]
        return row.as_strided(
            (self.batch, last - first, (self.reach + 1) * size),
            (batch, column, feature),
            row.storage_offset() + first * column,
        )

    def _row_above(self, layer: RowLSTMLayer) -> Tensor:
        """(k · (h + 1), 4h) the state-to-state kernel; the 1 beside the state above takes the bias of the gates."""
        weight = F.pad(layer.state_to_state, (0, 0, 0, 1))
        weight[self.reach, -1] = layer.input_to_state.bias
        return weight.flatten(0, 1)[:, self.by_colour]
