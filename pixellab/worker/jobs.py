"""A picture that was asked for, filling up while pages look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Condition

import numpy as np

from pixellab.configurations import Configuration
from pixellab.worker.requests import Request

MOST_PROBABILITY_BYTES = 32 << 20
ENDED = ("done", "cancelled", "failed")


class Job:
    """What the worker has drawn so far. Safe to read from any thread: rows below `done` never change again.

    Attributes:
        request: the checked request.
        total: pixels to draw. Known from the beginning, as is `order`.
        order: (total, 2) uint16, row and column of each.
        arrays: what comes of each pixel, filled up to `done`, by name: `request.shapes` says which, and those are
            attributes too. For all but `LookBelow`:
        values: (total, n, C) uint8, n endings.
        entropy: (total, n, C) float32, nats, of the distribution that each value was drawn from.
        nats: (total, n, C) float32, −log of the probability that the value had in it.
        probabilities: (total, n, C, K) float16, or None where they were not asked for or are too many.
    """

    values: np.ndarray
    entropy: np.ndarray
    nats: np.ndarray
    probabilities: np.ndarray | None

    def __init__(
        self, number: int, request: Request, configuration: Configuration, cancel: Callable[[Job], None]
    ) -> None:
        """A new job; `cancel` is called when a page no longer wants it."""
        self.number = number
        self.request = request
        self.order = request.order()
        self.total = len(self.order)
        self.arrays = {
            name: np.zeros((self.total, *shape), kind)
            for name, (shape, kind) in request.shapes(configuration).items()
            if name != "probabilities" or (request.keep_probabilities and self._within_reason(shape))
        }
        self.probabilities = None
        vars(self).update(self.arrays)
        self.deaths = 0  # worker processes that died while drawing it
        self._cancel = cancel
        self._changed = Condition()
        self._looked = True
        self._waiting = 0
        self._done = 0
        self._state = "starting"
        self._error = ""
        if not self.total:
            self.end("done")

    # For pages

    @property
    def state(self) -> str:
        """One of "starting" (the process is), "queued", "running", "done", "cancelled", "failed"."""
        self.touch()
        return self._state

    @property
    def done(self) -> int:
        """Pixels drawn so far: that many rows of the arrays are final."""
        self.touch()
        return self._done

    @property
    def error(self) -> str:
        """One sentence for a job that failed or that ended itself; otherwise empty."""
        return self._error

    @property
    def ended(self) -> bool:
        """Nothing more will come. Asking does not count as looking."""
        return self._state in ENDED

    @property
    def abandoned(self) -> bool:
        """It gave up because nobody looked; `Lab.resume` goes on with it."""
        return self._state == "cancelled" and bool(self._error)

    @property
    def running(self) -> bool:
        """The worker is drawing it. Asking does not count as looking."""
        return self._state == "running"

    def touch(self) -> None:
        """Somebody looks (reading `state` or `done` says so too). A job that nobody looks at ends itself."""
        self._looked = True

    def cancel(self) -> None:
        """End it, wherever it stands. What was drawn stays readable; a job that has ended stays as it is."""
        self._cancel(self)

    def wait(self, pixels: int | None = None, timeout: float | None = None) -> bool:
        """Wait for that many pixels or the end, `timeout` seconds at most. Returns whether that has come."""
        self.touch()
        with self._changed:
            self._waiting += 1
            try:
                return self._changed.wait_for(
                    lambda: self.ended or (pixels is not None and self._done >= pixels), timeout
                )
            finally:
                self._waiting -= 1

    # For the client

    def looked(self) -> bool:
        """Whether somebody looked since this was last asked, or waits for it."""
        looked, self._looked = self._looked or self._waiting > 0, False
        return looked

    def move(self, state: str) -> None:
        """Go on to "starting", "queued" or "running", unless it has ended."""
        with self._changed:
            if not self.ended:
                self._state = state

    def fill(self, start: int, arrays: dict[str, np.ndarray]) -> None:
        """Take a block of pixels from `start` on. What is known already, after a second start, stays."""
        with self._changed:
            stop = start + len(arrays["values"])
            fresh = slice(self._done, stop)
            if self.ended or stop <= self._done:
                return
            for name, array in self.arrays.items():
                array[fresh] = arrays[name][self._done - start :]
            self._done = stop  # last: a reader that sees it finds the arrays filled
            self._changed.notify_all()

    def revive(self) -> bool:
        """Have a job that gave up, since nobody looked, begin again where it stands; False where it did not give up.

        What is known stays, and the same seed draws the same pixels: they are told once.
        """
        with self._changed:
            if not self.abandoned:
                return False
            self._state, self._error, self._looked = "starting", "", True
            return True

    def end(self, state: str, error: str = "") -> None:
        """Reach a final state; the first one stays."""
        with self._changed:
            if not self.ended:
                self._error = error
                self._state = state
                self._changed.notify_all()

    def _within_reason(self, shape: tuple[int, ...]) -> bool:
        return self.total * math.prod(shape) * 2 <= MOST_PROBABILITY_BYTES
