"""What the sampler tells of each pixel, and the arrays that travel of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from pixellab.worker.requests import LookBelow, Request


class Pixel(Protocol):
    """What is read of an event of the sampler; B = n endings."""

    values: np.ndarray  # (B, C) integers
    probabilities: np.ndarray  # (B, C, K) floats


class Weighed(NamedTuple):
    """A pixel of all particles, hidden or given; the names are those of `LookBelow.shapes`."""

    values: np.ndarray  # (n, P, C) integers
    parents: np.ndarray  # (n, P) integers
    shares: np.ndarray  # (n, P) floats
    stands: np.ndarray  # (n,) integers
    evidence: np.ndarray  # (n,) floats


Event: TypeAlias = "Pixel | Weighed"


def arrays(events: Sequence[Any], request: Request) -> dict[str, np.ndarray]:
    """What is sent of some pixels, by name: at least what `request.shapes` says."""
    return _weighed(events) if isinstance(request, LookBelow) else _drawn(events, request.keep_probabilities)


def _drawn(pixels: Sequence[Pixel], keep_probabilities: bool) -> dict[str, np.ndarray]:
    values = np.stack([pixel.values for pixel in pixels])
    probabilities = np.stack([pixel.probabilities for pixel in pixels]).astype(np.float32)
    log = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
    told = {
        "values": values.astype(np.uint8),
        "entropy": -(probabilities * log).sum(-1),
        "nats": -np.take_along_axis(log, values[..., None].astype(np.int64), -1)[..., 0],
    }
    return {**told, "probabilities": probabilities.astype(np.float16)} if keep_probabilities else told


def _weighed(pixels: Sequence[Weighed]) -> dict[str, np.ndarray]:
    told = {name: np.stack([getattr(pixel, name) for pixel in pixels]) for name in Weighed._fields}
    shares = told["shares"].astype(np.float64)
    return {
        "values": told["values"].astype(np.uint8),
        "parents": told["parents"].astype(np.uint8),
        "shares": shares.astype(np.float16),
        "worth": (1 / np.square(shares).sum(-1)).astype(np.float32),
        "stands": told["stands"].astype(np.uint8),
        "evidence": told["evidence"].astype(np.float64),
    }
