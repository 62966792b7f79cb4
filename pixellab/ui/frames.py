"""What the playback components show: a picture with a hole, and the values that fill it, pixel by pixel."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pixellab.errors import PixelLabError
from pixellab.ui.components import b64

if TYPE_CHECKING:
    from pixellab.worker import client

FIRST_FRAMES = Path(__file__).parent / "first_frames"
"""What pages show before any model is awake, recorded from our own (`python -m pixellab.ui.record`)."""

STEPS = 65535
"""Probabilities, and entropies as shares of ln K, travel to the browser in whole numbers of such parts."""


@dataclass(frozen=True)
class Frames:
    """`done` of `total` steps of n pictures that fill up together, in the arrays of a sampling job.

    picture: (C, H, W) or (n, C, H, W) uint8 levels, what is given; hidden: (H, W) bool;
    order: (total, 2) uint16 row and column; values: (total, n, C) uint8 levels;
    entropy: (total, n, C) float32 nats; probabilities: (total, n, C, K) float16, or None;
    draft: of a model that draws every so-manieth pixel first, see `requests.drawing_order`.
    """

    picture: np.ndarray
    hidden: np.ndarray
    order: np.ndarray
    values: np.ndarray
    entropy: np.ndarray
    probabilities: np.ndarray | None
    levels: int
    done: int
    draft: int = 1

    @property
    def total(self) -> int:
        """How many pixels are to be drawn."""
        return len(self.order)

    @property
    def n(self) -> int:
        """How many pictures fill up together."""
        return self.values.shape[1]

    @classmethod
    def of(cls, job: client.Job, picture: np.ndarray, hidden: np.ndarray, levels: int) -> Frames:
        """What a job has drawn by now."""
        return cls(
            picture, hidden, job.order, job.values, job.entropy, job.probabilities, levels, int(job.done),
            job.request.draft,
        )  # fmt: skip

    @classmethod
    def joined(cls, parts: Sequence[Frames]) -> Frames:
        """Pictures of jobs that draw the same pixels: the first one of each, then the second of each, …"""
        first = parts[0]
        if len(parts) == 1:
            return first

        def woven(arrays: list[np.ndarray], axis: int) -> np.ndarray:
            together = np.stack(arrays, axis + 1)
            return together.reshape(*together.shape[:axis], -1, *together.shape[axis + 2 :])

        kept = all(part.probabilities is not None for part in parts)
        return cls(
            woven([np.broadcast_to(p.picture, (p.n, *p.picture.shape[-3:])) for p in parts], 0),
            first.hidden,
            first.order,
            woven([part.values for part in parts], 1),
            woven([part.entropy for part in parts], 1),
            woven([part.probabilities for part in parts], 1) if kept else None,
            first.levels,
            min(part.done for part in parts),
            first.draft,
        )

    @classmethod
    def load(cls, path: Path) -> Frames:
        """Frames recorded by `save`. Raises PixelLabError where the file is missing or broken."""
        try:
            with np.load(path, allow_pickle=False) as file:
                stored = {name: file[name] for name in file.files}
            total = len(stored["order"])
            ones = stored["ones"].astype(np.float32) / STEPS
            probabilities = np.stack([1 - ones, ones], -1)
            return cls(
                stored["picture"], stored["hidden"], stored["order"], stored["values"],
                _entropy(probabilities), probabilities, 2, total,
            )  # fmt: skip
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            raise PixelLabError(
                f"The recorded frames {path.name} cannot be read; record them again with "
                "`python -m pixellab.ui.record`."
            ) from error

    def save(self, path: Path) -> None:
        """Write finished binary frames as a small compressed file."""
        if self.levels != 2 or self.probabilities is None or self.done != self.total:
            raise ValueError("only finished frames of two levels, with their probabilities, are recorded")
        ones = np.rint(self.probabilities[..., 1].astype(np.float64) * STEPS).astype(np.uint16)
        np.savez_compressed(
            path, picture=self.picture, hidden=self.hidden, order=self.order.astype(np.uint16),
            values=self.values.astype(np.uint8), ones=ones,
        )  # fmt: skip

    def payload(self, start: int = 0) -> dict[str, Any]:
        """The steps from `start` on as a JSON object: numbers, and arrays as base64 text (little-endian).

        From 0 on, what never changes is with them.
        """
        done = self.done
        nats = self.entropy[start:done] / np.log(self.levels)
        shares = None if self.probabilities is None else self.probabilities[start:done]
        return {
            **({} if start else self._constant()),
            "start": int(start),
            "done": int(done),
            "values": b64(self.values[start:done].astype(np.uint8)),
            "entropy": b64(parts(nats)),
            "probabilities": "" if shares is None else b64(parts(shares)),
        }

    def _constant(self) -> dict[str, Any]:
        kept = self.probabilities is not None
        return {**stage(self.picture, self.hidden, self.order, self.n, self.levels, self.draft), "kept": kept}


def stage(
    picture: np.ndarray, hidden: np.ndarray, order: np.ndarray, n: int, levels: int, draft: int
) -> dict[str, Any]:
    """What never changes of n pictures that fill up together, as a JSON object; see `Frames`."""
    channels, height, width = picture.shape[-3:]
    return {
        "height": int(height),
        "width": int(width),
        "channels": int(channels),
        "levels": int(levels),
        "n": int(n),
        "total": len(order),
        "draft": int(draft),
        "picture": b64(np.broadcast_to(picture, (n, channels, height, width)).astype(np.uint8)),
        "hidden": b64(hidden.astype(np.uint8)),
        "order": b64(order.astype(np.uint16)),
    }


@cache
def recorded(name: str) -> Frames | None:
    """The first frames that come with the app under this name; None where they were not recorded."""
    path = FIRST_FRAMES / f"{name}.npz"
    return Frames.load(path) if path.exists() else None


def parts(shares: np.ndarray) -> np.ndarray:
    """Numbers in [0, 1] as whole numbers of `STEPS` parts."""
    return np.rint(np.clip(np.asarray(shares, np.float64), 0, 1) * STEPS).astype(np.uint16)


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    p = np.clip(probabilities, 1e-12, 1)
    return -(p * np.log(p)).sum(-1).astype(np.float32)
