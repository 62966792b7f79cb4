"""MNIST and Fashion-MNIST, in the idx format of LeCun, Cortes and Burges, gzipped or not.

An idx file is two zero bytes, a type (8: unsigned bytes), the number of dimensions, each dimension as a
big-endian 32-bit integer, and the values.
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from pixellab.data.files import check_labels, damaged, find, reading
from pixellab.data.splits import kept

COUNTS = {"train": 60_000, "t10k": 10_000}
HELD_OUT = 10_000
SIDE = 28


def read_idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The values of an idx file of bytes, gzipped where its name ends in .gz.

    Args:
        path: the file.
        shape: the shape it must have.

    Returns:
        uint8 of that shape, read-only.

    Raises:
        PixelLabError: the file is cut, foreign, or of another type or shape.
    """
    header = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
    size = math.prod(shape)
    opened, kind = (gzip.open, "a gzipped file") if path.suffix == ".gz" else (open, "a file")
    with reading(path, kind), opened(path, "rb") as file:
        start = file.read(len(header))
        values = file.read(size + 1)
    if start[:4] != header[:4]:
        found = start[:4].hex(" ") or "nothing"
        raise damaged(path, f"it starts with {found}, not with the {header[:4].hex(' ')} of such an idx file")
    if start != header:
        raise damaged(path, f"its dimensions are not {'×'.join(map(str, shape))}")
    if len(values) != size:
        found = f"only {len(values):,}" if len(values) < size else "more"
        raise damaged(path, f"{size:,} values are announced and {found} follow")
    return np.frombuffer(values, np.uint8).reshape(shape)


def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """One split of MNIST or Fashion-MNIST: images (N, 1, 28, 28) uint8 and labels (N,) uint8, 0 … 9.

    "valid" is the last 10,000 of the 60,000 published training images, "train" the first 50,000, "test" the
    10,000 published test images (whose files are called t10k).

    Raises:
        PixelLabError: a file is missing or not what it should be.
    """
    part = "t10k" if split == "test" else "train"
    images, labels = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
    images_path, labels_path = (find(folder, f"{name}.gz", name) for name in (images, labels))
    x = read_idx(images_path, (COUNTS[part], SIDE, SIDE))
    digits = read_idx(labels_path, (COUNTS[part],))
    check_labels(labels_path, digits, 10)
    keep = kept(split, HELD_OUT)
    return x[keep, None].copy(), digits[keep].copy()
