"""The streaming sampler against one full pass per value, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch
from torch import Tensor

from pixellab.configurations import Configuration
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling import stream
from pixellab.sampling.walk import walk

TOLERANCE = 1e-3
"""Streamed and parallel logits may differ by this share of the largest one in float32; usually it is 1e-6."""


@dataclass(frozen=True)
class Sampling:
    """One comparison.

    Attributes:
        configuration, batch: what was drawn: ``batch`` pictures at once.
        streaming: seconds for the batch, streamed.
        full_pass: seconds of one pass of the whole network over the batch.
        passes: over how many passes that is the median.
        difference: largest difference between streamed and parallel logits, over all values of the batch.
        largest: largest absolute value of a logit.
        other: seconds of one pass of another network over a batch of that shape, in turn with ours; None without one.
    """

    configuration: Configuration
    batch: int
    streaming: float
    full_pass: float
    passes: int
    difference: float
    largest: float
    other: float | None = None

    @property
    def naive(self) -> float:
        """Seconds for the batch with one full pass per value: C·H·W times that of one pass."""
        return self.full_pass * self.configuration.dimensions

    @property
    def ratio(self) -> float:
        """How many times faster streaming is."""
        return self.naive / self.streaming

    @property
    def equal(self) -> bool:
        """Whether both ways give the same logits, to the rounding of float32."""
        return self.difference <= TOLERANCE * self.largest


def measure(
    model: AutoregressiveModel,
    batch: int,
    *,
    passes: int = 3,
    repeats: int = 3,
    condition: Tensor | None = None,
    other: Callable[[Tensor], object] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Sampling:
    """Time both ways in turn, so that whatever else runs slows down both, and compare their logits.

    Args:
        model: any model of the package, where it lies and in its precision.
        batch: pictures at once.
        passes: how many full passes are timed.
        repeats: how many times the batch is streamed.
        condition: (batch,) classes for a conditional model.
        other: a network whose full pass is timed beside ours: from float32 pictures (batch, C, H, W) in [-1, 1] on the
            model's device; what it returns is not looked at.
        clock: says how many seconds have gone by; ``time.process_time`` counts only those that a processor spent here.
    """
    synchronise = _synchroniser(model)
    pictures = _streamed(model, batch, condition)  # Not timed: both ways warm up.
    logits = _parallel_logits(model, pictures, condition)
    difference = (_streamed_logits(model, pictures, condition) - logits).abs()
    inputs = model.encode(pictures).float()
    full, streaming, others = [], [], []
    if other is not None:
        _other_pass(other, inputs)
    for turn in range(max(passes, repeats)):
        if turn < passes:
            full.append(_timed(lambda: _parallel_logits(model, pictures, condition), synchronise, clock))
        if turn < repeats:
            streaming.append(_timed(lambda: _streamed(model, batch, condition), synchronise, clock))
        if turn < passes and other is not None:
            others.append(_timed(lambda: _other_pass(other, inputs), synchronise, clock))
    return Sampling(
        model.configuration,
        batch,
        median(streaming),
        median(full),
        passes,
        difference.max().item(),
        logits.abs().max().item(),
        median(others) if others else None,
    )


def _streamed(model: AutoregressiveModel, batch: int, condition: Tensor | None) -> Tensor:
    """(batch, C, H, W) pictures from nothing."""
    pictures = torch.zeros(batch, *model.configuration.shape, dtype=torch.int64)
    for pixel in stream(model, n=batch, condition=condition):
        pictures[:, :, pixel.row, pixel.column] = torch.from_numpy(pixel.values)
    return pictures.to(next(model.parameters()).device)


@torch.inference_mode()
def _parallel_logits(model: AutoregressiveModel, pictures: Tensor, condition: Tensor | None) -> Tensor:
    return model(pictures, condition)


@torch.no_grad()
def _other_pass(network: Callable[[Tensor], object], inputs: Tensor) -> object:
    return network(inputs)


@torch.inference_mode()
def _streamed_logits(model: AutoregressiveModel, pictures: Tensor, condition: Tensor | None) -> Tensor:
    """The logits (B, K, C, H, W) that the sampler sees on its way through the given pictures."""
    batch, channels, height, width = pictures.shape
    dtype = next(model.parameters()).dtype
    seen = torch.empty(batch, model.configuration.levels, channels, height, width, dtype=dtype, device=pictures.device)
    for place in walk(model, pictures.clone(), np.ones((height, width), bool), condition):
        for channel in range(channels):
            seen[:, :, channel, place.row, place.column] = place.logits(channel)
            place.write(channel, pictures[:, channel, place.row, place.column])
    return seen


def _timed(work: Callable[[], object], synchronise: Callable[[], None], clock: Callable[[], float]) -> float:
    synchronise()
    began = clock()
    work()
    synchronise()
    return clock() - began


def _synchroniser(model: AutoregressiveModel) -> Callable[[], None]:
    """What waits for the model's device."""
    device = next(model.parameters()).device
    return (lambda: torch.cuda.synchronize(device)) if device.type == "cuda" else (lambda: None)
