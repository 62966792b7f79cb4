"""Small digits, each somewhere in a larger picture: MNIST by a fixed rule, to learn *what* and *where* from.

Nothing more than MNIST is needed. Each grey digit is shrunk to half its size (the mean of 2×2 pixels), made black and
white (ink where the mean is 80 or more of 255), cut out as the smallest rectangle that holds its ink, at most 11×11,
and put into an empty 28×28 picture. Over that picture lies a grid of 4×4 cells of 7×7 pixels. The cell is drawn evenly,
and then the spot, evenly among those at which the *centre of the rectangle lies in the cell* and nothing is cut off.
Both draws are fixed by the split and the number of the picture, so everybody has the same set.

The place of a picture is thus a property of the picture, which `cells` reads off: of these as of anybody's samples.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pixellab.data import idx
from pixellab.data.splits import SPLITS

SIDE, CELL = 28, 7
GRID = (SIDE // CELL, SIDE // CELL)
INK = 80


def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """One split, from the files of MNIST: images (N, 1, 28, 28) uint8 of 0 and 1, and labels (N,) uint8.

    The splits are those of `pixellab.data.idx`.

    Raises:
        PixelLabError: a file is missing or not what it should be.
    """
    grey, labels = idx.read(folder, split)
    return place(shrink(grey), SPLITS.index(split)), labels


def shrink(grey: np.ndarray) -> np.ndarray:
    """(N, 1, 2h, 2w) uint8 grey values → (N, 1, h, w) bool, ink."""
    count, channels, height, width = grey.shape
    squares = grey.astype(np.uint16).reshape(count, channels, height // 2, 2, width // 2, 2)
    return squares.sum((3, 5)) >= 4 * INK


def place(ink: np.ndarray, seed: int) -> np.ndarray:
    """Put each drawing somewhere: (N, 1, h, w) bool with some ink in each → (N, 1, 28, 28) uint8 of 0 and 1."""
    x = np.zeros((len(ink), 1, SIDE, SIDE), np.uint8)
    # The raw numbers of a bit generator are the same in every version of numpy.
    numbers = np.random.PCG64(seed).random_raw(4 * len(ink)).reshape(-1, 4) >> np.uint64(11)
    tops, lefts = boxes(ink)
    for i, ((top, bottom), (left, right)) in enumerate(zip(tops, lefts, strict=True)):
        row = _spot(bottom - top, *numbers[i, :2])
        column = _spot(right - left, *numbers[i, 2:])
        x[i, 0, row : row + bottom - top, column : column + right - left] = ink[i, 0, top:bottom, left:right]
    return x


def _spot(length: int, first: np.uint64, second: np.uint64) -> int:
    """Where a rectangle of that length begins: a cell, then a spot whose centre lies in it, by two random numbers."""
    cell = int(first) % (SIDE // CELL)
    # The centre is at begin + length / 2; twice that is a whole number.
    least = max(0, -((length - 2 * CELL * cell) // 2))
    most = min(SIDE - length, (2 * CELL * (cell + 1) - length - 1) // 2)
    return least + int(second) % (most - least + 1)


def boxes(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The smallest rectangle that holds the ink of each picture.

    Args:
        x: (N, 1, H, W), ink where it is not 0.

    Returns:
        first row and the one behind the last (N, 2), first column and the one behind the last (N, 2); 0 and 0 where
        there is no ink.

    >>> boxes(np.array([[[[0, 0, 0], [0, 1, 1]]]]))
    (array([[1, 2]]), array([[1, 3]]))
    """
    return _extent((x != 0).any((1, 3))), _extent((x != 0).any((1, 2)))


def _extent(touched: np.ndarray) -> np.ndarray:
    ends = np.stack([touched.argmax(1), touched.shape[1] - touched[:, ::-1].argmax(1)], axis=1)
    return np.where(touched.any(1, keepdims=True), ends, 0)


def cells(x: np.ndarray) -> np.ndarray:
    """The row and the column of the cell in which the centre of each picture's ink lies: (N, 1, 28, 28) → (N, 2)."""
    return np.stack([begin_end.sum(1) // (2 * CELL) for begin_end in boxes(x)], axis=1).astype(np.uint8)


def lands(x: np.ndarray, places: np.ndarray, tolerance: float = 0.0) -> np.ndarray:
    """Whether the centre of each picture's ink lies in the cell that was asked for: (N,) bool; never without ink.

    Args:
        x: (N, 1, 28, 28).
        places: (N, 2) row and column of the cell.
        tolerance: by how many pixels it may miss the cell.
    """
    centres = np.stack([begin_end.sum(1) / 2 for begin_end in boxes(x)], axis=1)
    near = (centres >= CELL * places - tolerance) & (centres < CELL * (places + 1.0) + tolerance)
    return near.all(1) & (x != 0).any((1, 2, 3))
