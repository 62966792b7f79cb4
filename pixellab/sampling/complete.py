"""Whole pictures: samples from nothing, and endings of a picture that is partly hidden."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.look_below import look_below
from pixellab.sampling.stream import prepare, stream

METHODS = ("raster", "look_below")


@dataclass(frozen=True)
class Completion:
    """Endings of B pictures, n of each.

    Attributes:
        images: (B, n, C, H, W) int64; given pixels are what they were.
        log_weights: (B, n) how much each ending counts, as the logarithm of a weight; equal for equal draws.
        effective_sample_size: (B, n, steps) what the particles behind each ending were worth as the drawing went, in
            equally weighted draws; (B, n, 0) where there are no particles.
    """

    images: Tensor
    log_weights: Tensor
    effective_sample_size: Tensor

    @property
    def distinct(self) -> list[int]:
        """How many of each picture's endings differ from one another."""
        return [len(endings.flatten(1).unique(dim=0)) for endings in self.images]


def complete(
    model: AutoregressiveModel,
    images: Tensor,
    hidden: Tensor,
    n: int = 9,
    method: str = "raster",
    *,
    particles: int = 64,
    condition: Tensor | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> Completion:
    """n endings of each picture.

    Args:
        method: "raster" draws each hidden pixel from p(x_i | x_<i): it cannot read what is given behind it.
            "look_below" weighs and resamples particles by what is given behind, see `pixellab.sampling.look_below`.
        particles: of "look_below": how many run for one ending.
        images, hidden, condition, temperature, seed: see `pixellab.stream`.

    Raises:
        ValueError: when shapes, values or settings do not fit.

        >>> import pixellab
        >>> model = pixellab.build("row_lstm", height=5, width=4, features=8, layers=1)
        >>> picture, hidden = pixellab.sample(model, 1, seed=1), torch.zeros(5, 4, dtype=torch.bool)
        >>> hidden[1:3, 1:3] = True
        >>> endings = complete(model, picture, hidden, n=9, seed=2).images
        >>> endings.shape, bool((endings[0] == picture)[..., ~hidden].all())
        (torch.Size([1, 9, 1, 5, 4]), True)
        >>> complete(model, picture, hidden, n=3, method="look_below", particles=8).effective_sample_size.shape[:2]
        torch.Size([1, 3])
    """
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; choose one of {', '.join(METHODS)}.")
    pictures, _ = prepare(model, images, hidden, n)
    batch, shape = len(images), pictures.shape[1:]
    settings = dict(n=n, condition=condition, temperature=temperature, seed=seed)
    if method == "look_below":
        sizes, state = [], None
        for state in look_below(model, images, hidden, particles=particles, **settings):
            sizes.append(state.effective_sample_size.view(batch, n))
        if state is not None:
            endings, weights = state.endings()
            return Completion(endings.view(batch, n, *shape), weights.view(batch, n), torch.stack(sizes, 2))
    else:
        drawn = pictures.cpu().numpy().copy()
        for pixel in stream(model, images, hidden, **settings):
            drawn[:, :, pixel.row, pixel.column] = pixel.values
        pictures = torch.from_numpy(drawn).to(pictures.device)
    equal = torch.zeros(batch, n, dtype=torch.float64)
    return Completion(pictures.view(batch, n, *shape), equal, equal.new_zeros(batch, n, 0))


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

        >>> import pixellab
        >>> model = pixellab.build("gated_pixelcnn", condition_size=10, height=5, width=4, features=8, layers=2)
        >>> sample(model, 2, condition=torch.tensor([3, 7]), seed=1).shape
        torch.Size([2, 1, 5, 4])
    """
    blank = torch.zeros(1, *model.configuration.shape, dtype=torch.int64)
    everything = torch.ones(model.configuration.height, model.configuration.width, dtype=torch.bool)
    return complete(model, blank, everything, n, condition=condition, temperature=temperature, seed=seed).images[0]
