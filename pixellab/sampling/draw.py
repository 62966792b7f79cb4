"""From logits to a value: temperature, softmax, and the inverse of the cumulative distribution."""

from __future__ import annotations

import torch
from torch import Tensor


def distribution(logits: Tensor, temperature: float) -> Tensor:
    """softmax(logits / T) over the last dimension; T = 0 is its limit, all on the likeliest value.

    >>> distribution(torch.tensor([0.0, 1.0]), 0).tolist()
    [0.0, 1.0]
    """
    if temperature == 0:
        return torch.zeros_like(logits).scatter_(-1, logits.argmax(-1, keepdim=True), 1)
    return torch.softmax(logits if temperature == 1 else logits / temperature, dim=-1)


def pick(probabilities: Tensor, uniform: Tensor) -> Tensor:
    """The value whose share of [0, 1) holds a uniform number; a value of probability 0 is never drawn.

    One number picks one value, whatever the distribution: with the same numbers, pictures of two temperatures, or of
    two neighbouring holes, differ only where the distributions do.

    Args:
        probabilities: (B, K), each row summing to 1 up to rounding.
        uniform: (B,) in [0, 1).

    Returns:
        (B,) integers in 0 … K-1.

    >>> pick(torch.tensor([[0.25, 0.0, 0.75]]).expand(3, 3), torch.tensor([0.0, 0.25, 0.99])).tolist()
    [0, 2, 2]
    """
    edges = probabilities.cumsum(-1, dtype=torch.float64)
    return torch.searchsorted(edges, uniform[:, None] * edges[:, -1:], right=True)[:, 0]
