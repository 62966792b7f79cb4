"""A network as its receptive field knows it: layers of maps, and the hops by which one map reads another.

A feature at pixel (i, j) reads other features at fixed offsets (rows, columns) from (i, j). A receptive field
depends on nothing else, so a network is described by its hops alone: no weights, no torch.
`dataclasses.asdict` of a `Network` is plain lists, numbers and strings, ready for a browser.

    >>> network = convolutions("ABBB", 3)
    >>> [layer.name for layer in network.layers]
    ['layer 1, 3×3 mask A', 'layer 2, 3×3 mask B', 'layer 3, 3×3 mask B', 'layer 4, 3×3 mask B']
    >>> network.layers[1].hops[0].offsets
    ((-1, -1), (-1, 0), (-1, 1), (0, -1))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from pixellab.masks import kernel_mask

Offset = tuple[int, int]
OwnPixel = Literal["nothing", "earlier colours", "own and earlier colours", "everything"]


@dataclass(frozen=True)
class Hop:
    """One way of reading: features of the map `reader` read the map `read` at `offsets` from their pixel.

    Attributes:
        name: what the papers call it: "3×3 mask B", "state-to-state", …
        offsets: (rows, columns) from the reader's pixel, (0, 0) left out; up and left are negative. All
            colours of those pixels are read.
        own: what is read at the own pixel, the offset (0, 0), by colour groups.
        below: whether `read` is a map of the layer below. Otherwise it is one of the same layer, or, where
            it is the reader itself, a state that is carried on from pixel to pixel.
        grid: `read` has features at every grid-th row and column only, as a small picture in a large one.
        unmasked: the same hop with its mask taken off; None where there is no mask.
    """

    name: str
    reader: str
    read: str
    offsets: tuple[Offset, ...]
    own: OwnPixel = "nothing"
    below: bool = True
    grid: int = 1
    unmasked: Hop | None = None

    @property
    def recurrent(self) -> bool:
        """Whether the map reads itself."""
        return not self.below and self.reader == self.read


@dataclass(frozen=True)
class Layer:
    """The hops of one layer, in the order of computation. Below the first layer, every map is the picture."""

    name: str
    hops: tuple[Hop, ...]

    @property
    def maps(self) -> tuple[str, ...]:
        """The maps that the layer makes, in the order of computation."""
        return tuple(dict.fromkeys(hop.reader for hop in self.hops))


@dataclass(frozen=True)
class Network:
    """What a receptive field depends on.

    Attributes:
        name: for sentences: "PixelCNN", "Row LSTM", …
        layers: from the first to the last. The last map of the last layer feeds the 1×1 layers of the head,
            through which the logits of a colour read the own and the earlier colour groups of their pixel.
        grid: the pixels of every grid-th row and column are drawn before all others.
        small: of Multi-Scale PixelRNN, the network that draws them; this one draws the others.
    """

    name: str
    height: int
    width: int
    channels: int
    layers: tuple[Layer, ...]
    grid: int = 1
    small: Network | None = None

    def at(self, row: int, column: int) -> Network:
        """The network that makes the logits at a pixel: this one, or `small`."""
        return self.small if self.small and row % self.grid == column % self.grid == 0 else self

    @cached_property
    def rank(self) -> np.ndarray:
        """(H, W) int: which pixel is drawn first (0), second, …: the grid's, then the others, in raster order."""
        rows, columns = np.mgrid[: self.height, : self.width] % self.grid
        return ((rows > 0) | (columns > 0)).argsort(axis=None, kind="stable").argsort().reshape(rows.shape)

    @property
    def last(self) -> tuple[int, str]:
        """Depth (1: the first layer) and name of the map that feeds the head."""
        return len(self.layers), self.layers[-1].maps[-1]

    @cached_property
    def reach(self) -> int:
        """The longest hop, in rows or columns, with or without masks."""
        hops = [hop for layer in self.layers + self.unmasked().layers for hop in layer.hops]
        return max((abs(step) for hop in hops for offset in hop.offsets for step in offset), default=0)

    def deeper(self, layers: int) -> Network:
        """The network with so many more copies of its last layer."""
        return replace(self, layers=self.layers + layers * self.layers[-1:])

    def unmasked(self) -> Network:
        """The same layers and kernels without masks: how far they could look if order did not matter."""
        layers = [replace(layer, hops=tuple(hop.unmasked or hop for hop in layer.hops)) for layer in self.layers]
        return replace(self, layers=tuple(layers))


def convolution(
    mask_type: Literal["A", "B", "none"],
    kernel: tuple[int, int],
    reader: str = "features",
    read: str = "features",
) -> Hop:
    """A convolution with mask A, mask B (`pixellab.masks`) or none; ``kernel`` is an odd (height, width).

    >>> convolution("B", (1, 5)).offsets
    ((0, -2), (0, -1))
    """
    height, width = kernel
    if mask_type == "none":
        return Hop(f"{height}×{width}", reader, read, taps(np.ones(kernel, bool)), "everything")
    return Hop(
        f"{height}×{width} mask {mask_type}",
        reader,
        read,
        taps(kernel_mask(mask_type, height, width)),
        own="earlier colours" if mask_type == "A" else "own and earlier colours",
        unmasked=convolution("none", kernel, reader, read),
    )


def taps(kept: np.ndarray) -> tuple[Offset, ...]:
    """The offsets of a kernel (height, width) bool from its centre, the centre left out."""
    offsets = np.argwhere(kept) - np.array(kept.shape) // 2
    return tuple((int(i), int(j)) for i, j in offsets if (i, j) != (0, 0))


def numbered(layers: Sequence[tuple[str, tuple[Hop, ...]]]) -> tuple[Layer, ...]:
    """Layers from their names and hops."""
    return tuple(Layer(f"layer {depth}, {name}", hops) for depth, (name, hops) in enumerate(layers, start=1))


def convolutions(
    masks: str | Sequence[str],
    kernels: int | Sequence[int],
    *,
    height: int = 28,
    width: int = 28,
    channels: int = 1,
    name: str = "",
) -> Network:
    """A plain stack of square convolutions: one mask ("A", "B" or "none") and one odd side a layer.

    >>> convolutions("AB", (7, 3)).reach
    3
    """
    kernels = [kernels] * len(masks) if isinstance(kernels, int) else list(kernels)
    if len(kernels) != len(masks) or not kernels:
        raise ValueError(f"Every layer needs a mask and a kernel; there are {len(masks)} and {len(kernels)}.")
    hops = [convolution(mask_type, (side, side)) for mask_type, side in zip(masks, kernels, strict=True)]
    stack = numbered([(hop.name, (hop,)) for hop in hops])
    name = name or (masks if isinstance(masks, str) else ", ".join(masks))
    return Network(name, height, width, channels, stack)
