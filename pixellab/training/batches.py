"""Which pictures an update learns from: known from the seed and the number of the update alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pixellab import conditions
from pixellab.data import Images
from pixellab.errors import PixelLabError
from pixellab.training.processes import Processes
from pixellab.training.settings import Settings


class Batches:
    """The training pictures in an order of its own for each epoch; a run can begin at any update.

    Args:
        images: the training split.
        settings: the run.
        here: this process, which gets its share of each batch.

    Raises:
        PixelLabError: when the pictures do not fit the model, or do not fill one batch.
    """

    def __init__(self, images: Images, settings: Settings, here: Processes) -> None:
        self.pictures, self.conditions = tensors(images, settings, here.device)
        self.settings, self.here = settings, here
        size = settings.batch_size
        if size % here.world:
            raise PixelLabError(
                f"A batch of {size} pictures cannot be shared evenly by {here.world} processes: change batch_size."
            )
        if size > len(images):
            raise PixelLabError(f"A batch of {size} needs {size} training pictures; there are {len(images)}.")
        self.per_epoch = len(images) // size
        self._epoch, self._order = -1, torch.empty(0)

    def __call__(self, step: int) -> tuple[Tensor, Tensor | None]:
        """The share of update ``step``: pictures (b, C, H, W) uint8 and, for a conditional model, b conditions."""
        size = self.settings.batch_size
        epoch, place = divmod(step, self.per_epoch)
        chosen = self.order(epoch)[place * size : (place + 1) * size]
        pictures = self.pictures[self.here.share(chosen)]
        if self.settings.flip:
            generator = torch.Generator().manual_seed(derived_seed(self.settings.seed, step))
            mirrored = self.here.share(torch.rand(size, generator=generator) < 0.5)
            pictures[mirrored] = pictures[mirrored].flip(3)
        return pictures, None if self.conditions is None else self.conditions[self.here.share(chosen)]

    def order(self, epoch: int) -> Tensor:
        """A permutation of all pictures."""
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(self.settings.seed * 1_000_003 + epoch)
            self._epoch, self._order = epoch, torch.randperm(len(self.pictures), generator=generator)
        return self._order


def tensors(
    images: Images, settings: Settings, device: torch.device, limit: int | None = None
) -> tuple[Tensor, Tensor | None]:
    """The pictures, and what a conditional model is told of them; at most ``limit``, chosen at random.

    Raises:
        PixelLabError: when the pictures do not fit the model.
    """
    _check(images, settings)
    pictures = torch.from_numpy(images.x).to(device)
    told = conditions.of(images).to(device) if settings.labels else None
    if limit is None or limit >= len(pictures):
        return pictures, told
    part = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))[:limit]
    return pictures[part], None if told is None else told[part]


def derived_seed(*parts: int) -> int:
    """One seed out of several numbers; neighbouring numbers give unrelated seeds.

    >>> derived_seed(0, 1) == derived_seed(1, 0)
    False
    """
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0])


def _check(images: Images, settings: Settings) -> None:
    model, shape = settings.model, tuple(images.x.shape[1:])
    if shape != model.shape or images.levels != model.levels:
        raise PixelLabError(
            f"{images.name} has pictures of shape {shape} with {images.levels} levels, "
            f"but the model is made for {model.shape} with {model.levels}: change [model] in the settings."
        )
    size = getattr(model, "condition_size", 0)
    if settings.labels and (images.labels is None or conditions.length(images) != size):
        known = "no classes" if images.labels is None else f"{len(images.classes)} classes"
        if images.labels is not None and images.places is not None:
            known += " in {} x {} places".format(*images.grid)
        raise PixelLabError(f"{images.name} as it lies here has {known}, but the model is conditioned on {size}.")
    if settings.flip and settings.labels and images.places is not None:
        raise PixelLabError("A mirrored picture has another place than it is said to have: leave flip out.")
    if size and not settings.labels:
        raise PixelLabError(f"The model has a condition of size {size}: set labels = true to train it on classes.")
