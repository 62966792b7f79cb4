"""The way of a model through a batch of pictures, pixel by pixel, from cached state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel, Streaming


@dataclass(frozen=True)
class Place:
    """A pixel at which a walk stops: colour by colour, `logits` must be asked for and `write` called.

    Attributes:
        row, column: of the picture.
        pictures: (B, C, H, W) integers, what is known and drawn so far; `write` puts the new value in.
    """

    row: int
    column: int
    pictures: Tensor
    state: Streaming
    step: int
    codes: Tensor

    def logits(self, channel: int) -> Tensor:
        """(B, K) logits of a colour."""
        return self.state.logits(self.column // self.step, channel)

    def write(self, channel: int, value: Tensor) -> None:
        """Set a colour to its values (B,)."""
        self.state.write(self.column // self.step, channel, self.codes.index_select(0, value))
        self.pictures[:, channel, self.row, self.column] = value

    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``: resampling of particles."""
        self.state.select(index)
        self.pictures.copy_(self.pictures[index])


def walk(
    model: AutoregressiveModel, pictures: Tensor, stops: np.ndarray, condition: Tensor | None, copies: int = 1
) -> Iterator[Place]:
    """Read pictures in the model's order and stop at some pixels, whose values are set there.

    Args:
        pictures: (B, C, H, W) integers on the model's device; changed as it goes.
        stops: (H, W) bool. Everything before the first stop is read in parallel, nothing behind the last one is read.
        condition: for a conditional model, one for each picture.
        copies: so many neighbours in the batch are endings of one picture, and have one condition: before the first
            stop, one of them is read for all.
    """
    codes = model.encode(torch.arange(model.configuration.levels, device=pictures.device))
    left = stops.copy()
    for part in model.walks():
        here = left[:: part.step, :: part.step].copy()
        left[:: part.step, :: part.step] = False
        rows = np.flatnonzero(here.any(1))
        if not len(rows):
            continue
        state = part.start(model.encode(pictures), condition)
        state.prefill(int(rows[0]), copies)
        copies = 1  # What is drawn differs, and a later walk may read all of it.
        for row in range(int(rows[0]), int(rows[-1]) + 1):
            state.enter_row(row)
            reached = 0
            for column in np.flatnonzero(here[row]).tolist():
                state.known(reached, column)
                yield Place(row * part.step, column * part.step, pictures, state, part.step, codes)
                reached = column + 1
            state.known(reached, here.shape[1])
