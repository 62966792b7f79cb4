"""The Row LSTM layer (PixelRNN paper, section 3.1 and Figure 4, centre)."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.layers.lstm import GATES, draw_recurrent, open_forget_gates
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.recurrence import Rows, recur
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
        batch, _, height, width = inputs.shape
        rows, beside = Rows(height, width, self.kernel), self.kernel // 2
        above = F.pad(self.initial_state[:, None].expand(-1, width), (beside, beside))
        states = above[None, None, :, :, None].expand(height + 1, -1, -1, -1, batch)
        cells = self.initial_cell[None, None, :, None, None].expand(height + 1, -1, -1, width, batch)
        (state,), cell = recur(rows, [inputs], self.state_to_state[None], states, cells)
        return state, cell[0].permute(2, 1, 0)
