"""A model's own samples, shipped beside its weights: uncurated, every seed named, read without torch.

Each picture is what `pixellab.sample(model, 1, condition=…, seed=…)` draws; none is left out.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pixellab import atomic, zoo
from pixellab.data.sets import SETS
from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    from pixellab.models.autoregressive import AutoregressiveModel

FILE = "samples.npz"
SEEDS = 16
"""Of a model without a condition."""
SEEDS_A_CLASS = 8
ONE_CLASS = 3
"""The class that is shown in every place."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """Pictures in rows and columns.

    Attributes:
        pictures: (rows, columns, C, H, W) uint8 levels.
        seeds: (rows, columns) int, of each picture.
        rows: what each row was asked for; [""] where there is no condition.
        caption: one sentence about what is shown.
    """

    pictures: np.ndarray
    seeds: np.ndarray
    rows: tuple[str, ...]
    caption: str

    def of_seed(self, seed: int) -> tuple[np.ndarray, str] | None:
        """A picture (C, H, W) of that seed and what it was asked for: of the row that the seed names, if several."""
        there = np.argwhere(self.seeds == seed)
        if not len(there):
            return None
        row, column = there[seed % len(there)]
        return self.pictures[row, column], self.rows[row]


def read(name_or_folder: str | Path) -> Gallery | None:
    """The gallery of a shipped model or of a folder; None where none was drawn.

    Raises:
        PixelLabError: when there is no such model, or the file is damaged.
    """
    path = zoo.folder_of(name_or_folder) / FILE
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            shape = tuple(int(side) for side in file["shape"])
            pictures = file["pictures"]
            if pictures.shape != shape:  # bits of binary pictures
                pictures = np.unpackbits(pictures, count=int(np.prod(shape))).reshape(shape)
            rows = tuple(str(row) for row in file["rows"])
            return Gallery(pictures, file["seeds"].reshape(shape[:2]), rows, str(file["caption"]))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as fault:
        raise PixelLabError(
            f"{path} is damaged: restore it from the repository, or draw it again: `pixellab ship --beside`."
        ) from fault


def write(folder: Path, gallery: Gallery, levels: int) -> None:
    """Write the file, in one step; binary pictures as bits."""
    pictures, file = gallery.pictures, io.BytesIO()
    np.savez_compressed(
        file, pictures=np.packbits(pictures) if levels == 2 else pictures, shape=np.array(pictures.shape, np.int32),
        seeds=gallery.seeds.astype(np.int32), rows=np.array(gallery.rows), caption=np.array(gallery.caption),
    )  # fmt: skip
    atomic.write(folder / FILE, file.getvalue())


def draw(model: AutoregressiveModel, card: zoo.Card) -> Gallery:
    """Draw the gallery of a model: 16 seeds; a row a class; or one class in every place.

    Raises:
        PixelLabError: for a condition of a kind that no gallery is known for.
    """
    from tqdm import tqdm

    from pixellab.sampling import sample

    asked, caption = _asked(card)
    rows = []
    with tqdm(total=sum(len(row) for _, row in asked), unit="picture", leave=False) as bar:
        for _, row in asked:
            drawn = []
            for seed, condition in row:
                drawn.append(sample(model, 1, condition=condition, seed=seed)[0].byte().numpy())
                bar.update()
            rows.append(np.stack(drawn))
    seeds = np.array([[seed for seed, _ in row] for _, row in asked])
    return Gallery(np.stack(rows), seeds, tuple(name for name, _ in asked), f"{caption}, none left out.")


Asked = list[tuple[str, list[tuple[int, Any]]]]
"""By row of a gallery: its name, and seed and condition of each picture."""


def _asked(card: zoo.Card) -> tuple[Asked, str]:
    """What is drawn, and the sentence about it."""
    import torch

    size = getattr(card.configuration, "condition_size", 0)
    if not size:
        return [("", [(seed, None) for seed in range(SEEDS)])], f"Seeds 0 to {SEEDS - 1}"
    known = SETS.get(card.data)
    classes = known.classes if known else ()
    rows, columns = known.grid if known else (0, 0)
    if card.labels and size == len(classes):
        told = [(name, torch.tensor([k])) for k, name in enumerate(classes)]
        asked = [(name, [(seed, condition) for seed in range(SEEDS_A_CLASS)]) for name, condition in told]
        return asked, f"A row a class, seeds 0 to {SEEDS_A_CLASS - 1}"
    if card.labels and rows and size == len(classes) + rows * columns:
        from pixellab.conditions import where

        def place(row: int, column: int) -> torch.Tensor:
            here = [torch.tensor([value]) for value in (ONE_CLASS, row, column)]
            return where(*here, classes=len(classes), grid=(rows, columns))

        asked = [(f"row {i}", [(i * columns + j, place(i, j)) for j in range(columns)]) for i in range(rows)]
        what = f"The class {classes[ONE_CLASS]} asked for in each of {rows}×{columns} places"
        return asked, f"{what}, seeds 0 to {rows * columns - 1}"
    raise PixelLabError(f"No gallery is known for the condition of {card.name}, of length {size}.")
