"""How endings meet what is given below the hole: counted, not judged."""

from __future__ import annotations

import numpy as np

from pixellab.ui.frames import Frames

NEAR = 2
"""A stroke goes on where each of its two edges moves by so many pixels at most."""


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
    return [(int(row), first, last) for row in np.flatnonzero(ink.any(1)) for first, last in _runs(ink[row])]


def joined(picture: np.ndarray, hidden: np.ndarray, runs: list[tuple[int, int, int]]) -> int:
    """How many of these strokes go on upwards: one run of white touches them, with both edges near theirs."""
    return sum(_goes_on(picture[0, row - 1] > 0, first, last) for row, first, last in runs)


def _goes_on(above: np.ndarray, first: int, last: int) -> bool:
    touching = [(a, b) for a, b in _runs(above) if a <= last and b >= first]
    return len(touching) == 1 and max(abs(touching[0][0] - first), abs(touching[0][1] - last)) <= NEAR


def _runs(row: np.ndarray) -> list[tuple[int, int]]:
    """First and behind-the-last of each run in (W,) bool."""
    edges = np.flatnonzero(np.diff(np.r_[False, row, False].astype(int)))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


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
    count = "1 stroke begins" if len(runs) == 1 else f"{len(runs)} strokes begin"
    return (
        f"The seam: {count} right below the hole. {how}, {share} go on across it (edges within {NEAR} pixels); "
        f"in the original {joined(original, frames.hidden, runs)} of {len(runs)}."
    )
