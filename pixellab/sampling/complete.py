"""Whole pictures: samples from nothing, and endings of a picture that is partly hidden."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.stream import prepare, stream


@dataclass(frozen=True)
class Completion:
    """Endings of B pictures, n of each.

    Attributes:
        images: (B, n, C, H, W) int64; given pixels are what they were.
        log_weights: (B, n) how much each ending counts, as the logarithm of a weight; equal for equal draws.
        effective_sample_size: (B, steps) how many equally weighted draws the endings were worth as the drawing went.
    """

    images: Tensor
    log_weights: Tensor
    effective_sample_size: Tensor


def complete(
    model: AutoregressiveModel,
    images: Tensor,
    hidden: Tensor,
    n: int = 9,
    method: str = "raster",
    *,
    condition: Tensor | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> Completion:
    """n endings of each picture.

    Args:
        method: "raster" draws each hidden pixel from p(x_i | x_<i): it cannot read what is given behind it.
        images, hidden, condition, temperature, seed: see `pixellab.stream`.

    Raises:
        ValueError: when shapes, values or settings do not fit.
    """
    if method != "raster":
        raise ValueError(f'There is no method {method!r}; choose "raster".')
    pictures, _ = prepare(model, images, hidden, n)
    for pixel in stream(
        model, images, hidden, n=n, condition=condition, temperature=temperature, seed=seed
    ):
        pictures[:, :, pixel.row, pixel.column] = torch.from_numpy(pixel.values).to(pictures.device)
    batch = len(images)
    return Completion(
        pictures.view(batch, n, *pictures.shape[1:]),
        torch.zeros(batch, n, dtype=torch.float64),
        torch.full((batch, 1), float(n), dtype=torch.float64),
    )


def sample(
    model: AutoregressiveModel,
    n: int,
    condition: Tensor | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> Tensor:
    """n pictures from nothing: (n, C, H, W) int64.

    Args:
        condition: for a conditional model, one condition for all (length 1) or one for each picture (length n).
        temperature, seed: see `pixellab.stream`.
    """
    blank = torch.zeros(1, *model.configuration.shape, dtype=torch.int64)
    everything = torch.ones(model.configuration.height, model.configuration.width, dtype=torch.bool)
    return complete(model, blank, everything, n, condition=condition, temperature=temperature, seed=seed).images[0]
