"""What to hide of a picture: the holes that are a word away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pixellab.errors import PixelLabError

PRESETS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "lower-half": lambda row, column: row > 0.5,
    "right-half": lambda row, column: column > 0.5,
    "centre": lambda row, column: (abs(row - 0.5) < 0.25) & (abs(column - 0.5) < 0.25),
    "top-half": lambda row, column: row <= 0.5,
    "scratch": lambda row, column: abs(row + column - 1) < 0.12,
    "everything": lambda row, column: row >= 0,
}
"""By name: what is hidden at the centre of a pixel, in shares of the height and of the width."""


def preset(name: str, height: int, width: int) -> np.ndarray:
    """(H, W) bool, True where the picture is hidden.

    >>> preset("centre", 4, 6).astype(int).tolist()
    [[0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
    """
    row, column = (np.arange(height)[:, None] + 0.5) / height, (np.arange(width)[None] + 0.5) / width
    return np.broadcast_to(PRESETS[name](row, column), (height, width)).copy()


def rectangle(text: str, height: int, width: int) -> np.ndarray:
    """(H, W) bool from "ROWS:COLUMNS", each a number or FIRST-LAST, counted from 0, both ends included.

    Raises:
        PixelLabError: when it is not written so, or lies outside.

        >>> rectangle("0-1:2", 3, 4).astype(int).tolist()
        [[0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    """
    rows, _, columns = text.partition(":")
    hidden = np.zeros((height, width), bool)
    hidden[_span(rows, height, "rows"), _span(columns, width, "columns")] = True
    return hidden


def _span(text: str, size: int, what: str) -> slice:
    first, dash, last = text.partition("-")
    last = last if dash else first
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last) < size):
        raise PixelLabError(f"{text!r} names no {what}: write a number or FIRST-LAST within 0-{size - 1}.")
    return slice(int(first), int(last) + 1)
