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
from functools import cached_property, lru_cache
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
        unmasked: the same hop with its mask taken off; None where there is no mask.
    """

    name: str
    reader: str
    read: str
    offsets: tuple[Offset, ...]
    own: OwnPixel = "nothing"
    below: bool = True
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
    """

    name: str
    height: int
    width: int
    channels: int
    layers: tuple[Layer, ...]

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
    """A convolution with mask A, mask B (`pixellab.masks`) or none; ``kernel`` is an odd (height, width)."""
    height, width = kernel
    if mask_type == "none":
        return Hop(f"{height}×{width}", reader, read, _taps(np.ones(kernel, bool)), "everything")
    return Hop(
        f"{height}×{width} mask {mask_type}",
        reader,
        read,
        _taps(kernel_mask(mask_type, height, width)),
        own="earlier colours" if mask_type == "A" else "own and earlier colours",
        unmasked=convolution("none", kernel, reader, read),
    )


def _taps(kept: np.ndarray) -> tuple[Offset, ...]:
    """The offsets of a kernel (height, width) bool from its centre, the centre left out."""
    offsets = np.argwhere(kept) - np.array(kept.shape) // 2
    return tuple((int(i), int(j)) for i, j in offsets if (i, j) != (0, 0))


def _stack(layers: Sequence[tuple[str, tuple[Hop, ...]]]) -> tuple[Layer, ...]:
    return tuple(Layer(f"layer {depth}, {name}", hops) for depth, (name, hops) in enumerate(layers, start=1))


def _late(read: str, reader: str, rows: int, own: OwnPixel) -> Hop:
    """A map that is read from another of its layer, so many rows lower."""
    if rows:
        return Hop(f"{read} ({rows} row{'s' * (rows != 1)} up)", reader, read, ((-rows, 0),), below=False)
    return Hop(read, reader, read, (), own, below=False)


def _first(side: int) -> tuple[str, tuple[Hop, ...]]:
    """The layer that reads the picture in all models but the gated one: a convolution with mask A."""
    hop = convolution("A", (side, side))
    return hop.name, (hop,)


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
    stack = _stack([(hop.name, (hop,)) for hop in hops])
    name = name or (masks if isinstance(masks, str) else ", ".join(masks))
    return Network(name, height, width, channels, stack)


def pixelcnn(first_kernel: int, kernel: int, layers: int, *, height: int, width: int, channels: int = 1) -> Network:
    """PixelCNN (PixelRNN paper, section 3.5): mask A, then ``layers`` residual blocks with one mask B each.

    The residual connection is the own pixel of mask B, so it adds nothing.
    """
    kernels = [first_kernel] + [kernel] * layers
    size = {"height": height, "width": width, "channels": channels}
    return convolutions("A" + "B" * layers, kernels, name="PixelCNN", **size)


def row_lstm(first_kernel: int, kernel: int, layers: int, *, height: int, width: int, channels: int = 1) -> Network:
    """Row LSTM (PixelRNN paper, section 3.1): mask A, then ``layers`` LSTMs that run down the rows.

    The state at a pixel reads ``kernel`` states of the row above, centred and unmasked.
    """
    reach = kernel // 2
    above = tuple((-1, j) for j in range(-reach, reach + 1))
    lstm = (
        replace(convolution("B", (1, kernel)), name=f"input-to-state (1×{kernel} mask B)"),
        Hop(f"state-to-state ({kernel} of the row above)", "features", "features", above, below=False),
    )
    stack = _stack([_first(first_kernel)] + [("Row LSTM", lstm)] * layers)
    return Network("Row LSTM", height, width, channels, stack)


