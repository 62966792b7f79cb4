"""CIFAR-10 (Krizhevsky, 2009): the published binary version, or lossless PNG sheets with one image a row.

The binary version is five files `data_batch_1.bin` … `data_batch_5.bin` and `test_batch.bin`, in the folder,
in its `cifar-10-batches-bin/`, or in the published `cifar-10-binary.tar.gz`. Each holds 10,000 records, a
label byte and 3,072 pixel bytes (32×32 red, then green, then blue). The pickled version is not read.

The sheets are `train_00.png` … `train_49.png` of 1,000 images each and `test_00.png` … `test_09.png`, in the
published order, with `labels.npz`. Copies of the sheets may lack a few test images.
"""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from pixellab.data.files import check_labels, damaged, find, read_npz, reading
from pixellab.data.splits import kept

ARCHIVE = "cifar-10-binary.tar.gz"
LABELS = "labels.npz"
SIDE = 32
PIXELS = SIDE * SIDE
BATCH = 10_000
SHEET = 1_000
HELD_OUT = 5_000

_BATCHES = {
    "train": [f"data_batch_{i}.bin" for i in range(1, 6)],
    "valid": ["data_batch_5.bin"],
    "test": ["test_batch.bin"],
}
_SHEETS = {
    "train": [f"train_{i:02d}.png" for i in range(45)],
    "valid": [f"train_{i:02d}.png" for i in range(45, 50)],
    "test": [f"test_{i:02d}.png" for i in range(10)],
}


def read_batch(data: bytes, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The records of one binary batch.

    Args:
        data: its bytes.
        path: where they come from, for the message.

    Returns:
        images (10000, 3, 32, 32) uint8 and labels (10000,) uint8, 0 … 9: views of `data`, read-only.

    Raises:
        PixelLabError: the size is wrong, or a label is above 9.
    """
    record = 1 + 3 * PIXELS
    if len(data) != BATCH * record:
        raise damaged(path, f"it has {len(data):,} bytes, a batch of {BATCH:,} images has {BATCH * record:,}")
    records = np.frombuffer(data, np.uint8).reshape(BATCH, record)
    check_labels(path, records[:, 0], 10)
    return records[:, 1:].reshape(BATCH, 3, SIDE, SIDE), records[:, 0]


def read_archive(path: Path, names: list[str]) -> list[bytes]:
    """The files `names` of a .tar.gz, in this order: read in one pass, never unpacked to disk.

    Raises:
        PixelLabError: the archive is cut or foreign, or lacks one of them.
    """
    found: dict[str, bytes] = {}
    with reading(path, "a .tar.gz archive"), tarfile.open(path, "r:gz") as archive:
        while len(found) < len(names) and (member := archive.next()):
            name = PurePosixPath(member.name).name
            if name in names and member.isfile():
                found[name] = archive.extractfile(member).read()
    for name in names:
        if name not in found:
            raise damaged(path, f"it holds no {name}")
    return [found[name] for name in names]


def read_sheet(path: Path) -> np.ndarray:
    """A PNG with one image a row: (rows, 3, 32, 32) uint8.

    Raises:
        PixelLabError: the picture is cut or foreign, not RGB, not 1,024 pixels wide, or higher than 1,000.
    """
    with reading(path, "a PNG picture"), Image.open(path, formats=["PNG"]) as picture:
        if picture.mode != "RGB" or picture.width != PIXELS or picture.height > SHEET:
            found = f"{picture.mode}, {picture.width:,} pixels wide and {picture.height:,} high"
            raise damaged(path, f"it is {found}; a sheet is RGB, {PIXELS:,} wide and at most {SHEET:,} high")
        rows = np.asarray(picture)
    return np.ascontiguousarray(rows.reshape(-1, SIDE, SIDE, 3).transpose(0, 3, 1, 2))


def _read_bytes(path: Path) -> bytes:
    with reading(path, "a file"):
        return path.read_bytes()


def _from_batches(contents: list[bytes], paths: list[Path], split: str) -> tuple[np.ndarray, np.ndarray]:
    images, labels = zip(*map(read_batch, contents, paths), strict=True)
    keep = kept(split, HELD_OUT)
    return np.concatenate(images)[keep], np.concatenate(labels)[keep]


def _from_sheets(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    path = folder / LABELS
    if split == "test":
        labels = read_npz(path, test=(None,))["test"]
    else:
        labels = read_npz(path, train=(50 * SHEET,))["train"][kept(split, HELD_OUT)]
    check_labels(path, labels, 10)
    x = np.concatenate([read_sheet(find(folder, name)) for name in _SHEETS[split]])
    if len(x) != len(labels):
        raise damaged(path, f"it has {len(labels):,} labels for the {len(x):,} images of the {split} sheets")
    return x, labels


def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """One split: images (N, 3, 32, 32) uint8, red, green, blue, and labels (N,) uint8, 0 … 9.

    "valid" is the last 5,000 of the 50,000 published training images, "train" the first 45,000, "test" the
    10,000 published test images, or as many of them as the sheets have.

    Raises:
        PixelLabError: a file is missing or not what it should be.
    """
    names = _BATCHES[split]
    for home in (folder / "cifar-10-batches-bin", folder):
        paths = [home / name for name in names]
        if all(path.exists() for path in paths):
            return _from_batches([_read_bytes(path) for path in paths], paths, split)
    source = find(folder, ARCHIVE, LABELS)
    if source.name == LABELS:
        return _from_sheets(folder, split)
    return _from_batches(read_archive(source, names), [source / name for name in names], split)
