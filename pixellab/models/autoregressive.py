"""What all models have in common, and the contract between a model and the sampler."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.configurations import Configuration


class Streaming(ABC):
    """A model reading or drawing a batch of pictures pixel by pixel, from cached state.

    The sampler walks in raster order. For each row it calls `enter_row`, then for each pixel either `known` (for a
    run of pixels that nobody draws) or, colour by colour, `logits` and `write`. Rows that are known from the first
    on can be read in one parallel pass by `prefill` instead. The logits equal those of the parallel ``forward``.

    Attributes:
        picture: (B, H, W, C) the encoded pixels; what lies ahead may hold anything, it is not read.
    """

    picture: Tensor

    @abstractmethod
    def prefill(self, rows: int, copies: int = 1) -> None:
        """Read the first ``rows`` rows of `picture` in parallel; the next call is ``enter_row(rows)``.

        Args:
            copies: so many neighbours in the batch are alike in these rows and in the condition, as the endings of one
                picture are. One of them is read for all.
        """

    @abstractmethod
    def enter_row(self, row: int) -> None:
        """Rows above ``row`` are complete; compute once all that they contribute to it."""

    @abstractmethod
    def known(self, first: int, last: int) -> None:
        """Read the pixels ``first … last-1`` of the current row, which are already in `picture`."""

    @abstractmethod
    def logits(self, column: int, channel: int) -> Tensor:
        """(B, K) logits of one colour of the next pixel; earlier colours of it must have been written."""

    @abstractmethod
    def write(self, column: int, channel: int, encoded: Tensor) -> None:
        """Set one colour of the current pixel to ``encoded`` (B,)."""

    @abstractmethod
    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index`` (B,), repetitions allowed: resampling of particles."""


@dataclass(frozen=True)
class Walk:
    """One way through a picture in raster order, over every ``step``-th pixel of every ``step``-th row.

    Attributes:
        start: takes encoded pictures (B, C, H, W), whole ones, and the condition; returns the stream, which counts rows
            and columns of the walk: its pixel (i, j) is (step·i, step·j) of the picture.
    """

    step: int
    start: Callable[[Tensor, Tensor | None], Streaming]


class AutoregressiveModel(nn.Module, ABC):
    """p(x) = Π p(x_i | x_<i), one softmax a colour of a pixel, in raster order (PixelRNN paper, equations 1 and 2)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        self.configuration = configuration

    def encode(self, x: Tensor) -> Tensor:
        """Integers (B, C, H, W) in 0 … K-1 → floats in [-1, 1], in the precision of the weights.

        The padding around a picture is 0, half-way between the darkest and the brightest value: the network can
        tell a border from a dark pixel.
        """
        dtype = next(self.parameters()).dtype
        return x.to(dtype) * (2 / (self.configuration.levels - 1)) - 1

    def forward(self, x: Tensor, condition: Tensor | None = None) -> Tensor:
        """The logits of every colour of every pixel, in parallel.

        Args:
            x: (B, C, H, W) integers in 0 … K-1. H and W are free: the network is convolutional.
            condition: what a conditional model is given, see the model; None otherwise.

        Returns:
            (B, K, C, H, W): the logits at (c, i, j) depend on pixels before (i, j) and on colours before c there.

        Raises:
            ValueError: when shape or type do not fit.
        """
        self.check(x)
        return self.network(self.encode(x), condition)

    @abstractmethod
    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """As ``forward``, from encoded floats (B, C, H, W): what gradients are taken through."""

    @abstractmethod
    def start(self, inputs: Tensor, condition: Tensor | None = None) -> Streaming:
        """Begin to stream: ``inputs`` (B, C, H, W) are the encoded pictures, of which the known pixels are read."""

    def walks(self) -> tuple[Walk, ...]:
        """How a picture is drawn: one walk over all pixels, unless a model says otherwise.

        In each walk the pixels of the walks before are known. The order of all pixels is that of `order`.
        """
        return (Walk(1, self.start),)

    def order(self, height: int, width: int) -> np.ndarray:
        """(H·W,): the pixels, as indices in raster order, in the order in which they are drawn."""
        walk = np.zeros((height, width), int)
        for index, part in reversed([*enumerate(self.walks())]):
            walk[:: part.step, :: part.step] = index
        return walk.flatten().argsort(kind="stable")

    def check(self, x: Tensor) -> None:
        """Raise a ValueError that says what is wrong with a batch of pictures."""
        channels, levels = self.configuration.channels, self.configuration.levels
        if x.dim() != 4 or x.shape[1] != channels:
            raise ValueError(f"Pictures come as (B, {channels}, H, W); these have the shape {tuple(x.shape)}.")
        if x.is_floating_point() or x.dtype == torch.bool:
            raise ValueError(f"Pictures come as integers in 0 … {levels - 1}, not as {x.dtype}.")
        if x.numel() and (int(x.min()) < 0 or int(x.max()) >= levels):
            raise ValueError(f"Values lie in 0 … {levels - 1}; these reach from {int(x.min())} to {int(x.max())}.")


def arrange_logits(raw: Tensor, channels: int) -> Tensor:
    """(B, C·K, H, W), colour by colour, → (B, K, C, H, W), as a cross entropy takes it."""
    batch, _, height, width = raw.shape
    return raw.view(batch, channels, -1, height, width).transpose(1, 2)
