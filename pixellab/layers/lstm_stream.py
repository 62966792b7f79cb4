"""A stack of LSTM layers, one pixel at a time: what both kinds do alike.

The caches of all layers are parts of the same buffers, (L, B, W, …), so that what happens once a row happens in all
layers at once. Everything that a pixel touches is sliced before the first pixel: on a CPU, slicing costs as much as the
arithmetic.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn

from pixellab.layers.biasing import BiasingStream
from pixellab.layers.lstm import GATES
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_slices


class LSTMStream(ABC):
    """The cached state of L layers, each with the 1x1 convolution behind it.

    For one colour of one pixel, a layer takes two products: from its *taps* to the gates, added to what the row above
    contributes, and from its *source*, the new state, to the input of the next layer. A subclass lays out the buffers:

    Attributes:
        inputs: (L + 1, B, W, 2h) the input of each layer in the current row, and the output of the last.
        contribution: (L, B, W, 4h) what the row above gives to the gates.
        weight: (L, taps, 4h) from the taps to the gates.
        up: (L, n, 2h) from the source to the next input.

    The gates are sorted by colour, [o f i g] of R, then of G, then of B: a colour is one run.

    Args:
        layers, residual: of the model.
        like: what is on the right device, in the right precision, and as long as the batch.
        biasing: of a conditional model.
    """

    inputs: Tensor
    weight: Tensor
    up: Tensor

    def __init__(
        self, layers: nn.ModuleList, residual: bool, like: Tensor, width: int, biasing: BiasingStream | None
    ) -> None:
        self.layers, self.residual, self.width, self.batch = layers, residual, width, len(like)
        self.biasing = biasing
        self.features, self.channels = layers[0].features, layers[0].channels
        self.contribution = like.new_zeros(len(layers), len(like), width, GATES * self.features)
        gates = torch.arange(GATES * self.features, device=like.device).view(GATES, self.features)
        runs = colour_slices(self.features, self.channels)
        self.by_colour = torch.cat([gates[:, run].flatten() for run in runs])
        """(4h,) which gate feature comes where when they are sorted by colour."""
        self.by_gate = self.by_colour.argsort()
        """(4h,) its inverse: back to [o f i g] of all colours."""

    @abstractmethod
    def taps(self, layer: int, column: int) -> Tensor:
        """(B, taps) what the gates read in the own row."""

    @abstractmethod
    def source(self, layer: int | slice, column: int) -> Tensor:
        """(…, B, n) what convolutions behind a layer, or behind several, read; the state comes first, a 1 last."""

    @abstractmethod
    def cells(self, layer: int, column: int) -> tuple[Tensor, Tensor]:
        """The cell state that the recurrence reads, and the one that it makes, each (B, h)."""

    @abstractmethod
    def behind(self, weight: Tensor, bias: Tensor) -> Tensor:
        """A 1x1 convolution (out, h) behind a layer as a matrix (n, out), to be multiplied with its source."""

    @abstractmethod
    def enter_row(self, row: int) -> None:
        """The row above ``row`` is complete: sum up what it contributes."""

    @abstractmethod
    def known(self, first: int, last: int) -> None:
        """Run the pixels ``first … last-1``, all of whose colours are in ``inputs[0]``."""

    @abstractmethod
    def remember(self, layer: int, x: Tensor, bias: Tensor | None, copies: int) -> Tensor:
        """Run a layer over the first rows in parallel and keep what the next row needs.

        Args:
            x: (B/copies, 2h, rows, W), each for ``copies`` neighbours in the batch.
            bias: (B/copies, 4h or 8h, rows, W), what is added to the input-to-state map.

        Returns:
            Its output, (B/copies, h, rows, W).
        """

    @abstractmethod
    def select(self, index: Tensor) -> None:
        """Replace the batch by its members ``index``."""

    def plan(self) -> None:
        """Slice everything, once the buffers stand."""
        narrow, wide = colour_slices(self.features, self.channels), colour_slices(2 * self.features, self.channels)
        self.scratch, self.steps, start = [], [], 0
        for run, out in zip(narrow, wide, strict=True):
            size = run.stop - run.start
            gates = self.inputs.new_zeros(self.batch, GATES * size)
            output, forget, input_, content = gates.chunk(GATES, dim=1)
            doors, squashed = gates[:, : 3 * size], torch.empty_like(content)
            self.scratch.append((gates, doors, content, output, forget, input_, squashed))
            columns = slice(start, start + GATES * size)
            weight, up = self.weight[:, :, columns].contiguous(), self.up[:, :, out].contiguous()
            self.steps.append(
                [
                    [self._step(layer, j, run, out, columns, weight, up) for layer in range(len(self.layers))]
                    for j in range(self.width)
                ]
            )
            start = columns.stop

    def _step(
        self, layer: int, column: int, run: slice, out: slice, columns: slice, weight: Tensor, up: Tensor
    ) -> tuple[Tensor, ...]:
        """What `step` takes in one layer: to the gates, to the cell and state, to the next layer."""
        above = self.contribution[layer, :, column, columns]
        before, cell = self.cells(layer, column)
        carried, target = self.inputs[layer : layer + 2, :, column, out]
        if not self.residual:
            carried = torch.zeros_like(target)
        source = self.source(layer, column)
        gates = above, self.taps(layer, column), weight[layer]
        return *gates, before[:, run], cell[:, run], source[:, run], carried, source, up[layer], target

    def step(self, column: int, colour: int) -> None:
        """One colour of one pixel, through all layers: from ``inputs[0]`` to ``inputs[-1]``."""
        gates, doors, content, output, forget, input_, squashed = self.scratch[colour]
        for above, taps, weight, before, cell, state, carried, source, up, target in self.steps[colour][column]:
            torch.addmm(above, taps, weight, out=gates)
            doors.sigmoid_()
            content.tanh_()
            torch.mul(forget, before, out=cell).addcmul_(input_, content)
            torch.mul(output, torch.tanh(cell, out=squashed), out=state)
            torch.addmm(carried, source, up, out=target)

    def own_row(self, convolution: MaskedConv2d) -> Tensor:
        """An input-to-state convolution, without the taps that its mask removes, as a matrix (taps · 2h, 4h)."""
        weight = convolution.masked_weight()[self.by_colour, :, 0]
        return weight[:, :, : weight.shape[2] // 2 + 1].permute(2, 1, 0).flatten(0, 1)
