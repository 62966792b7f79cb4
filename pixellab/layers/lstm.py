"""The LSTM core of both PixelRNNs (PixelRNN paper, equation 3), and what an LSTM layer has beside it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

GATES = 4
"""Output, forget, input and content gate, o, f, i, g: the order of equation 3, and of the 4h gate features."""


def lstm(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """One step of the recurrence, from the sum of its input-to-state and state-to-state components.

        c = sigmoid(f) · c' + sigmoid(i) · tanh(g)
        h = sigmoid(o) · tanh(c)

    Each gate gets memory of its own, since runs of h numbers are short for a vector unit. After that, plain operations
    and their derivatives are as fast as one operation with a derivative of its own (measured). Under autocast, the
    cell, which sums up over the whole picture, stays in the precision that it begins with.

    Args:
        gates: (…, 4h) before their nonlinearities.
        cell: (…, h) the previous cell state c'.

    Returns:
        The new hidden state h, in the precision of the gates, and the new cell state c, each (…, h).
    """
    output, forget, input_, content = (gate.contiguous() for gate in gates.chunk(GATES, dim=-1))
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(input_) * torch.tanh(content)
    return (torch.sigmoid(output) * torch.tanh(cell)).to(gates.dtype), cell


def draw_recurrent(*shape: int, taps: int) -> Tensor:
    """Fresh state-to-state weights: uniform, as torch draws those of a convolution that reads ``taps`` features."""
    return torch.empty(shape).uniform_(-(taps**-0.5), taps**-0.5)


def open_forget_gates(input_to_state: nn.Conv2d) -> None:
    """Begin with forget gates that let most of the cell pass: bias 1, as is usual for long recurrences."""
    with torch.no_grad():
        input_to_state.bias.chunk(GATES)[1].fill_(1)
