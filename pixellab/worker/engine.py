"""The models, and their streams: the one part of the worker that needs torch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import torch

from pixellab import sampling, zoo
from pixellab.sampling.look_below import look_below
from pixellab.worker.dials import dials
from pixellab.worker.records import Weighed
from pixellab.worker.requests import Completion, Dials, Distributions, LookBelow, Request

MODELS = 4


class Known(NamedTuple):
    """A pixel that was given, with what the model expected there; reads like a `sampling.Pixel`."""

    values: np.ndarray  # (n, C)
    probabilities: np.ndarray  # (n, C, K)


class TorchEngine:
    """Draws with the models of the zoo, the last few of which stay loaded."""

    def __init__(self, threads: int = 1) -> None:
        # Under load, two OpenMP threads for matrices of this size are many times slower than one.
        torch.set_num_threads(threads)
        self._model = lru_cache(MODELS)(zoo.load)

    def warm(self, model: str) -> None:
        """Load a model, if it is not yet."""
        self._model(model)
        _freeze()

    def open(self, request: Request) -> Iterator[sampling.Pixel | Known | Weighed]:
        """The stream of a request."""
        model = self._model(request.model)
        _freeze()
        if isinstance(request, Distributions):
            return _expected(model, request)
        if isinstance(request, Dials):
            return iter([Known(*dials(model, request))])
        return _weighed(model, request) if isinstance(request, LookBelow) else _drawn(model, request)


def _drawn(model: torch.nn.Module, request: Completion) -> Iterator[sampling.Pixel]:
    return sampling.stream(
        model,
        torch.from_numpy(request.image)[None],
        torch.from_numpy(request.hidden),
        n=request.n,
        condition=_condition(request),
        temperature=request.temperature,
        seed=request.seed,
    )


def _weighed(model: torch.nn.Module, request: LookBelow) -> Iterator[Weighed]:
    """The particles after each pixel; at the last one, those that were chosen stand for their endings."""
    condition = _condition(request)
    if condition is not None and len(condition) > 1:  # one for each ending: it holds for all its particles
        condition = condition.repeat_interleave(request.particles, 0)
    states = look_below(
        model,
        torch.from_numpy(request.image)[None],
        torch.from_numpy(request.hidden),
        n=request.n,
        particles=request.particles,
        condition=condition,
        temperature=request.temperature,
        seed=request.seed,
    )
    total = len(request.order())
    for step, state in enumerate(states, start=1):
        yield Weighed(
            values=state.pictures[:, :, :, state.row, state.column].numpy().astype(np.uint8),
            parents=state.parents.numpy().astype(np.uint8),
            shares=state.shares.numpy(),
            stands=(state.choose() if step == total else state.log_weights.argmax(1)).numpy(),
            evidence=state.set_weights().numpy(),
        )


def _expected(model: torch.nn.Module, request: Distributions) -> Iterator[Known]:
    with torch.inference_mode():
        images = torch.from_numpy(request.image)[None].long()
        logits = model(images, _condition(request))[0]  # (K, C, H, W)
        probabilities = logits.float().softmax(0).permute(2, 3, 1, 0).numpy()
    values = request.image.transpose(1, 2, 0)
    for row, column in request.order():
        yield Known(values[None, row, column], probabilities[None, row, column])


def _condition(request: Request) -> torch.Tensor | None:
    """One for all (length 1), or one for each ending (length n)."""
    if request.condition is None:
        return None
    condition = torch.as_tensor(request.condition)
    for_each = condition.dim() == (2 if condition.is_floating_point() else 1)
    return condition if for_each else condition[None]


@cache
def _freeze() -> None:
    """Torch and its models are here to stay: once, take them out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()
