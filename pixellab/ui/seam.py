"""How endings meet what is given below the hole: counted, not judged."""

from __future__ import annotations

import numpy as np

from pixellab.ui.frames import Frames


def below(hidden: np.ndarray) -> np.ndarray:
    """(H, W) bool, the given pixels right below a hidden one.

    >>> below(np.array([[True, True], [False, True]])).astype(int).tolist()
    [[0, 0], [1, 0]]
    """
    under = np.zeros_like(hidden)
    under[1:] = ~hidden[1:] & hidden[:-1]
    return under


def strokes(picture: np.ndarray, hidden: np.ndarray) -> list[tuple[int, int, int]]:
    """The runs of white pixels right below the hole: row, first column, and the one behind the last."""
    ink = below(hidden) & (picture[0] > 0)
    runs = []
    for row in np.flatnonzero(ink.any(1)):
        edges = np.flatnonzero(np.diff(np.r_[False, ink[row], False].astype(int)))
        runs += [(int(row), int(first), int(last)) for first, last in edges.reshape(-1, 2)]
    return runs


def joined(picture: np.ndarray, hidden: np.ndarray, runs: list[tuple[int, int, int]]) -> int:
    """How many of these strokes go on upwards: some white pixel touches them from the row above."""
    return sum(bool(picture[0, row - 1, max(0, first - 1) : last + 1].any()) for row, first, last in runs)


def sentence(frames: Frames, original: np.ndarray, *, below: bool) -> str:
    """How many of the strokes below the hole the endings go on with; empty where no stroke touches it.

    original: (1, H, W) uint8, nothing hidden.
    """
    runs = strokes(original, frames.hidden)
    if not runs:
        return ""
    endings = np.repeat(frames.picture[None], frames.n, 0)
    rows, columns = frames.order.astype(int).T
    endings[:, :, rows, columns] = frames.values.transpose(1, 2, 0)
    met = sum(joined(ending, frames.hidden, runs) for ending in endings)
    share = f"{met} of {frames.n} × {len(runs)}" if len(runs) > 1 else f"{met} of {frames.n}"
    how = "Looking below" if below else "In raster order"
    what = "stroke" if len(runs) == 1 else "strokes"
    return (
        f"The seam: {len(runs)} {what} of the given part begin{'s' if len(runs) == 1 else ''} right below the hole. "
        f"{how}, {share} go on across it; in the original {joined(original, frames.hidden, runs)} of {len(runs)}."
    )
