"""Receptive fields from the masks alone: what a pixel's logits see, layer by layer, and what stays hidden.

Every function takes a model, a configuration, or a `Network`; rows and columns count from 0. ``channel`` asks
for the logits of one colour (0: R); None joins all colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pixellab.fields.architectures import describe
from pixellab.fields.networks import Hop, Network
from pixellab.fields.spread import Plane, Planes, across, logit_groups, plane_of, read_by, readers_of


def seen(given: object, row: int, column: int, channel: int | None = None) -> np.ndarray:
    """The pixels of which any colour can influence the logits at (row, column).

    Returns:
        (H, W) bool. The own pixel is among them where a colour reads the colours before it.

    Raises:
        ValueError: for a pixel or channel outside the picture, or an architecture of unknown geometry.

        >>> from pixellab.configurations import configuration
        >>> seen(configuration("pixelcnn", layers=1, first_kernel=3, height=4, width=5), 2, 2).astype(int)
        array([[1, 1, 1, 1, 1],
               [1, 1, 1, 1, 0],
               [1, 1, 0, 0, 0],
               [0, 0, 0, 0, 0]])
    """
    return colours(given, row, column, channel).any(axis=0)


def colours(given: object, row: int, column: int, channel: int | None = None) -> np.ndarray:
    """`seen`, colour by colour of the pixel that is seen: (C, H, W) bool.

    At the own pixel, the logits of a colour see strictly earlier colours (PixelRNN paper, equation 2).

        >>> from pixellab.configurations import configuration
        >>> rgb = configuration("gated_pixelcnn", channels=3, height=8, width=8)
        >>> [colours(rgb, 4, 4, channel)[:, 4, 4].astype(int).tolist() for channel in range(3)]
        [[0, 0, 0], [1, 0, 0], [1, 1, 0]]
    """
    network = describe(given).at(row, column)
    plane = plane_of(network)
    targets = logit_groups(network, channel, plane.pixel(row, column))
    cone = read_by(network, plane, *network.last, targets)
    return np.stack([plane.array(pixels) for pixels in cone.at(0, "picture")])


def table(given: object, channel: int | None = None) -> np.ndarray:
    """`seen` for all targets at once: (H·W, H·W) bool, target by pixel, both in raster order.

    ``numpy.packbits(…, axis=1)`` of it is 77 kB for 28×28, small enough for a browser.

        >>> from pixellab.fields import convolutions
        >>> table(convolutions("AB", 3, height=3, width=3)).sum(axis=1).tolist()
        [0, 1, 2, 2, 4, 5, 5, 7, 8]
    """
    network = describe(given)
    result = _table(network, channel)
    if network.small:
        first = network.rank.flatten() <= network.rank[:: network.grid, :: network.grid].max()
        result[first] = _table(network.small, channel)[first]
    return result


def _table(network: Network, channel: int | None) -> np.ndarray:
    """`table`, of one network."""
    planes = Planes(network.height, network.width)
    cone = readers_of(network, planes, [planes.singles()] * network.channels)
    features = cone.at(*network.last)
    read = logit_groups(network, channel, 0xFF)
    octets = np.bitwise_or.reduce([sets & np.uint8(kept) for sets, kept in zip(features, read, strict=True)])
    count = network.height * network.width
    return np.unpackbits(octets.reshape(count, -1), axis=1, count=count).astype(bool)


def share(given: object, row: int, column: int, channel: int | None = None) -> float:
    """The share of the past, 0 … 1, that is seen; 1 for the first pixel, which has no past.

    >>> from pixellab.configurations import configuration
    >>> round(share(configuration("pixelcnn", layers=7), 14, 14), 2)
    0.47
    """
    return split(given, row, column, channel).share


@dataclass(frozen=True)
class Split:
    """The picture as seen from one target: five (H, W) bool arrays that share no pixel.

    Attributes:
        seen: earlier pixels that reach the logits.
        blind: earlier pixels that do not, though the kernels would reach them if order did not matter, that
            is, with
            their masks taken off: the mask hides them, not the distance.
        out_of_reach: earlier pixels too far away for this depth.
        future: later pixels that are not seen, as it must be.
        leak: later pixels that are seen, and the own pixel if it sees its own or a later colour: an error.
    """

    network: str
    row: int
    column: int
    seen: np.ndarray
    blind: np.ndarray
    out_of_reach: np.ndarray
    future: np.ndarray
    leak: np.ndarray

    @property
    def share(self) -> float:
        """The share of the past, 0 … 1, that is seen; 1 where there is no past."""
        past = self.seen | self.blind | self.out_of_reach
        return float(self.seen.sum() / past.sum()) if past.any() else 1.0

    @property
    def sentence(self) -> str:
        """The picture in words.

        >>> from pixellab.fields import row_lstm
        >>> split(row_lstm(7, 3, 1, height=28, width=28), 14, 2).sentence
        'Pixel row 14, column 2: Row LSTM sees 177 of 394 earlier pixels (45 %), no future pixel.'
        """
        past = (self.seen | self.blind | self.out_of_reach).sum()
        sees = f"sees {self.seen.sum()} of {past} earlier pixels ({self.share:.0%})".replace("%", " %")
        if not past:
            sees = "has no earlier pixel to see"
        itself = bool(self.leak[self.row, self.column])
        later = int(self.leak.sum()) - itself
        leaks = [f"{later} future pixel{'s' * (later != 1)}"] * (later > 0) + ["itself"] * itself
        end = "no future pixel" if not leaks else "and leaks: it sees " + " and ".join(leaks)
        return f"Pixel row {self.row}, column {self.column}: {self.network} {sees}, {end}."


def split(given: object, row: int, column: int, channel: int | None = None) -> Split:
    """The picture as seen from (row, column): seen, blind, out of reach, future, and leaking pixels.

    >>> from pixellab.fields import convolutions
    >>> parts = split(convolutions("ABBB", 3), 14, 14)
    >>> int(parts.seen.sum()), int(parts.blind.sum()), int(parts.leak.sum())
    (34, 6, 0)
    """
    network = describe(given).at(row, column)
    field = seen(network, row, column, channel)
    reach = seen(network.unmasked(), row, column, channel)
    past, future = network.rank < network.rank[row, column], network.rank > network.rank[row, column]
    leak = field & future
    leak[row, column] = _own_pixel_leaks(network, row, column, channel)
    return Split(
        network.name,
        row,
        column,
        seen=past & field,
        blind=past & reach & ~field,
        out_of_reach=past & ~reach & ~field,
        future=future & ~field,
        leak=leak,
    )


def _own_pixel_leaks(network: Network, row: int, column: int, channel: int | None) -> bool:
    channels = range(network.channels) if channel is None else [channel]
    return any(colours(network, row, column, c)[c:, row, column].any() for c in channels)


@dataclass(frozen=True)
class Feature:
    """The receptive field of one feature on the way to the logits.

    Attributes:
        depth: 1 for the first layer.
        layer, map: the names of both in the `Network`.
        seen: (H, W) bool.
        brought: for each hop by which the map reads, by its name: (H, W) bool, the pixels that this hop
            brings.
    """

    depth: int
    layer: str
    map: str
    seen: np.ndarray
    brought: dict[str, np.ndarray]

    @property
    def sentence(self) -> str:
        """How many pixels it sees, and by which hop.

        >>> from pixellab.fields import gated_pixelcnn
        >>> features = layers(gated_pixelcnn(7, 3, 2, height=28, width=28), 14, 14)
        >>> print(features[3].sentence)
        Layer 2, 3×3 gated, horizontal: 49 pixels, 45 by vertical (1 row up), 36 by 1×3 mask B.
        """
        hops = ", ".join(f"{pixels.sum()} by {hop}" for hop, pixels in self.brought.items())
        return f"{self.layer[0].upper()}{self.layer[1:]}, {self.map}: {self.seen.sum()} pixels, {hops}."


def layers(given: object, row: int, column: int, channel: int | None = None) -> list[Feature]:
    """The fields of the features at (row, column), map by map in the order of computation.

    >>> from pixellab.fields import convolutions
    >>> [int(feature.seen.sum()) for feature in layers(convolutions("ABBB", 3), 14, 14)]
    [4, 11, 21, 34]
    """
    network = describe(given).at(row, column)
    plane = plane_of(network)
    groups = logit_groups(network, channel, plane.pixel(row, column))
    features = []
    for depth, layer in enumerate(network.layers, start=1):
        for name in layer.maps:
            hops = [hop for hop in layer.hops if hop.reader == name]
            brought = {hop.name: _through(hop, network, plane, depth, groups) for hop in hops}
            field = np.logical_or.reduce(list(brought.values()))
            features.append(Feature(depth, layer.name, name, field, brought))
    return features


def _through(hop: Hop, network: Network, plane: Plane, depth: int, groups: list[int]) -> np.ndarray:
    """(H, W) bool: the pixels that reach features of the layer at ``depth`` by a hop of it."""
    cone = read_by(network, plane, depth - hop.below, hop.read, across(hop, groups, plane))
    return np.logical_or.reduce([plane.array(pixels) for pixels in cone.at(0, "picture")])
