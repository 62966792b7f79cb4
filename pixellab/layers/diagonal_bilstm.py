"""The Diagonal BiLSTM layer (PixelRNN paper, section 3.2, Figures 3 and 4, right)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.layers.lstm import GATES, draw_recurrent, lstm, open_forget_gates
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.shift import shift_down, skew, unskew
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
        left, right = left.permute(2, 3, 0, 1), right.permute(2, 3, 0, 1).flip(1)  # (H, W, B, 4h)
        weight = self.state_to_state.to(left.dtype)
        border = self.initial_state.to(left.dtype)[:, None, None].expand(-1, 1, batch, -1)
        cell_border = self.initial_cell[:, None, None].expand(-1, 1, batch, -1)
        state, cell, columns = border[:, :0], cell_border[:, :0], []
        for s, inputs in enumerate(zip(skew(left), skew(right), strict=True)):
            # States are (2, rows, B, h); the column before may begin a row higher, and ends a row higher until s = H.
            top, bottom = [border] * (s < width), s < height
            above_and_before = torch.cat([*top, state, *[border] * bottom], dim=1)
            cell = torch.cat([cell[:, s >= width :], *[cell_border] * bottom], dim=1)
            taps = torch.cat([above_and_before[:, :-1], above_and_before[:, 1:]], dim=3)
            gates = torch.baddbmm(torch.stack(inputs).flatten(1, 2), taps.flatten(1, 2), weight)
            state, cell = lstm(gates.unflatten(1, taps.shape[1:3]), cell)
            columns.append(state)
        left = unskew([column[0] for column in columns], height, width)
        right = unskew([column[1] for column in columns], height, width).flip(1)
        return left.permute(2, 3, 0, 1), right.permute(2, 3, 0, 1)
