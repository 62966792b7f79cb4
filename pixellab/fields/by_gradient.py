"""The receptive field as the network uses it: derivatives of its logits by the picture."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

    from pixellab.models.autoregressive import AutoregressiveModel

CHUNK = 16
"""Logits that are differentiated at once, each on its own copy of the pictures: a matter of memory."""

NOISE = 8
"""Pictures of noise at which to differentiate when none are given."""


def gradient(
    model: AutoregressiveModel,
    row: int,
    column: int,
    channel: int | None = None,
    *,
    levels: Sequence[int] | None = None,
    images: Tensor | None = None,
    condition: Tensor | None = None,
    seed: int = 0,
) -> np.ndarray:
    """How strongly each pixel moves the logits at (row, column).

    In float64 and evaluation mode, on a copy of the model: what cannot influence is exactly zero. Where a
    ReLU is shut, an open way carries nothing either, so that several pictures show more than one.

    Args:
        channel: of the logits (0: R); None for all.
        levels: whose logits; None for all K. Each level and colour costs a pass.
        images: (B, C, H, W) integer pictures at which to differentiate; None for noise drawn from ``seed``.
        condition: for a conditional model: one for each picture, or a single one for all.

    Returns:
        (H, W) float64: max over pictures, levels and colours of |∂ logit / ∂ input|, where the input is the
        encoded picture in [-1, 1].

    Raises:
        ValueError: for a pixel or channel outside the picture.

        >>> import pixellab
        >>> model = pixellab.build("gated_pixelcnn", features=4, layers=2, height=5, width=5)
        >>> (gradient(model, 1, 2) > 0).astype(int)
        array([[1, 1, 1, 1, 1],
               [1, 1, 0, 0, 0],
               [0, 0, 0, 0, 0],
               [0, 0, 0, 0, 0],
               [0, 0, 0, 0, 0]])
    """
    import torch

    c = model.configuration
    model = copy.deepcopy(model).double().eval()
    if images is None:
        generator = torch.Generator().manual_seed(seed)
        images = torch.randint(c.levels, (NOISE, *c.shape), generator=generator)
    inputs = model.encode(images.to(next(model.parameters()).device))
    height, width = inputs.shape[2:]
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(f"Pixel ({row}, {column}) is outside the {height}×{width} picture.")
    if channel is not None and not 0 <= channel < c.channels:
        raise ValueError(f"Channels go from 0 to {c.channels - 1}; there is no channel {channel}.")
    if condition is not None:
        condition = condition.to(inputs.device).expand(len(inputs), *condition.shape[1:])

    colours = range(c.channels) if channel is None else [channel]
    asked = torch.cartesian_prod(torch.arange(c.levels)[list(levels or range(c.levels))], torch.tensor(colours))
    strongest = inputs.new_zeros(height, width)
    for part in asked.to(inputs.device).split(CHUNK):
        # Pictures do not mix: a copy of all of them for each logit brings back all derivatives in one pass.
        copies = inputs.repeat(len(part), 1, 1, 1).requires_grad_()
        told = None if condition is None else condition.repeat(len(part), *[1] * (condition.dim() - 1))
        logits = model.network(copies, told)[:, :, :, row, column].unflatten(0, (len(part), -1))  # (part, B, K, C)
        level, colour = part.T
        wanted = logits[torch.arange(len(part)), :, level, colour].sum()
        (slopes,) = torch.autograd.grad(wanted, copies)
        strongest = torch.maximum(strongest, slopes.abs().amax(dim=(0, 1)))
    return strongest.cpu().numpy()
