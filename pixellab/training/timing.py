"""A run that is given an amount of time instead of a number of updates."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pixellab.training.checkpoints import Position

SAVING = 2.0
"""Seconds kept free at the end of a sitting, to write the checkpoint in."""


@dataclass(frozen=True)
class Time:
    """What a run may take.

    Attributes:
        limit: seconds in all, over all its sittings, looks at the validation split included; None for any time.
        until: when this sitting ends, as `time.monotonic` counts; None for no end.
    """

    limit: float | None = None
    until: float | None = None

    def spent(self, position: Position) -> float:
        """The share of the limit that is over, 0 … 1; 0 without a limit. Time for one last look is kept free.

        >>> Time(limit=100.0).spent(Position(seconds=45.0, look=10.0))
        0.5
        """
        if self.limit is None:
            return 0.0
        left = self.limit - position.look
        return min(1.0, position.seconds / left) if left > 0 else 1.0

    def sitting_is_over(self, position: Position) -> bool:
        """Whether another update, and a look after it, might go beyond the end of this sitting."""
        return self.until is not None and time.monotonic() + position.look + SAVING >= self.until
