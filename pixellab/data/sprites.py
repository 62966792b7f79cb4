"""Small sprites with transparency, in one .npz: Dungeon Crawl Stone Soup tiles (CC0) and Noto emoji (Google).

The archive holds `x` (N, 32, 32, 4) uint8, red, green, blue and opacity, and `split` (N,) uint8: 0 train,
1 valid, 2 test; variants of one drawing share a split.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pixellab.data.files import damaged, find, read_npz
from pixellab.data.splits import SPLITS

SIDE = 32
WHITE = (255, 255, 255)


def coverage(rgba: np.ndarray) -> np.ndarray:
    """The share of pixels that are not fully transparent: (N, H, W, 4) uint8 → (N,) float64 in 0 … 1.

    >>> coverage(np.array([[[[9, 9, 9, 255], [0, 0, 0, 0]]]], np.uint8))
    array([0.5])
    """
    return (rgba[..., 3] > 0).mean(axis=(1, 2))


def compose(rgba: np.ndarray, background: tuple[int, int, int] = WHITE) -> np.ndarray:
    """Lays sprites over a plain background: (N, H, W, 4) uint8 → (N, 3, H, W) uint8, to the nearest level.

    >>> compose(np.array([[[[0, 100, 200, 128]]]], np.uint8)).ravel().tolist()
    [127, 177, 227]
    """
    colours, opacity = rgba[..., :3].astype(np.uint32), rgba[..., 3:].astype(np.uint32)
    mixed = colours * opacity + np.array(background, np.uint32) * (255 - opacity)
    return np.ascontiguousarray(((mixed + 127) // 255).astype(np.uint8).transpose(0, 3, 1, 2))


def read(folder: Path, split: str, *, file: str, least_coverage: float) -> tuple[np.ndarray, None]:
    """One split of the sprites in `file`, over white: images (N, 3, 32, 32) uint8; they have no labels.

    Args:
        folder: where the file lies.
        split: "train", "valid" or "test".
        file: the name of the .npz.
        least_coverage: leave out sprites with a smaller share of pixels that are not fully transparent.

    Raises:
        PixelLabError: the file is missing or not what it should be.
    """
    path = find(folder, file)
    arrays = read_npz(path, x=(None, SIDE, SIDE, 4), split=(None,))
    rgba, splits = arrays["x"], arrays["split"]
    if len(rgba) != len(splits) or splits.max(initial=0) >= len(SPLITS):
        raise damaged(path, f"its split does not say 0, 1 or 2 for each of the {len(rgba):,} sprites")
    rgba = rgba[splits == SPLITS.index(split)]
    return compose(rgba[coverage(rgba) >= least_coverage]), None
