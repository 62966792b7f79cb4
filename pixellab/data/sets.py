"""The sets by name, and the two calls everything else uses: `load` and `fetch`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from pixellab.data import binarized, cifar10, idx, placed, published, sprites
from pixellab.data.files import ENVIRONMENT, MissingFile, data_folder
from pixellab.data.images import Images
from pixellab.data.published import PublishedFile
from pixellab.data.splits import SPLITS
from pixellab.errors import PixelLabError


@dataclass(frozen=True)
class DataSet:
    """What the package knows of a set.

    Attributes:
        title: its name for people.
        folder: its folder inside the data folder.
        read: (folder, split) → images (N, C, H, W) uint8, and labels (N,) uint8 or None; raises MissingFile.
        levels: K, the values a pixel can take.
        note: how its images were made or chosen.
        classes: what its labels mean.
        grid: rows and columns of cells, one of which is the place of an image; (0, 0) where images have no place.
        places: images (N, C, H, W) → the place of each, (N, 2) uint8.
        sizes: by split, the published number of images, where a copy may hold fewer.
        published: by split, the files to download; empty where there is no public address.
    """

    title: str
    folder: str
    read: Callable[[Path, str], tuple[np.ndarray, np.ndarray | None]]
    levels: int
    note: str
    classes: tuple[str, ...] = ()
    grid: tuple[int, int] = (0, 0)
    places: Callable[[np.ndarray], np.ndarray] | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    published: Mapping[str, tuple[PublishedFile, ...]] = field(default_factory=dict)


SETS: Mapping[str, DataSet] = {
    "mnist-binarized": DataSet(
        title="Static binarised MNIST",
        folder="mnist_binarized",
        read=binarized.read,
        levels=2,
        note="static binarisation of Larochelle and Murray (2011)",
        classes=tuple("0123456789"),
        published=published.BINARIZED_MNIST,
    ),
    "mnist": DataSet(
        title="MNIST",
        folder="mnist",
        read=idx.read,
        levels=256,
        note="grey values as published",
        classes=tuple("0123456789"),
        published=published.MNIST,
    ),
    "mnist-where": DataSet(
        title="MNIST, small digits in places",
        folder="mnist",
        read=placed.read,
        levels=2,
        note="half the size, black and white by a threshold, each in one of 4×4 places",
        classes=tuple("0123456789"),
        grid=placed.GRID,
        places=placed.cells,
        published=published.MNIST,
    ),
    "fashion-mnist": DataSet(
        title="Fashion-MNIST",
        folder="fashion_mnist",
        read=idx.read,
        levels=256,
        note="grey values as published",
        classes=(
            *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
            *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
        ),
        published=published.FASHION_MNIST,
    ),
    "cifar10": DataSet(
        title="CIFAR-10",
        folder="cifar10",
        read=cifar10.read,
        levels=256,
        note="colours as published",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        sizes={"test": 10_000},
        published=published.CIFAR10,
    ),
    "tiles": DataSet(
        title="The set of Dungeon Crawl tiles",
        folder="dcss_tiles",
        read=partial(sprites.read, file="dcss_tiles_32.npz", least_coverage=0.25),
        levels=256,
        note="over white; only tiles with a quarter or more of their pixels drawn",
    ),
    "emoji": DataSet(
        title="The set of Noto emoji",
        folder="noto_emoji",
        read=partial(sprites.read, file="noto_emoji_32.npz", least_coverage=0.0),
        levels=256,
        note="over white",
    ),
}

NAMES = tuple(SETS)


def load(
    name: str, split: str, *, root: str | os.PathLike[str] | None = None, download: bool = False
) -> Images:
    """The images of one split of a set, checked.

    - "mnist-binarized": 28×28 of 0 and 1; 50,000, 10,000 and 10,000, as published. 10 classes, but no labels
      where it is read from the published text files.
    - "mnist", "fashion-mnist": 28×28, 0 … 255; train is the first 50,000 and valid the last 10,000 of the
      60,000 published training images; test 10,000. 10 classes.
    - "mnist-where": 28×28 of 0 and 1; small digits made of "mnist", each in one of 4×4 places, see
      `pixellab.data.placed`. 10 classes and a place.
    - "cifar10": 32×32 RGB, 0 … 255; train is the first 45,000 and valid the last 5,000 of the 50,000
      published training images; test 10,000, or fewer where the copy lacks some, as `note` then says.
      10 classes.
    - "tiles": 32×32 RGB, 0 … 255, sprites over white, those with at least a quarter of their pixels drawn;
      2,499, 139 and 172. No labels.
    - "emoji": 32×32 RGB, 0 … 255, sprites over white; 3,015, 147 and 411. No labels.

    Args:
        name: one of `NAMES`.
        split: "train", "valid" or "test".
        root: the data folder; see `data_folder` for what is taken without it.
        download: download what is missing (see `fetch`).

    Raises:
        ValueError: there is no such set or split.
        MissingFile: a file is not there; the sentence says how to get it.
        PixelLabError: a file is damaged or foreign, or a download failed.
    """
    data_set = _data_set(name)
    if split not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, not {split!r}.")
    folder = data_folder(root) / data_set.folder
    try:
        x, labels = data_set.read(folder, split)
    except MissingFile as problem:
        if not (download and data_set.published):
            raise MissingFile(_how_to_get(name, data_set, folder, problem)) from problem
        _download(data_set.published[split], folder)
        x, labels = data_set.read(folder, split)
    note, published_size = data_set.note, data_set.sizes.get(split, len(x))
    if len(x) < published_size:
        note = f"{note}; {len(x):,} of the {published_size:,} {split} images"
    classes = data_set.classes if labels is not None else ()
    places = data_set.places(x) if data_set.places else None
    return Images(x, labels, name, split, data_set.levels, note, classes, places, data_set.grid)


def fetch(name: str, *, root: str | os.PathLike[str] | None = None) -> list[Path]:
    """Downloads all published files of a set, each verified against its published checksum.

    A file that is there and genuine is not downloaded again, one that is damaged is replaced, and a download
    that was cut goes on where it stopped.

    Args:
        name: one of `NAMES`.
        root: the data folder; see `data_folder` for what is taken without it.

    Returns:
        The paths of the files.

    Raises:
        ValueError: there is no such set.
        PixelLabError: the set has no public address, a download failed, or the folder cannot be written.
    """
    data_set = _data_set(name)
    folder = data_folder(root) / data_set.folder
    if not data_set.published:
        raise PixelLabError(f"{data_set.title} has no public address: put your own copy into {folder}.")
    files = dict.fromkeys(file for split in SPLITS for file in data_set.published[split])
    return _download(files, folder)


def _data_set(name: str) -> DataSet:
    if name not in SETS:
        raise ValueError(f"There is no set {name!r}; there are {', '.join(NAMES)}.")
    return SETS[name]


def _download(files: Iterable[PublishedFile], folder: Path) -> list[Path]:
    from pixellab.data.download import download  # urllib and tqdm are needed only here

    return [download(file, folder) for file in files]


def _how_to_get(name: str, data_set: DataSet, folder: Path, problem: MissingFile) -> str:
    if data_set.published:
        advice = f"run `pixellab download {name}`, load it with download=True"
    else:
        advice = "it has no public address, so put your own copy there"
    return (
        f"{data_set.title} is not in {folder} ({problem}): {advice}, "
        f"or set {ENVIRONMENT} to the folder that holds {data_set.folder}/."
    )
