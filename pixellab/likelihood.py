"""How probable a picture is: nats, bits per dimension, and what each pixel cost."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel


def nll(model: AutoregressiveModel, x: Tensor, condition: Tensor | None = None, batch_size: int = 64) -> Tensor:
    """The negative log-likelihood of each picture, -log p(x) (PixelRNN paper, equation 1).

    Args:
        x: (B, C, H, W) integers in 0 … K-1.
        condition: (B,) or (B, n) for a conditional model.
        batch_size: how many pictures pass through the network at once; it changes memory, not the result.

    Returns:
        (B,) nats, float64.

        >>> import pixellab
        >>> model = pixellab.build("pixelcnn", features=8, layers=1, height=5, width=4)
        >>> nats = nll(model, pixellab.sample(model, 3, seed=1))
        >>> nats.shape, bool((nats > 0).all())
        (torch.Size([3]), True)
    """
    return cost_map(model, x, condition, batch_size).flatten(1).sum(1)


@torch.inference_mode()
def cost_map(model: AutoregressiveModel, x: Tensor, condition: Tensor | None = None, batch_size: int = 64) -> Tensor:
    """What each colour of each pixel cost: -log p(x_i | x_<i).

    Returns:
        (B, C, H, W) nats, float64; its sum over C, H and W is `nll`.

        >>> import pixellab
        >>> model = pixellab.build("pixelcnn", features=8, layers=1, height=5, width=4)
        >>> cost_map(model, torch.zeros(2, 1, 5, 4, dtype=torch.int64)).shape
        torch.Size([2, 1, 5, 4])
    """
    model.check(x)
    device = next(model.parameters()).device
    parts = [
        F.cross_entropy(model(part.to(device), given).double(), part.to(device).long(), reduction="none").cpu()
        for part, given in _batches(x, condition, batch_size, device)
    ]
    return torch.cat(parts) if parts else torch.zeros(x.shape, dtype=torch.float64)


def bits_per_dim(nats: Tensor | float, shape: tuple[int, int, int]) -> Tensor | float:
    """nats / (C·H·W·ln 2): the unit of the papers' tables for colour pictures; 8 says nothing of an 8-bit value.

    >>> round(bits_per_dim(3 * 32 * 32 * 8 * math.log(2), (3, 32, 32)), 6)
    8.0
    """
    return nats / (math.prod(shape) * math.log(2))


def _batches(
    x: Tensor, condition: Tensor | None, size: int, device: torch.device
) -> Iterator[tuple[Tensor, Tensor | None]]:
    for start in range(0, len(x), size):
        given = None if condition is None else condition[start : start + size].to(device)
        yield x[start : start + size], given
