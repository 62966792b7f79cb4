"""Does a conditional model do what it is told? Counted on pictures, by Bayes' rule, and on samples, by their place."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from pixellab import conditions
from pixellab.data import Images, placed
from pixellab.likelihood import nll
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.complete import sample

TOLERANCE = 1.0
"""By how many pixels the centre of a sample's ink may miss the cell asked for; that of the data never does."""

Progress = Callable[[int], object]


def likeliest_classes(
    model: AutoregressiveModel, images: Images, batch_size: int = 64, progress: Progress = lambda _: None
) -> Tensor:
    """The class under which each picture is likeliest: argmax over c of p(x | c), and of p(x | c, place) with places.

    By Bayes' rule that is the likeliest class given the picture, all classes being as frequent as one another. The
    model never learnt to tell classes apart: that it can says that the class matters to what it draws.

    Args:
        progress: called with the number of pictures of each pass, ten classes one after the other.

    Returns:
        (N,) int64.

    Raises:
        ValueError: when the pictures have no labels, or do not fit the model.
    """
    pictures = torch.from_numpy(images.x)
    costs = []
    for label in range(len(images.classes)):
        told = conditions.of(images, torch.full((len(images),), label))
        parts = []
        for part in torch.arange(len(images)).split(batch_size):
            parts.append(nll(model, pictures[part], told[part], batch_size))
            progress(len(part))
        costs.append(torch.cat(parts))
    return torch.stack(costs).argmin(0)


def draw_where(
    model: AutoregressiveModel,
    n: int,
    *,
    classes: int,
    grid: tuple[int, int],
    seed: int = 0,
    batch_size: int = 100,
    progress: Progress = lambda _: None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Samples of a model of classes and places, each told a class and a place drawn evenly by the seed.

    Returns:
        pictures (n, C, H, W) int64, classes (n,), places (n, 2) int64.
    """
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(classes, (n,), generator=generator)
    rows, columns = (torch.randint(count, (n,), generator=generator) for count in grid)
    told = conditions.where(labels, rows, columns, classes=classes, grid=grid)
    drawn = []
    for number, part in enumerate(torch.arange(n).split(batch_size)):
        drawn.append(sample(model, len(part), told[part], seed=seed + number))
        progress(len(part))
    return torch.cat(drawn).cpu(), labels, torch.stack([rows, columns], 1)


def lands(pictures: Tensor, places: Tensor) -> Tensor:
    """Whether each picture's ink lies where it was asked for, give or take `TOLERANCE`: (N,) bool."""
    return torch.from_numpy(placed.lands(pictures.numpy(), places.numpy(), TOLERANCE))
