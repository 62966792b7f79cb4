"""The models, and their streams: the one part of the worker that needs torch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import torch

from pixellab import sampling, zoo
from pixellab.worker.dials import dials
from pixellab.worker.requests import Completion, Dials, Distributions, Request

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

    def open(self, request: Request) -> Iterator[sampling.Pixel | Known]:
        """The stream of a request."""
        model = self._model(request.model)
        _freeze()
        if isinstance(request, Distributions):
            return _expected(model, request)
        if isinstance(request, Dials):
            return iter([Known(*dials(model, request))])
        return _drawn(model, request)


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


def _expected(model: torch.nn.Module, request: Distributions) -> Iterator[Known]:
    with torch.inference_mode():
        images = torch.from_numpy(request.image)[None].long()
        logits = model(images, _condition(request))[0]  # (K, C, H, W)
        probabilities = logits.float().softmax(0).permute(2, 3, 1, 0).numpy()
    values = request.image.transpose(1, 2, 0)
    for row, column in request.order():
        yield Known(values[None, row, column], probabilities[None, row, column])


def _condition(request: Request) -> torch.Tensor | None:
    if request.condition is None:
        return None
    return torch.as_tensor(request.condition)[None]


@cache
def _freeze() -> None:
    """Torch and its models are here to stay: once, take them out of the garbage collector's rounds."""
    gc.collect()
    gc.freeze()
