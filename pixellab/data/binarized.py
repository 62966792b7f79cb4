"""Static binarised MNIST: the fixed binary images on which the papers' nats are measured.

Every pixel is one draw from a Bernoulli whose probability is the grey value / 255, drawn once for all
(Salakhutdinov and Murray, 2008; the files are of Larochelle and Murray, 2011). Train and valid are a random
split of MNIST's 60,000 training images; test is sorted by digit, so shuffle it before taking a part.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pixellab.data.files import check_labels, damaged, find, read_npz, reading

COUNTS = {"train": 50_000, "valid": 10_000, "test": 10_000}
SIDE = 28
PIXELS = SIDE * SIDE
PACKED = "static_binarized_mnist.npz"


def read_packed(path: Path, split: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """One split of an .npz of `np.packbits` rows, with the digits as labels.

    Args:
        path: an archive with, for each split, `<split>` (N, 98) uint8 and `<split>_label` (N,) uint8.
        split: "train", "valid" or "test".
        count: N, the number of images it must have.

    Returns:
        images (N, 1, 28, 28) uint8 of 0 and 1, and labels (N,) uint8, 0 … 9.

    Raises:
        PixelLabError: the archive is cut, foreign, or holds other shapes or values.
    """
    arrays = read_npz(path, **{split: (count, PIXELS // 8), f"{split}_label": (count,)})
    labels = arrays[f"{split}_label"]
    check_labels(path, labels, 10)
    return np.unpackbits(arrays[split], axis=1).reshape(count, 1, SIDE, SIDE), labels


def read_amat(path: Path, count: int) -> np.ndarray:
    """A published text file: a line an image, 784 digits 0 or 1 joined by single spaces.

    Args:
        path: the file.
        count: N, the number of lines it must have.

    Returns:
        (N, 1, 28, 28) uint8 of 0 and 1.

    Raises:
        PixelLabError: the file is cut, foreign, or holds something else.
    """
    with reading(path, "a text file"):
        text = path.read_bytes()
    size = count * PIXELS * 2
    if len(text) != size:
        raise damaged(path, f"it has {len(text):,} bytes, {count:,} lines of {PIXELS} digits have {size:,}")
    characters = np.frombuffer(text, np.uint8).reshape(count, PIXELS, 2)
    digits, separators = characters[..., 0] - np.uint8(ord("0")), characters[..., 1]
    if (separators[:, :-1] != ord(" ")).any() or (separators[:, -1] != ord("\n")).any():
        raise damaged(path, f"its lines are not {PIXELS} single digits with a space between them")
    if digits.max(initial=0) > 1:
        raise damaged(path, "it holds something other than the digits 0 and 1")
    return digits.reshape(count, 1, SIDE, SIDE)


def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray | None]:
    """One split: images (N, 1, 28, 28) uint8 of 0 and 1, and labels (N,) uint8 from the packed archive.

    Without that archive the published text file is read, which has no labels: None.

    Raises:
        PixelLabError: a file is missing or not what it should be.
    """
    path = find(folder, PACKED, f"binarized_mnist_{split}.amat")
    if path.name == PACKED:
        return read_packed(path, split, COUNTS[split])
    return read_amat(path, COUNTS[split]), None
