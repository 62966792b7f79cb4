"""The Row LSTM layer (PixelRNN paper, section 3.1 and Figure 4, centre)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.layers.lstm import GATES, draw_recurrent, lstm, open_forget_gates
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_groups


class RowLSTMLayer(nn.Module):
    """An LSTM that runs down the picture, a whole row at a time: 2h features → its hidden state, h features.

    - *input-to-state*: k×1 along the row (in code: 1 high, k wide), mask B, for the whole map at once;
    - *state-to-state*: k taps along the row above, centred. All of that row is past, in every colour: no mask.

    The state above the first row is learned, one for all columns; beside the picture it is 0.

    Args:
        features: h.
        kernel: odd k.
        channels: C, the colours that features are grouped by.
    """

    def __init__(self, features: int, kernel: int, channels: int) -> None:
        super().__init__()
        gates = colour_groups(features, channels, gates=GATES)
        self.features, self.kernel, self.channels = features, kernel, channels
        self.gate_features = GATES * features
        self.input_to_state = MaskedConv2d("B", colour_groups(2 * features, channels), gates, (1, kernel))
        open_forget_gates(self.input_to_state)
        self.state_to_state = nn.Parameter(draw_recurrent(kernel, features, GATES * features, taps=kernel * features))
        self.initial_state = nn.Parameter(torch.zeros(features))
        self.initial_cell = nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        """(B, 2h, H, W) → the hidden state at each pixel (B, h, H, W).

        A conditional model adds a bias (B, 4h, H, W) to the input-to-state map.
        """
        return self.scan(x, bias)[0]

    def scan(self, x: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """`forward`, and the cell state of the last row (B, W, h)."""
        inputs = self.input_to_state(x) if bias is None else self.input_to_state(x) + bias
        rows = inputs.permute(2, 0, 3, 1)  # (H, B, W, 4h)
        size = (*rows.shape[1:3], self.features)
        state, cell = self.initial_state.to(rows.dtype).expand(size), self.initial_cell.expand(size)
        weight, states = self.state_to_state.flatten(0, 1).to(rows.dtype), []
        for row in rows.unbind(0):
            state, cell = lstm(row + self.taps(state) @ weight, cell)
            states.append(state)
        return torch.stack(states, dim=1).permute(0, 3, 1, 2), cell

    def taps(self, state: Tensor) -> Tensor:
        """A row of states (B, W, h) → what the state-to-state kernel reads from below each column, (B, W, k·h)."""
        width, reach = state.shape[1], self.kernel // 2
        padded = F.pad(state, (0, 0, reach, reach))
        return torch.cat([padded[:, t : t + width] for t in range(self.kernel)], dim=2)
