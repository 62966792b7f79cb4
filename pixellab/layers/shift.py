"""Maps that are moved: down by a row, or askew, so that diagonals become columns."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def shift_down(x: Tensor) -> Tensor:
    """(B, F, H, W) moved down one row, zeros on top: row i holds what row i-1 held."""
    return F.pad(x, (0, 0, 1, 0))[:, :, :-1]


def skew(x: Tensor) -> list[Tensor]:
    """Offset each row by one position to the row above it (PixelRNN paper, section 3.2 and Figure 3).

    Pixel (i, j) comes to stand in column i + j of a map that is H + W - 1 wide. Of each column only the places that
    hold a pixel are kept, in the order of their rows: the offset positions, half of the map, would cost time and are
    removed by `unskew` anyway.

        0 1 2           0 1 2 .
        3 4 5     →     . 3 4 5     →     [0], [1, 3], [2, 4], [5]

    Args:
        x: (H, W, …).

    Returns:
        The H + W - 1 columns; column s holds the rows max(0, s - W + 1) … min(H - 1, s), as (rows, …).

    >>> [column.tolist() for column in skew(torch.arange(6).view(2, 3))]
    [[0], [1, 3], [2, 4], [5]]
    """
    height, width = x.shape[:2]
    sizes = [min(height, s + 1) - max(0, s - width + 1) for s in range(height + width - 1)]
    return list(x.flatten(0, 1).index_select(0, _order(height, width, x.device)).split(sizes))


def unskew(columns: list[Tensor], height: int, width: int) -> Tensor:
    """The map (H, W, …) whose columns `skew` returned.

    >>> unskew(skew(torch.arange(6).view(2, 3)), 2, 3).tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    place = _order(height, width, columns[0].device).argsort()
    return torch.cat(columns).index_select(0, place).unflatten(0, (height, width))


def _order(height: int, width: int, device: torch.device) -> Tensor:
    """(H·W,): the pixels, as indices in raster order, column by column of the skewed map."""
    rows = torch.arange(height, device=device)[:, None]
    columns = torch.arange(width, device=device)
    return ((rows + columns) * height + rows).flatten().argsort()
