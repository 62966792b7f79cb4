"""The Diagonal BiLSTM layer (PixelRNN paper, section 3.2, Figures 3 and 4, right)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.layers.lstm import GATES, draw_recurrent, open_forget_gates
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.recurrence import Diagonals, recur
from pixellab.layers.shift import shift_down
from pixellab.masks import colour_groups


class DiagonalBiLSTMLayer(nn.Module):
    """Two LSTMs that run over the diagonals, from the left and from the right: 2h features → h features.

    - *input-to-state*: 1×1, mask B, for the whole map at once; each direction has its own;
    - *state-to-state*: from left to right, the state at (i, j) reads those at (i-1, j) and (i, j-1): two taps of a
      column of the skewed map. Both pixels are past, in every colour: no mask. The cell comes from (i, j-1).

    The other direction does the same on the mirrored picture, so its state at (i, j) has read all of row i from j on,
    the future among it. Moved down one row it has read row i-1: past, in every colour. It is added to the first.

    Outside the picture, the states are learned, one for each direction.

    Args:
        features: h.
        channels: C, the colours that features are grouped by.
    """

    def __init__(self, features: int, channels: int) -> None:
        super().__init__()
        gates = colour_groups(features, channels, gates=GATES)
        wide = colour_groups(2 * features, channels)
        self.features, self.channels = features, channels
        self.gate_features = 2 * GATES * features
        self.left_to_right = MaskedConv2d("B", wide, gates)
        self.right_to_left = MaskedConv2d("B", wide, gates)
        open_forget_gates(self.left_to_right)
        open_forget_gates(self.right_to_left)
        # Of either direction: its state above, then the one before, to its gates.
        self.state_to_state = nn.Parameter(draw_recurrent(2, 2 * features, GATES * features, taps=2 * features))
        self.initial_state = nn.Parameter(torch.zeros(2, features))
        self.initial_cell = nn.Parameter(torch.zeros(2, features))

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        """(B, 2h, H, W) → the hidden states of both directions, added up, (B, h, H, W).

        A conditional model adds a bias (B, 4h + 4h, H, W) to the input-to-state maps, left to right and right to left.
        """
        left, right = self.scan(x, bias)
        return left + shift_down(right)

    def scan(self, x: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The hidden state of each direction at each pixel, not yet shifted, each (B, h, H, W)."""
        batch, _, height, width = x.shape
        left, right = self.left_to_right(x), self.right_to_left(x)
        if bias is not None:
            to_left, to_right = bias.chunk(2, dim=1)
            left, right = left + to_left, right + to_right
        diagonals = Diagonals(height, width)
        states = self.initial_state[None, :, :, None, None].expand(
            diagonals.steps + 1, -1, -1, diagonals.own + height, batch
        )
        cells = self.initial_cell[None, :, :, None, None].expand(diagonals.steps + 1, -1, -1, height, batch)
        weight = self.state_to_state.unflatten(1, (diagonals.taps, self.features))
        (left, right), _ = recur(diagonals, [left, right.flip(3)], weight, states, cells)
        return left, right.flip(3)
