"""Endings that fit what lies behind the hole too: sequential Monte Carlo with systematic resampling.

Of all ways to fill the hole, p(hidden | all given) is in proportion to the product of p(x_t | x_<t) over *all*
pixels. A particle draws the hidden pixels from their own factors, as raster completion does; the factors of the
given pixels that follow are its weight. Whenever the weights of a set of particles become too unequal, the set is
resampled: unlikely particles die, likely ones are copied. Behind the last hidden pixel nothing is drawn any more: the
pictures are only read on, and the weights grow apart.

Copies share their past, so one set ends with few distinct endings. Several independent sets run side by side, one for
each ending that is asked for; a set's evidence (its mean weight) is how much its ending counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.draw import distribution, pick
from pixellab.sampling.stream import prepare, spread, uniforms
from pixellab.sampling.walk import walk


class Particles:
    """The state of a run, the same object at every step.

    With B images, n endings each and P particles a set, there are S = B·n sets and S·P particles.

    Attributes:
        row, column: the pixel that was treated last.
        pictures: (S, P, C, H, W) int64; pixels behind the last one treated are as they were given.
        log_weights: (S, P) since the set was last resampled.
        evidence: (S,) logarithm of the mean weight, up to the last resampling.
        effective_sample_size: (S,) of the weights now: P when all are equal, 1 when one has it all.
        shares: (S, P) what each particle has of the weight of its set after this pixel, before any resampling.
        parents: (S, P) which particle of its set each one was before the resampling at this pixel; itself, where there
            was none.
    """

    def __init__(self, pictures: Tensor, particles: int, seed: int) -> None:
        self.pictures = pictures.view(-1, particles, *pictures.shape[1:])
        self.log_weights = torch.zeros(self.pictures.shape[:2], dtype=torch.float64, device=pictures.device)
        self.evidence = self.log_weights.new_zeros(len(self.log_weights))
        self.row = self.column = -1
        self.shares = torch.softmax(self.log_weights, 1)
        self.parents = torch.arange(particles, device=pictures.device).expand(len(self.log_weights), -1)
        # The numbers for resampling are apart from those of the pixels: both follow from the seed.
        self.generator = torch.Generator().manual_seed(seed + 1_000_003)

    @property
    def effective_sample_size(self) -> Tensor:
        return 1 / torch.softmax(self.log_weights, 1).square().sum(1)

    def weigh(self, row: int, column: int, log_likelihood: Tensor) -> None:
        """Take account of a pixel: what its colours cost each particle, (S·P,), 0 where it was hidden."""
        self.row, self.column = row, column
        self.log_weights += log_likelihood.view_as(self.log_weights)
        self.shares = torch.softmax(self.log_weights, 1)
        self.parents = torch.arange(self.shares.shape[1], device=self.shares.device).expand_as(self.shares)

    def resample(self) -> Tensor | None:
        """Replace the particles of every set whose effective size fell below P/2; returns the new order, if any."""
        sets, particles = self.log_weights.shape
        poor = self.effective_sample_size < particles / 2
        if not poor.any():
            return None
        numbers = torch.rand(sets, 1, generator=self.generator, dtype=torch.float64).to(self.log_weights.device)
        index = torch.arange(particles, device=poor.device).expand(sets, -1)
        index = torch.where(poor[:, None], systematic(torch.softmax(self.log_weights, 1), numbers), index)
        self.evidence += torch.where(poor, self._mean_weight(), 0)
        self.log_weights[poor] = 0
        self.parents = index
        order = (index + torch.arange(sets, device=index.device)[:, None] * particles).flatten()
        # In place: the walk through the pictures goes on with them.
        self.pictures.copy_(self.pictures.flatten(0, 1)[order].view_as(self.pictures))
        return order

    def choose(self) -> Tensor:
        """(S,): one particle of each set, drawn by weight."""
        uniform = torch.rand(len(self.evidence), generator=self.generator, dtype=torch.float64)
        return pick(torch.softmax(self.log_weights, 1), uniform.to(self.evidence.device))

    def set_weights(self) -> Tensor:
        """(S,): how much each set counts, as a logarithm; all evidence up to now."""
        return self.evidence + self._mean_weight()

    def endings(self) -> tuple[Tensor, Tensor]:
        """One particle of each set, drawn by weight: pictures (S, C, H, W) and log-weights (S,)."""
        chosen = self.choose()
        return self.pictures[torch.arange(len(chosen), device=chosen.device), chosen], self.set_weights()

    def _mean_weight(self) -> Tensor:
        return torch.logsumexp(self.log_weights, 1) - math.log(self.log_weights.shape[1])


def look_below(
    model: AutoregressiveModel,
    images: Tensor,
    hidden: Tensor,
    n: int = 9,
    particles: int = 64,
    *,
    condition: Tensor | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> Iterator[Particles]:
    """Draw the hidden pixels in the light of all given ones; yields the particles after each pixel.

    At a temperature other than 1 both drawing and weighing use the distributions at that temperature: the endings
    come from the posterior of the tempered model.

    Args:
        n: endings, each from a set of its own.
        particles: P, how many run for one ending; exact in the limit of many.
        model, images, hidden, condition, temperature, seed: see `pixellab.stream`; temperature must be above 0.

    Raises:
        ValueError: when shapes, values or settings do not fit.

        >>> import pixellab
        >>> model = pixellab.build("pixelcnn", height=3, width=3, features=8, layers=1)
        >>> hidden = torch.tensor([[False, True, False], [False, True, False], [False, False, False]])
        >>> steps = look_below(model, torch.zeros(1, 1, 3, 3, dtype=torch.int64), hidden, n=2, particles=8, seed=1)
        >>> [(state.row, state.column, tuple(state.effective_sample_size.shape)) for state in steps][:2]
        [(0, 1, (2,)), (0, 2, (2,))]
    """
    if particles < 1:
        raise ValueError(f"particles must be at least 1, not {particles}.")
    if not temperature > 0:
        raise ValueError(f"look_below weighs by probability: temperature must be above 0, not {temperature}.")
    pictures, holes = prepare(model, images, hidden, n * particles)
    given, copies = spread(condition, pictures, n * particles)
    numbers, state = uniforms(pictures, seed), Particles(pictures, particles, seed)
    return _run(model, pictures, holes, given, copies, temperature, numbers, state)


def systematic(weights: Tensor, uniform: Tensor) -> Tensor:
    """Indices (S, P), each particle i about P·w_i times: one number (S, 1) places P evenly spaced marks.

    >>> systematic(torch.tensor([[0.5, 0.0, 0.25, 0.25]]), torch.tensor([[0.5]])).tolist()
    [[0, 0, 2, 3]]
    """
    count = weights.shape[1]
    marks = (torch.arange(count, device=weights.device) + uniform) / count
    edges = weights.cumsum(1)
    return torch.searchsorted(edges / edges[:, -1:], marks.to(edges.dtype).contiguous(), right=True).clamp_max(
        count - 1
    )


@torch.inference_mode()
def _run(
    model: AutoregressiveModel,
    pictures: Tensor,
    holes: np.ndarray,
    condition: Tensor | None,
    copies: int,
    temperature: float,
    numbers: Tensor,
    particles: Particles,
) -> Iterator[Particles]:
    """Pixel by pixel from the first hidden one to the end of the picture; resampled while something is hidden yet."""
    channels, height, width = pictures.shape[1:]
    order = model.order(height, width)
    somewhere = np.flatnonzero(holes.any(0).flatten()[order])
    if not len(somewhere):
        return
    masks = torch.from_numpy(holes).to(pictures.device)
    stops = np.zeros((height, width), bool)
    stops.flat[order[somewhere[0] :]] = True
    to_draw = somewhere[-1] - somewhere[0] + 1
    for step, place in enumerate(walk(model, pictures, stops, condition, copies), start=1):
        row, column = place.row, place.column
        weight = torch.zeros(len(pictures), dtype=torch.float64, device=pictures.device)
        for channel in range(channels):
            likely = distribution(place.logits(channel), temperature)
            old = pictures[:, channel, row, column]
            value = torch.where(masks[:, row, column], pick(likely, numbers[row, column, channel]), old)
            weight += torch.where(masks[:, row, column], 0, likely.double().gather(1, value[:, None])[:, 0].log())
            place.write(channel, value)
        particles.weigh(row, column, weight)
        if step < to_draw:
            chosen = particles.resample()
            if chosen is not None:
                place.state.select(chosen)
        yield particles
