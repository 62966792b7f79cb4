"""What `load` returns: the images of one split, with what must be said beside any figure measured on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Images:
    """The images of one split of one set.

    Attributes:
        x: (N, C, H, W) uint8, values 0 … levels − 1; `load` gives it writable and C-contiguous.
        labels: (N,) uint8, the class of each image, or None where the set has none.
        name: the set, as given to `load`.
        split: "train", "valid" or "test".
        levels: K, the values a pixel can take (2: binary; 256: 8 bits).
        note: how the images were made or chosen, to be printed beside every figure measured on them.
        classes: what the labels mean: `classes[labels[i]]` names image i; empty where there are no labels.
        places: (N, 2) uint8, row and column of the cell in which each image shows its class; None where images are
            full of it.
        grid: rows and columns of these cells; (0, 0) where there are none.

    Raises:
        ValueError: the arrays do not have these shapes, types and ranges.

    >>> Images(np.zeros((5, 1, 28, 28), np.uint8), None, "mnist", "test", levels=256)
    <Images mnist test: 5 of 1×28×28, 256 levels, no labels>
    """

    x: np.ndarray
    labels: np.ndarray | None
    name: str
    split: str
    levels: int
    note: str = ""
    classes: tuple[str, ...] = ()
    places: np.ndarray | None = None
    grid: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        x, labels = self.x, self.labels
        if x.dtype != np.uint8 or x.ndim != 4:
            raise ValueError(f"x must be uint8 of shape (N, C, H, W), not {x.dtype} of shape {x.shape}.")
        if not 2 <= self.levels <= 256:
            raise ValueError(f"levels must lie between 2 (binary) and 256 (8 bits), not {self.levels}.")
        if x.max(initial=0) >= self.levels:
            raise ValueError(f"x holds {x.max()}, and {self.levels} levels end at {self.levels - 1}.")
        if self.places is not None:
            self._check_places()
        if labels is None:
            return
        if labels.dtype != np.uint8 or labels.shape != x.shape[:1]:
            raise ValueError(f"labels must be uint8 {x.shape[:1]}, not {labels.dtype} {labels.shape}.")
        if labels.max(initial=0) >= len(self.classes):
            raise ValueError(f"labels holds {labels.max()}, and there are {len(self.classes)} classes.")

    def _check_places(self) -> None:
        places = self.places
        if places.dtype != np.uint8 or places.shape != (len(self.x), 2):
            raise ValueError(f"places must be uint8 ({len(self.x)}, 2), not {places.dtype} {places.shape}.")
        if (places >= np.array(self.grid)).any():
            raise ValueError(f"places lie in a grid of {self.grid[0]}×{self.grid[1]} cells; some lie outside.")

    def part(self, index: np.ndarray) -> Images:
        """Some of the images, with their labels and places."""
        labels, places = (None if of is None else of[index] for of in (self.labels, self.places))
        return replace(self, x=self.x[index], labels=labels, places=places)

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.x.shape[1:]))
        known = "no labels" if self.labels is None else f"{len(self.classes)} classes"
        return f"<Images {self.name} {self.split}: {len(self):,} of {shape}, {self.levels} levels, {known}>"
