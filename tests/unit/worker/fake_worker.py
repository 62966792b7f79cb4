"""A worker without torch, whose models do as their names say. Run as a process, and imported by the tests."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from pixellab.configurations import Configuration, GatedPixelCNNConfiguration, PixelCNNConfiguration
from pixellab.errors import PixelLabError
from pixellab.worker.__main__ import main
from pixellab.worker.requests import Request

BINARY = PixelCNNConfiguration(height=6, width=9)
COLOUR = GatedPixelCNNConfiguration(channels=3, levels=256, height=4, width=5, condition_size=10)
LARGE = PixelCNNConfiguration(height=100, width=100)


def configuration(model: str) -> Configuration:
    """What the zoo's card would say."""
    kinds = {"colour": COLOUR, "slow": LARGE, "unknown": None}
    found = kinds.get(model, BINARY)
    if found is None:
        raise PixelLabError(f"There is no model {model!r}.")
    return found


class Pixel(NamedTuple):
    values: np.ndarray
    probabilities: np.ndarray


def expected(request: Request) -> tuple[np.ndarray, np.ndarray]:
    """Values (total, n, C) and probabilities (total, n, C, K) that are drawn for a checked request."""
    kind = configuration(request.model)
    shape = (len(request.order()), request.n, kind.channels)
    generator = np.random.default_rng(getattr(request, "seed", 0))
    probabilities = generator.random((*shape, kind.levels), np.float32)
    probabilities /= probabilities.sum(-1, keepdims=True)
    return generator.integers(kind.levels, size=shape), probabilities


class FakeEngine:
    """Draws `expected`; a model is called "kind" or "kind:argument"."""

    def __init__(self, threads: int = 1) -> None:
        self.warmed: list[str] = []

    def warm(self, model: str) -> None:
        self.warmed.append(model)
        if model == "corrupt":
            raise PixelLabError("too bad")

    def open(self, request: Request) -> Iterator[Pixel]:
        kind, _, argument = request.model.partition(":")
        if kind == "corrupt":
            raise PixelLabError("The file of 'corrupt' is damaged; download it again.")
        return self._draw(kind, argument, request)

    def _draw(self, kind: str, argument: str, request: Request) -> Iterator[Pixel]:
        for index, (values, probabilities) in enumerate(zip(*expected(request), strict=True)):
            if kind == "slow":
                time.sleep(0.005)
            elif kind == "noisy":
                print("a library prints")
                os.write(1, b"so does a C library\n")
            elif index == 20 and kind == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
            elif index == 20 and kind == "mortal" and not Path(argument).exists():
                Path(argument).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            elif index == 20 and kind == "broken":
                raise RuntimeError("weights and picture do not fit")
            elif index == 20 and kind == "short":
                return
            yield Pixel(values, probabilities)


if __name__ == "__main__":
    main(FakeEngine)
