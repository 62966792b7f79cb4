"""The networks of the papers: the hops of each architecture, from its numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pixellab.fields.networks import Hop, Layer, Network, OwnPixel, convolution, convolutions, numbered, taps


def _late(read: str, reader: str, rows: int, own: OwnPixel) -> Hop:
    """A map that is read from another of its layer, so many rows lower."""
    if rows:
        return Hop(f"{read} ({rows} row{'s' * (rows != 1)} up)", reader, read, ((-rows, 0),), below=False)
    return Hop(read, reader, read, (), own, below=False)


def _first(side: int) -> tuple[str, tuple[Hop, ...]]:
    """The layer that reads the picture in all models but the gated one: a convolution with mask A."""
    hop = convolution("A", (side, side))
    return hop.name, (hop,)


def pixelcnn(first_kernel: int, kernel: int, layers: int, *, height: int, width: int, channels: int = 1) -> Network:
    """PixelCNN (PixelRNN paper, section 3.5): mask A, then ``layers`` residual blocks with one mask B each.

    The residual connection is the own pixel of mask B, so it adds nothing.

    >>> [layer.name for layer in pixelcnn(7, 3, 1, height=28, width=28).layers]
    ['layer 1, 7×7 mask A', 'layer 2, 3×3 mask B']
    """
    kernels = [first_kernel] + [kernel] * layers
    size = {"height": height, "width": width, "channels": channels}
    return convolutions("A" + "B" * layers, kernels, name="PixelCNN", **size)


def row_lstm(first_kernel: int, kernel: int, layers: int, *, height: int, width: int, channels: int = 1) -> Network:
    """Row LSTM (PixelRNN paper, section 3.1): mask A, then ``layers`` LSTMs that run down the rows.

    The state at a pixel reads ``kernel`` states of the row above, centred and unmasked.

    >>> [hop.name for hop in row_lstm(7, 3, 1, height=28, width=28).layers[1].hops]
    ['input-to-state (1×3 mask B)', 'state-to-state (3 of the row above)']
    """
    reach = kernel // 2
    above = tuple((-1, j) for j in range(-reach, reach + 1))
    lstm = (
        replace(convolution("B", (1, kernel)), name=f"input-to-state (1×{kernel} mask B)"),
        Hop(f"state-to-state ({kernel} of the row above)", "features", "features", above, below=False),
    )
    stack = numbered([_first(first_kernel)] + [("Row LSTM", lstm)] * layers)
    return Network("Row LSTM", height, width, channels, stack)


def diagonal_bilstm(
    first_kernel: int, layers: int, *, late: int = 1, height: int, width: int, channels: int = 1
) -> Network:
    """Diagonal BiLSTM (PixelRNN paper, section 3.2): mask A, then ``layers`` pairs of diagonal LSTMs.

    Unskewed, the two taps of the column convolution are the pixel before, in the direction of the scan, and
    the pixel above. The right-to-left map is moved down ``late`` rows before it is added: one in the paper; with
    none it shows the future.

    >>> from pixellab.fields import split
    >>> [bool(split(diagonal_bilstm(7, 1, late=late, height=9, width=9), 4, 4).leak.any()) for late in (1, 0)]
    [False, True]
    """
    hops = []
    for state, before in (("left to right", -1), ("right to left", 1)):
        hops += [
            replace(convolution("B", (1, 1), state, "features"), name=f"input-to-state ({state})"),
            Hop(f"state-to-state ({state})", state, state, ((-1, 0), (0, before)), below=False),
        ]
    colours = "own and earlier colours"
    hops += [_late("left to right", "features", 0, colours), _late("right to left", "features", late, colours)]
    stack = numbered([_first(first_kernel)] + [("Diagonal BiLSTM", tuple(hops))] * layers)
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
    """Gated PixelCNN (Gated paper, section 2.2): ``layers`` gated layers, the first included.

    >>> from pixellab.fields import split
    >>> stacks = (ONE_ROW_LATE, MASKED_FIRST, MASKED_ALWAYS)
    >>> networks = [gated_pixelcnn(3, 3, 5, vertical=stack, height=28, width=28) for stack in stacks]
    >>> [int(split(network, 14, 14).blind.sum()) for network in networks]
    [0, 0, 10]
    """
    stack = []
    for index in range(layers):
        side, own_row, mask_type = (kernel, vertical.later, "B") if index else (first_kernel, vertical.first, "A")
        own = convolution(mask_type, (1, side), "horizontal", "horizontal")
        hops = (_rows(side, own_row), _late("vertical", "horizontal", vertical.late, "everything"), own)
        stack.append((f"{side}×{side} gated", hops))
    return Network("Gated PixelCNN", height, width, channels, numbered(stack))


def _rows(side: int, own_row: bool) -> Hop:
    """The vertical stack's convolution: the rows above and, with ``own_row``, the whole current row."""
    kept = np.ones((side, side), bool)
    kept[side // 2 + own_row :] = False
    name = f"{side}×{side}, " + ("rows above and the whole own row" if own_row else "rows above")
    own = "everything" if own_row else "nothing"
    unmasked = convolution("none", (side, side), "vertical", "vertical")
    return Hop(name, "vertical", "vertical", taps(kept), own, unmasked=unmasked)


def multi_scale(unconditional: Network, conditional: Network, factor: int) -> Network:
    """Multi-Scale PixelRNN (PixelRNN paper, section 3.6): a small picture, then the rest, given the small one.

    Args:
        unconditional, conditional: what draws the small picture and what draws the rest, of two numbers of layers.
            Both as of the size of the whole picture, in which the small one is every ``factor``-th pixel of every
            ``factor``-th row: a step in the small picture leads ``factor`` pixels far in the large one.
        factor: a power of 2.

        >>> from pixellab.configurations import configuration
        >>> from pixellab.fields import split
        >>> split(configuration("multi_scale"), 14, 2).sentence  # The small picture comes first: 49 pixels.
        'Pixel row 14, column 2: Multi-Scale PixelRNN sees 407 of 415 earlier pixels (98 %), no future pixel.'
    """
    name, small = "Multi-Scale PixelRNN", []
    for layer in unconditional.layers:
        hops = tuple(_spread(hop, factor) for hop in layer.hops)
        small.append(Layer(f"small picture, {layer.name}", hops))
    first, *later = conditional.layers
    large = [Layer(f"{first.name}, and upsampling", (*_upsampling(factor), *first.hops))]
    for layer in later:
        hops = [Hop("handed on", "conditioning", "conditioning", (), "everything")]
        for hop in layer.hops:
            hops.append(hop)
            if hop.name.startswith("input-to-state"):
                bias = "bias" if hop.reader == "features" else f"bias ({hop.reader})"
                hops.append(Hop(bias, hop.reader, "conditioning", (), "everything"))
        large.append(Layer(layer.name, tuple(hops)))
    drawn_first = replace(unconditional, name=name, layers=tuple(small), grid=factor)
    return replace(conditional, name=name, layers=tuple(large), grid=factor, small=drawn_first)


def _spread(hop: Hop, factor: int) -> Hop:
    """A hop of the small picture, in the large one."""
    offsets = tuple((rows * factor, columns * factor) for rows, columns in hop.offsets)
    return replace(hop, offsets=offsets, unmasked=hop.unmasked and _spread(hop.unmasked, factor))


def _upsampling(factor: int) -> list[Hop]:
    """From the small picture, of which every ``factor``-th pixel is one, to the map that biases the layers.

    A deconvolution spreads its map out, with gaps of zeros, and convolves it with a kernel of 4×4.
    """
    first = _spread(convolution("none", (3, 3), "small picture ×1", "picture"), factor)
    hops = [replace(first, grid=factor)]
    for gap in [2**power for power in range(factor.bit_length() - 1, 0, -1)]:
        step = gap // 2
        reader = f"small picture ×{factor // step}" if step > 1 else "conditioning"
        name, read = f"4×4 deconvolution to ×{factor // step}", f"small picture ×{factor // gap}"
        offsets = tuple((i * step, j * step) for i in range(-2, 2) for j in range(-2, 2) if (i, j) != (0, 0))
        hops.append(Hop(name, reader, read, offsets, "everything", below=False, grid=gap))
    return hops


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
    if architecture == "gated_pixelcnn":
        return gated_pixelcnn(c.first_kernel, c.kernel, c.layers, **size)
    if architecture == "multi_scale":
        both = [_recurrent(c.lstm, c, layers, size) for layers in (c.small_layers, c.layers)]
        return multi_scale(*both, c.factor)
    if architecture in ("row_lstm", "diagonal_bilstm"):
        return _recurrent(architecture, c, c.layers, size)
    raise ValueError(f"No receptive field is known for {architecture or type(c).__name__!r}.")


def _recurrent(lstm: str, c: object, layers: int, size: dict[str, int]) -> Network:
    if lstm == "row_lstm":
        return row_lstm(c.first_kernel, c.kernel, layers, **size)
    return diagonal_bilstm(c.first_kernel, layers, **size)
