"""Large pictures from small ones: the second step of Multi-Scale PixelRNN alone."""

from __future__ import annotations

import torch
from torch import Tensor

from pixellab.models.multi_scale import MultiScale
from pixellab.sampling.complete import complete


def enlarge(model: MultiScale, small: Tensor, n: int = 9, *, temperature: float = 1.0, seed: int = 0) -> Tensor:
    """n draws from p(large | small) for each small picture.

    Args:
        small: (B, C, h, w) integers; h and w are the configuration's ``small_size``. ``model.subsample`` makes such a
            picture of a large one, blurred or not.
        temperature, seed: see `pixellab.stream`.

    Returns:
        (B, n, C, H, W) int64. Every factor-th pixel of every factor-th row is that of the small picture, bit for bit.

    Raises:
        ValueError: when the model cannot enlarge, or a shape or value does not fit.

        >>> from pixellab.models import build
        >>> model = build("multi_scale", height=6, width=6, factor=2, features=8, layers=1, small_layers=1)
        >>> enlarge(model, torch.zeros(1, 1, 3, 3, dtype=torch.int64), n=4).shape
        torch.Size([1, 4, 1, 6, 6])
    """
    if not isinstance(model, MultiScale):
        raise ValueError(f'Only "multi_scale" enlarges; this model is {model.configuration.architecture!r}.')
    model.check(small)
    c = model.configuration
    if small.shape[2:] != c.small_size:
        raise ValueError(f"The small picture of this model is {c.small_size}; this one is {tuple(small.shape[2:])}.")
    pictures = torch.zeros(len(small), *c.shape, dtype=torch.int64)
    hidden = torch.ones(c.height, c.width, dtype=torch.bool)
    model.subsample(pictures).copy_(small)
    model.subsample(hidden).fill_(False)
    return complete(model, pictures, hidden, n, temperature=temperature, seed=seed).images