def diagonal_bilstm(
    first_kernel: int, layers: int, *, late: int = 1, height: int, width: int, channels: int = 1
) -> Network:
    """Diagonal BiLSTM (PixelRNN paper, section 3.2): mask A, then ``layers`` pairs of diagonal LSTMs.

    Unskewed, the two taps of the column convolution are the pixel before, in the direction of the scan, and
    the pixel above. The right-to-left map is moved down ``late`` rows before it is added: one in the paper; with
    none it shows the future.
    """
    hops = []
    for state, before in (("left to right", -1), ("right to left", 1)):
        hops += [
            replace(convolution("B", (1, 1), state, "features"), name=f"input-to-state ({state})"),
            Hop(f"state-to-state ({state})", state, state, ((-1, 0), (0, before)), below=False),
        ]
    colours = "own and earlier colours"
    hops += [_late("left to right", "features", 0, colours), _late("right to left", "features", late, colours)]
    stack = _stack([_first(first_kernel)] + [("Diagonal BiLSTM", tuple(hops))] * layers)
    return Network("Diagonal BiLSTM", height, width, channels, stack)


@dataclass(frozen=True)
class VerticalStack:
    """How the vertical stack of a Gated PixelCNN keeps off the row that it serves.

    Attributes:
        first, later: whether the first layer, and the later ones, read the whole own row besides the rows above.
        late: how many rows lower the map is read.
    """

    first: bool
    later: bool
    late: int


ONE_ROW_LATE = VerticalStack(first=True, later=True, late=1)
"""Every layer reads its whole row, and the row below reads its map. So does this package."""
MASKED_FIRST = VerticalStack(first=False, later=True, late=0)
"""The first layer reads only rows above, later ones the whole row. Also exact; it sees one row less."""
MASKED_ALWAYS = VerticalStack(first=False, later=False, late=0)
"""Every layer reads only rows above, as in the Gated paper's Figure 1. The blind spot stays."""


def gated_pixelcnn(
    first_kernel: int,
    kernel: int,
    layers: int,
    *,
    vertical: VerticalStack = ONE_ROW_LATE,
    height: int,
    width: int,
    channels: int = 1,
) -> Network:
    """Gated PixelCNN (Gated paper, section 2.2): ``layers`` gated layers, the first included."""
    stack = []
    for index in range(layers):
        side, own_row, mask_type = (kernel, vertical.later, "B") if index else (first_kernel, vertical.first, "A")
        own = convolution(mask_type, (1, side), "horizontal", "horizontal")
        hops = (_rows(side, own_row), _late("vertical", "horizontal", vertical.late, "everything"), own)
        stack.append((f"{side}×{side} gated", hops))
    return Network("Gated PixelCNN", height, width, channels, _stack(stack))


def _rows(side: int, own_row: bool) -> Hop:
    """The vertical stack's convolution: the rows above and, with ``own_row``, the whole current row."""
    kept = np.ones((side, side), bool)
    kept[side // 2 + own_row :] = False
    name = f"{side}×{side}, " + ("rows above and the whole own row" if own_row else "rows above")
    own = "everything" if own_row else "nothing"
    unmasked = convolution("none", (side, side), "vertical", "vertical")
    return Hop(name, "vertical", "vertical", _taps(kept), own, unmasked=unmasked)


def describe(given: object) -> Network:
    """The network of a model, of a configuration (`pixellab.configurations`), or a `Network` itself.

    Raises:
        ValueError: when no geometry is known for its architecture.

        >>> from pixellab.configurations import configuration
        >>> describe(configuration("pixelcnn", layers=2)).name
        'PixelCNN'
    """
    if isinstance(given, Network):
        return given
    return _of_configuration(getattr(given, "configuration", given))


@lru_cache(maxsize=64)
def _of_configuration(c: object) -> Network:
    architecture = getattr(c, "architecture", None)
    size = {"height": c.height, "width": c.width, "channels": c.channels} if architecture else {}
    if architecture == "pixelcnn":
        return pixelcnn(c.first_kernel, c.kernel, c.layers, **size)
    if architecture == "row_lstm":
        return row_lstm(c.first_kernel, c.kernel, c.layers, **size)
    if architecture == "diagonal_bilstm":
        return diagonal_bilstm(c.first_kernel, c.layers, **size)
    if architecture == "gated_pixelcnn":
        return gated_pixelcnn(c.first_kernel, c.kernel, c.layers, **size)
    raise ValueError(f"No receptive field is known for {architecture or type(c).__name__!r}.")
