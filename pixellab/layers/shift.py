"""Maps that are moved down by a row."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def shift_down(x: Tensor) -> Tensor:
    """(B, F, H, W) moved down one row, zeros on top: row i holds what row i-1 held."""
    return F.pad(x, (0, 0, 1, 0))[:, :, :-1]
