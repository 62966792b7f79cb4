"""What a run measured, in a table that any program can plot: one row a look at the validation split."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from pixellab import atomic
from pixellab.errors import PixelLabError

FILE = "log.csv"
"""In the folder of a run."""
CURVE = "curve.csv"
"""Beside shipped weights: the same table, thinned."""


@dataclass(frozen=True)
class Row:
    """One look.

    Attributes:
        step: updates so far.
        images: pictures learnt from so far.
        seconds: time spent so far.
        learning_rate: of the last update.
        train: loss of the weights over the updates since the last row, with dropout; None where there were none.
        valid: loss of the averaged weights on the validation split.
    """

    step: int
    images: int
    seconds: int
    learning_rate: float
    train: float | None
    valid: float


class Log:
    """A CSV file of rows.

    Args:
        path: of the file; it is made with the first row.
        unit: of the losses, "nats" or "bits/dim"; it stands in the names of their columns.
    """

    def __init__(self, path: Path, unit: str) -> None:
        self.path = path
        self.header = ["step", "images", "seconds", "learning_rate", f"train {unit}", f"valid {unit}"]

    def add(self, row: Row) -> None:
        """Append a row."""
        self.write([*self.read(), row])

    def cut(self, step: int) -> None:
        """Forget what was measured after ``step``: a run that goes on from there measures it again."""
        rows = self.read()
        if any(row.step > step for row in rows):
            self.write([row for row in rows if row.step <= step])

    def read(self) -> list[Row]:
        """All rows; none where there is no file.

        Raises:
            PixelLabError: when the file holds something else.
        """
        if not self.path.exists():
            return []
        try:
            with self.path.open(newline="", encoding="utf-8") as file:
                return [_row(cells) for cells in list(csv.reader(file))[1:]]
        except (OSError, ValueError) as fault:
            raise PixelLabError(f"{self.path} is not the log of a run, or damaged: move it away to go on.") from fault

    def write(self, rows: list[Row]) -> None:
        """Make these the rows of the file."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(self.header)
        for r in rows:
            train = "" if r.train is None else f"{r.train:.4f}"
            table.writerow([r.step, r.images, r.seconds, r.learning_rate, train, f"{r.valid:.4f}"])
        atomic.write(self.path, text.getvalue().encode())


def thinned(rows: list[Row], most: int = 60) -> list[Row]:
    """At most so many rows, evenly spread, the first and the last among them: enough to draw a curve.

    >>> rows = [Row(step, 16 * step, step, 1e-3, None, 90.0) for step in range(10)]
    >>> [row.step for row in thinned(rows, 4)]
    [0, 3, 6, 9]
    """
    if len(rows) <= most:
        return rows
    return [rows[round(k * (len(rows) - 1) / (most - 1))] for k in range(most)]


def _row(cells: list[str]) -> Row:
    step, images, seconds, rate, train, valid = cells
    return Row(int(step), int(images), int(seconds), float(rate), float(train) if train else None, float(valid))
