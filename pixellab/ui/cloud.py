"""What the playback shows of endings that look below: a cloud of particles for each, thinned out by what is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pixellab.ui.components import b64
from pixellab.ui.frames import Frames, stage

if TYPE_CHECKING:
    from pixellab.worker import client

FULL = 255
"""Shares of a set's weight travel as whole numbers of so many parts of the largest one in the set."""


@dataclass(frozen=True)
class Cloud:
    """What a job of `client.LookBelow` has drawn and read by now; its arrays are the job's.

    picture: (C, H, W) uint8 levels, what is given.
    """

    job: client.Job
    picture: np.ndarray
    levels: int
    done: int

    @classmethod
    def of(cls, job: client.Job, picture: np.ndarray, levels: int) -> Cloud:
        """The state of a job now."""
        return cls(job, picture, levels, int(job.done))

    @property
    def total(self) -> int:
        """How many pixels are to be drawn or read."""
        return self.job.total

    @property
    def n(self) -> int:
        """How many endings there are."""
        return self.job.request.n

    @property
    def weights(self) -> np.ndarray:
        """(n,) how much each ending counts by now, by the evidence of its particles; they add up to 1."""
        if not self.done:
            return np.full(self.n, 1 / self.n)
        evidence = self.job.evidence[self.done - 1]
        weights = np.exp(evidence - evidence.max())
        return weights / weights.sum()

    @property
    def worth(self) -> float:
        """How many equally weighted endings the n are worth by now, from 1 to n."""
        return float(1 / np.square(self.weights).sum())

    def values(self) -> np.ndarray:
        """(total, n, C) uint8: the chosen particles of a finished job, traced back through their ancestors."""
        job = self.job
        traced = np.empty((job.total, self.n, self.picture.shape[0]), np.uint8)
        particle, endings = job.stands[-1].astype(int), np.arange(self.n)
        for step in reversed(range(job.total)):
            traced[step] = job.values[step, endings, particle]
            particle = job.parents[step, endings, particle].astype(int)
        return traced

    @property
    def distinct(self) -> int:
        """How many endings of a finished job differ from one another."""
        return len(np.unique(self.values().transpose(1, 0, 2).reshape(self.n, -1), axis=0))

    def frames(self) -> Frames:
        """The endings of a finished job as if they had been drawn alone: for files."""
        request, values = self.job.request, self.values()
        drawn = request.hidden[tuple(self.job.order.T)]
        values, nothing = values[drawn], np.zeros(values[drawn].shape, np.float32)
        order = self.job.order[drawn]
        return Frames(
            self.picture, request.hidden, order, values, nothing, None, self.levels, len(order), request.draft
        )

    def payload(self, start: int = 0) -> dict[str, Any]:
        """The steps from `start` on as a JSON object, see `Frames.payload`.

        values: of the particles at hidden pixels only. moved, parents: the steps at which any set was resampled, and
        where each particle came from there. told, shares: the steps at which weights changed, and the weights.
        """
        job, request = self.job, self.job.request
        part = slice(start, self.done)
        steps = np.arange(start, self.done)
        drawn = request.hidden[tuple(job.order[part].T)]
        shares = job.shares[part].astype(np.float32)
        shares = np.rint(FULL * shares / np.maximum(shares.max(-1, keepdims=True, initial=0), 1e-9)).astype(np.uint8)
        told = np.ones(len(steps), bool)
        told[1:] = (shares[1:] != shares[:-1]).any((1, 2))
        moved = (job.parents[part] != np.arange(request.particles)).any((1, 2))
        constant = stage(self.picture, request.hidden, job.order, self.n, self.levels, request.draft)
        return {
            **({} if start else {**constant, "particles": int(request.particles)}),
            "start": int(start),
            "done": int(self.done),
            "values": b64(job.values[part][drawn]),
            "moved": steps[moved].tolist(),
            "parents": b64(job.parents[part][moved]),
            "told": steps[told].tolist(),
            "shares": b64(shares[told]),
            "worth": b64(job.worth[part]),
            "stands": b64(job.stands[part]),
            "weights": [float(weight) for weight in self.weights],
            "distinct": self.distinct if self.total and self.done == self.total else None,
        }
