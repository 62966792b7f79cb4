"""The receptive fields of the models for lessons, right and wrong, as networks of `pixellab.fields`.

Each takes sizes: ``first_kernel``, ``kernel``, ``layers``, ``height``, ``width`` and ``channels``.
"""

from __future__ import annotations

from dataclasses import replace

from pixellab import fields
from pixellab.configurations import Configuration
from pixellab.fields import Hop, Layer, Network, VerticalStack

NOT_LATE = VerticalStack(first=True, later=True, late=0)
"""Every vertical layer reads its whole row, and that very row reads its map."""


def stack(c: Configuration) -> Network:
    """Mask A, then mask B."""
    return _convolutions("A" + "B" * (c.layers - 1), c)


def mask_b_first(c: Configuration) -> Network:
    """Mask B in all layers."""
    return _convolutions("B" * c.layers, c)


def mask_a_everywhere(c: Configuration) -> Network:
    """Mask A in all layers."""
    return _convolutions("A" * c.layers, c)


def no_colour_groups(c: Configuration) -> Network:
    """As `stack`, but all colours of the own pixel are kept out by mask A and let in by mask B."""
    first, *later = stack(c).layers
    layers = [_own(first, "nothing"), *(_own(layer, "everything") for layer in later)]
    return replace(stack(c), name="One group for all colours", layers=tuple(layers))


def around_first(c: Configuration) -> Network:
    """As `stack`, but the second layer reads the picture through the first one's 1×1 neighbour too."""
    right = stack(c)
    around = replace(fields.convolution("B", (1, 1)), name="connection around the layer")
    first = replace(right.layers[0], hops=(*right.layers[0].hops, around))
    return replace(right, name="ABBB with a connection around layer 1", layers=(first, *right.layers[1:]))


def unmasked_layer(c: Configuration) -> Network:
    """As `stack`, but the second layer has no mask."""
    masks = ["A", "none", *"B" * (c.layers - 2)]
    return replace(_convolutions(masks, c), name="ABBB with one layer unmasked")


def normalised(c: Configuration) -> Network:
    """As `stack`, but behind the first layer all pixels are read, through their mean and variance.

    Exact for one channel. With three, a feature is normalised by those of its own colour alone, of which the last
    pixel of a picture moves fewer; a hop that reads all colours does not know that.
    """
    right = stack(c)
    rows, columns = range(1 - c.height, c.height), range(1 - c.width, c.width)
    everywhere = tuple((i, j) for i in rows for j in columns if (i, j) != (0, 0))
    hop = Hop("mean and variance of all pixels", "features", "features", everywhere, "everything")
    return replace(
        right,
        name="ABBB with normalisation over pixels",
        layers=(right.layers[0], Layer("normalisation behind layer 1", (hop,)), *right.layers[1:]),
    )


def gated(c: Configuration) -> Network:
    """Two stacks, the vertical one moved down once."""
    return _gated(c, fields.ONE_ROW_LATE)


def gated_as_drawn(c: Configuration) -> Network:
    """No vertical layer reads its own row."""
    return replace(_gated(c, fields.MASKED_ALWAYS), name="Gated PixelCNN as drawn")


def gated_not_shifted(c: Configuration) -> Network:
    """The vertical map serves the row that it has read."""
    return replace(_gated(c, NOT_LATE), name="Gated PixelCNN without the shift")


def gated_fed_back(c: Configuration) -> Network:
    """From the second layer on, the vertical stack reads the horizontal one of the layer below.

    The vertical map at row i is here that of the code, which is made of the picture moved down.
    """
    layers = []
    for depth in range(1, c.layers + 1):
        side, mask_type = (c.kernel, "B") if depth > 1 else (c.first_kernel, "A")
        reach, late = side // 2, depth == 1
        taps = [(i - late, j) for i in range(-reach, 1) for j in range(-reach, reach + 1)]
        offsets = tuple(tap for tap in taps if tap != (0, 0))
        own = "nothing" if late else "everything"
        rows = f"{side}×{side}, " + ("rows above" if late else "rows above and the whole own row")
        unmasked = fields.convolution("none", (side, side), "vertical", "vertical")
        hops = [Hop(rows, "vertical", "vertical", offsets, own, unmasked=unmasked)]
        if not late:
            hops.append(Hop("horizontal stack, fed back", "vertical", "horizontal", offsets, own))
        hops.append(Hop("vertical", "horizontal", "vertical", (), "everything", below=False))
        hops.append(fields.convolution(mask_type, (1, side), "horizontal", "horizontal"))
        layers.append(Layer(f"layer {depth}, {side}×{side} gated", tuple(hops)))
    return Network("Gated PixelCNN, fed back", c.height, c.width, c.channels, tuple(layers))


def diagonal(c: Configuration) -> Network:
    """The right-to-left map one row late."""
    return _diagonal(c, late=1)


def diagonal_not_shifted(c: Configuration) -> Network:
    """The right-to-left map where it was made."""
    return replace(_diagonal(c, late=0), name="Diagonal BiLSTM without the shift")


def _size(c: Configuration) -> dict[str, int]:
    return {"height": c.height, "width": c.width, "channels": c.channels}


def _convolutions(masks: str | list[str], c: Configuration) -> Network:
    return fields.convolutions(masks, [c.first_kernel] + [c.kernel] * (c.layers - 1), **_size(c))


def _own(layer: Layer, own: str) -> Layer:
    return replace(layer, hops=tuple(replace(hop, own=own) for hop in layer.hops))


def _gated(c: Configuration, vertical: VerticalStack) -> Network:
    return fields.gated_pixelcnn(c.first_kernel, c.kernel, c.layers, vertical=vertical, **_size(c))


def _diagonal(c: Configuration, late: int) -> Network:
    return fields.diagonal_bilstm(c.first_kernel, c.layers, late=late, **_size(c))
