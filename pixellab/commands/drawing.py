"""What `sample` and `complete` share: draw with a progress bar, and write what was drawn as one PNG."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pixellab import pictures

if TYPE_CHECKING:
    from torch import Tensor

    from pixellab.models.autoregressive import AutoregressiveModel

FRAMES = 96
"""Of an animation, at most."""
MILLISECONDS = 60
"""Each frame is shown."""
SIDE = 112
"""Screen pixels that a small picture is enlarged to."""


def draw(
    model: AutoregressiveModel,
    image: np.ndarray,
    hidden: np.ndarray,
    condition: Tensor | None,
    given: argparse.Namespace,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Endings of one picture, now and then while they are drawn, and at last when they are done.

    Args:
        image: (C, H, W) integers.
        hidden: (H, W) bool, what is to be drawn.
        condition: (n,) classes for a conditional model.
        given: n, temperature, seed and animate; without animate only the last state comes.

    Yields:
        The pictures (n, C, H, W) uint8, each time the same array, and what is still to come, (H, W) bool.
    """
    import torch
    from tqdm import tqdm

    from pixellab.sampling import stream

    drawn, undrawn = np.repeat(image[None].astype(np.uint8), given.n, 0), hidden.copy()
    total = int(hidden.sum())
    every = math.ceil(total / FRAMES) if given.animate else total + 1
    pixels = stream(
        model,
        torch.from_numpy(image[None].astype(np.int64)),
        torch.from_numpy(hidden),
        n=given.n,
        condition=condition,
        temperature=given.temperature,
        seed=given.seed,
    )
    if given.animate:
        yield drawn, undrawn
    for number, pixel in enumerate(tqdm(pixels, total=total, unit="pixel", leave=False), start=1):
        drawn[:, :, pixel.row, pixel.column] = pixel.values
        undrawn[pixel.row, pixel.column] = False
        if number % every == 0 and number < total:
            yield drawn, undrawn
    yield drawn, undrawn


def draw_looking_below(
    model: AutoregressiveModel,
    image: np.ndarray,
    hidden: np.ndarray,
    condition: Tensor | None,
    given: argparse.Namespace,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """As `draw`, once, with endings that fit what lies behind the hole; prints how far they can be trusted.

    Args:
        given: also particles.
    """
    import torch
    from tqdm import tqdm

    from pixellab.sampling.look_below import look_below

    steps = look_below(
        model,
        torch.from_numpy(image[None].astype(np.int64)),
        torch.from_numpy(hidden),
        n=given.n,
        particles=given.particles,
        condition=condition,
        temperature=given.temperature,
        seed=given.seed,
    )
    before = np.flatnonzero(hidden.flat[model.order(*hidden.shape)])[0]
    *_, state = tqdm(steps, total=int(hidden.size - before), unit="pixel", leave=False)
    worth = state.effective_sample_size
    endings, weights = (part.cpu().numpy() for part in state.endings())
    share = np.exp(weights - weights.max())
    distinct = len(np.unique(endings, axis=0))
    print(
        f"{distinct} of {given.n} endings are distinct; the {given.particles} particles behind each are worth "
        f"{worth.min():.1f} to {worth.max():.1f} equal draws; the likeliest ending counts "
        f"{share.max() / share.sum():.0%}."
    )
    yield endings.astype(np.uint8), np.zeros_like(hidden)


def write(
    path: Path,
    states: Iterator[tuple[np.ndarray, np.ndarray]],
    levels: int,
    given: argparse.Namespace,
    hidden: np.ndarray | None = None,
) -> None:
    """One PNG of all pictures side by side, animated if there is more than one state.

    Args:
        hidden: (H, W) bool where binary ink is shown as generated; None shows it like any other.
    """
    sheets = [
        pictures.grid(
            pictures.to_rgb(drawn, levels, hidden=hidden, undrawn=undrawn),
            columns=math.ceil(math.sqrt(len(drawn))),
            scale=given.scale or max(1, SIDE // max(drawn.shape[2:])),
        )
        for drawn, undrawn in states
    ]
    animated = len(sheets) > 1
    path.write_bytes(pictures.animated_png(sheets, milliseconds=MILLISECONDS) if animated else pictures.png(sheets[0]))
    height, width = sheets[0].shape[:2]
    frames = f", {len(sheets)} frames" if animated else ""
    print(f"{path}: {given.n} picture{'s' * (given.n > 1)}, {width} × {height} pixels{frames}.")
