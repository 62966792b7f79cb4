"""What a conditional model is told: vectors h for its ``condition``."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from pixellab.data import Images


def of(images: Images, labels: Tensor | None = None) -> Tensor:
    """What a conditional model is told of each picture: its class and, where pictures have one, its place.

    Args:
        labels: (N,) other classes to tell it, in place of the pictures' own.

    Returns:
        (N,) int64 classes; or, with places, (N, `length`) floats, see `where`.

    Raises:
        ValueError: when the pictures have no labels.

    >>> import numpy as np
    >>> x, cells = np.zeros((1, 1, 2, 2), np.uint8), np.array([[1, 0]], np.uint8)
    >>> of(Images(x, np.array([2], np.uint8), "mnist", "test", 2, classes=("a", "b", "c")))
    tensor([2])
    >>> of(Images(x, np.array([2], np.uint8), "mnist", "test", 2, "", ("a", "b", "c"), cells, (2, 2))).tolist()
    [[0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0]]
    """
    if images.labels is None:
        raise ValueError(f"{images.name} as it lies here has no labels to tell a model.")
    told = torch.from_numpy(images.labels).long() if labels is None else labels
    if images.places is None:
        return told
    rows, columns = torch.from_numpy(images.places).long().T
    return where(told, rows, columns, classes=len(images.classes), grid=images.grid)


def length(images: Images) -> int:
    """The ``condition_size`` of a model that is told of these pictures what `of` says; 0 where they have no labels."""
    return len(images.classes) + images.grid[0] * images.grid[1] if images.labels is not None else 0


def where(labels: Tensor, rows: Tensor, columns: Tensor, *, classes: int, grid: tuple[int, int]) -> Tensor:
    """What and where: a class, and a cell of a coarse grid laid over the picture (Gated paper, section 2.3).

    Args:
        labels: (B,) classes, 0 … classes-1.
        rows, columns: (B,) of the cell.
        grid: how many rows and columns of cells there are.

    Returns:
        (B, classes + grid rows · grid columns) floats: the class one-hot, then the cell one-hot. A model that reads it
        has that ``condition_size``, and ``spatial_features`` to make a map of it.

    Raises:
        ValueError: for a class or cell that does not exist.

    >>> where(torch.tensor([1]), torch.tensor([0]), torch.tensor([1]), classes=3, grid=(2, 2)).tolist()
    [[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]]
    """
    for name, values, count in (("Classes", labels, classes), ("Rows", rows, grid[0]), ("Columns", columns, grid[1])):
        if values.numel() and not 0 <= int(values.min()) <= int(values.max()) < count:
            raise ValueError(f"{name} lie in 0 … {count - 1}.")
    cells = rows.long() * grid[1] + columns.long()
    return torch.cat([F.one_hot(labels.long(), classes), F.one_hot(cells, grid[0] * grid[1])], dim=1).float()
