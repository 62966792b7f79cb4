"""The streaming sampler: one pixel after another from cached state, instead of one whole pass per pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.draw import distribution, pick
from pixellab.sampling.walk import walk


@dataclass(frozen=True)
class Pixel:
    """One pixel, as it was drawn for a whole batch.

    Attributes:
        row, column: where, 0-based.
        values: (B, C) int64, the values it has now.
        probabilities: (B, C, K) float32, the distribution of each colour given all before it, at the temperature.
        drawn: (B,) bool, whether it was hidden, and so drawn, in each picture; elsewhere the value was given.
    """

    row: int
    column: int
    values: np.ndarray
    probabilities: np.ndarray
    drawn: np.ndarray


def stream(
    model: AutoregressiveModel,
    images: Tensor | None = None,
    hidden: Tensor | None = None,
    *,
    n: int = 1,
    condition: Tensor | None = None,
    temperature: float = 1.0,
    seed: int = 0,
) -> Iterator[Pixel]:
    """Draw the hidden pixels in the model's order, each from p(x_i | x_<i), and yield each as it is drawn.

    That is raster order for all models but Multi-Scale PixelRNN. Given pixels are kept; those behind a hidden one are
    kept but cannot be read by it. Everything before the first hidden pixel passes through the network in parallel.

    Args:
        model: any model of the package; the pictures go to its device.
        images: (B, C, H, W) integers; None for pictures from nothing.
        hidden: (H, W) or (B, H, W) bool, what is to be drawn; None for everything.
        n: endings of each image; in the yielded batch the endings of one image stand together.
        condition: for a conditional model, one for each image or one for each ending.
        temperature: divides the logits; 1 is the model's own distribution, 0 its likeliest value, pixel by pixel.
        seed: of one random number for each colour of each pixel of each ending. The picture depends on nothing else.

    Returns:
        An iterator of `Pixel`, one for each place that is hidden in any picture. Closing it ends the work.

    Raises:
        ValueError: when shapes, values or settings do not fit.

        >>> from pixellab.models import build
        >>> model = build("gated_pixelcnn", height=4, width=4, features=8, layers=2)
        >>> [(pixel.row, pixel.column) for pixel in stream(model, seed=1)][:3]
        [(0, 0), (0, 1), (0, 2)]
    """
    pictures, holes = prepare(model, images, hidden, n)
    if not temperature >= 0:
        raise ValueError(f"temperature must be 0 or more, not {temperature}.")
    given, copies = spread(condition, pictures, n)
    return _draw(model, pictures, holes, given, copies, temperature, uniforms(pictures, seed))


def prepare(
    model: AutoregressiveModel, images: Tensor | None, hidden: Tensor | None, n: int
) -> tuple[Tensor, np.ndarray]:
    """The batch to be completed: (B·n, C, H, W) on the model's device, and (B·n, H, W) bool of what is hidden."""
    if n < 1:
        raise ValueError(f"n must be at least 1, not {n}.")
    if images is None:
        images = torch.zeros(1, *model.configuration.shape, dtype=torch.int64)
    model.check(images)
    size = tuple(images.shape[2:])
    if hidden is None:
        hidden = torch.ones(size, dtype=torch.bool)
    hidden = torch.as_tensor(hidden)
    if hidden.dtype != torch.bool or tuple(hidden.shape) not in (size, (len(images), *size)):
        raise ValueError(
            f"hidden must be bool of the shape {size} or {(len(images), *size)}; "
            f"it is {hidden.dtype} {tuple(hidden.shape)}."
        )
    holes = hidden.expand(len(images), *size).repeat_interleave(n, 0)
    device = next(model.parameters()).device
    return images.long().repeat_interleave(n, 0).to(device), holes.cpu().numpy()


def spread(condition: Tensor | None, pictures: Tensor, n: int) -> tuple[Tensor | None, int]:
    """One condition for each ending, from one for each image, or as it is; and how many neighbours begin alike."""
    if condition is None:
        return None, n
    images = len(pictures) // n
    if len(condition) not in (images, len(pictures)):
        raise ValueError(f"There are {images} images with {n} endings each, but {len(condition)} conditions.")
    if len(condition) == images:
        return condition.repeat_interleave(n, 0).to(pictures.device), n
    return condition.to(pictures.device), 1


def uniforms(pictures: Tensor, seed: int) -> Tensor:
    """(H, W, C, B) float64 in [0, 1): the random numbers of a whole batch, drawn on the CPU before anything else."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(pictures.shape, generator=generator, dtype=torch.float64).permute(2, 3, 1, 0).to(pictures.device)


@torch.inference_mode()
def _draw(
    model: AutoregressiveModel,
    pictures: Tensor,
    holes: np.ndarray,
    condition: Tensor | None,
    copies: int,
    temperature: float,
    numbers: Tensor,
) -> Iterator[Pixel]:
    """Stop at every pixel that is hidden somewhere."""
    somewhere, everywhere = holes.any(0), holes.all(0)
    masks = torch.from_numpy(holes).to(pictures.device)
    batch, channels = pictures.shape[:2]
    for place in walk(model, pictures, somewhere, condition, copies):
        row, column = place.row, place.column
        values = np.empty((batch, channels), np.int64)
        probabilities = np.empty((batch, channels, model.configuration.levels), np.float32)
        for channel in range(channels):
            likely = distribution(place.logits(channel), temperature)
            value = pick(likely, numbers[row, column, channel])
            if not everywhere[row, column]:
                value = torch.where(masks[:, row, column], value, pictures[:, channel, row, column])
            place.write(channel, value)
            values[:, channel] = value.cpu().numpy()
            probabilities[:, channel] = likely.cpu().numpy()
        yield Pixel(row, column, values, probabilities, holes[:, row, column])
