"""Sets of features that spread along hops: the engine behind every receptive field.

A *set* is a set of pixels: those at which a map has a feature that belongs to something. One target needs
sets of pixels alone, and `Plane` keeps each in one integer, which moves with a shift and grows with an OR.
All targets at once need a set for each, and `Planes` keeps those as the bits of one array. `across` and
`Cone` work with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Generic, TypeVar

import numpy as np

from pixellab.fields.networks import Hop, Network

Pixels = TypeVar("Pixels", int, np.ndarray)


@dataclass(frozen=True)
class Plane:
    """Sets of pixels as integers: pixel (i, j) is bit i·stride + j.

    Attributes:
        margin: at least the longest hop in columns: what leaves a row falls into it, and is dropped.
    """

    height: int
    width: int
    margin: int

    @property
    def stride(self) -> int:
        """Bits from one row to the next."""
        return self.width + self.margin

    @cached_property
    def inside(self) -> int:
        """All pixels."""
        row = (1 << self.width) - 1
        return sum(row << i * self.stride for i in range(self.height))

    def pixel(self, row: int, column: int) -> int:
        """The set of one pixel.

        Raises:
            ValueError: when it lies outside.
        """
        if not (0 <= row < self.height and 0 <= column < self.width):
            raise ValueError(f"Pixel ({row}, {column}) is outside the {self.height}×{self.width} picture.")
        return 1 << row * self.stride + column

    def moved(self, pixels: int, rows: int, columns: int) -> int:
        """The set, moved; what leaves the picture is lost."""
        bits = rows * self.stride + columns
        return (pixels << bits if bits >= 0 else pixels >> -bits) & self.inside

    def on_grid(self, pixels: int, grid: int) -> int:
        """Those of every grid-th row and column."""
        return pixels & _grid(self, grid)

    def equal(self, one: int, other: int) -> bool:
        """Whether both are the same set."""
        return one == other

    def array(self, pixels: int) -> np.ndarray:
        """The set as (height, width) bool."""
        size = self.height * self.stride
        octets = np.frombuffer(pixels.to_bytes(-(-size // 8), "little"), np.uint8)
        bits = np.unpackbits(octets, count=size, bitorder="little")
        return bits.reshape(self.height, self.stride)[:, : self.width].astype(bool)


@lru_cache(maxsize=64)
def _grid(plane: Plane, grid: int) -> int:
    row = sum(1 << column for column in range(0, plane.width, grid))
    return sum(row << i * plane.stride for i in range(0, plane.height, grid))


@dataclass(frozen=True)
class Planes:
    """Many sets at once, in arrays (height, width, octets): bit b at (i, j): set b has the pixel."""

    height: int
    width: int

    def singles(self) -> np.ndarray:
        """One set for each pixel, which holds that pixel alone."""
        count = self.height * self.width
        return np.packbits(np.eye(count, dtype=bool), axis=1).reshape(self.height, self.width, -1)

    def moved(self, pixels: np.ndarray, rows: int, columns: int) -> np.ndarray:
        """The sets, moved; what leaves the picture is lost."""
        result = np.zeros_like(pixels)
        height, width = self.height - abs(rows), self.width - abs(columns)
        if height > 0 and width > 0:
            up, left, down, right = max(-rows, 0), max(-columns, 0), max(rows, 0), max(columns, 0)
            result[down : down + height, right : right + width] = pixels[up : up + height, left : left + width]
        return result

    def on_grid(self, pixels: np.ndarray, grid: int) -> np.ndarray:
        """Those of every grid-th row and column."""
        result = np.zeros_like(pixels)
        result[::grid, ::grid] = pixels[::grid, ::grid]
        return result

    def equal(self, one: np.ndarray, other: np.ndarray) -> bool:
        """Whether all are the same sets."""
        return np.array_equal(one, other)


def across(hop: Hop, sets: list[Pixels], plane: Plane | Planes, direction: int = 1) -> list[Pixels]:
    """Where a hop leads: from readers to what they read, or (``direction`` -1) from what is read to its
    readers.

    Args:
        sets: one set a colour group.
    """
    if hop.grid > 1 and direction < 0:
        sets = [plane.on_grid(pixels, hop.grid) for pixels in sets]
    sets = sets[::direction]  # Backwards, the arrows turn round: offsets change sign, and colours run down.
    anyone = reduce(or_, sets)
    elsewhere = anyone if hop.own == "everything" else 0
    for rows, columns in hop.offsets:
        elsewhere = elsewhere | plane.moved(anyone, direction * rows, direction * columns)
    skipped = {"own and earlier colours": 0, "earlier colours": 1}.get(hop.own, len(sets))
    reached = [reduce(or_, sets[colour + skipped :], elsewhere) for colour in range(len(sets))]
    if hop.grid > 1 and direction > 0:
        reached = [plane.on_grid(pixels, hop.grid) for pixels in reached]
    return reached[::direction]


class Cone(Generic[Pixels]):
    """The features of a network that a spreading set has reached: by depth and map, one set a colour."""

    def __init__(self, network: Network, plane: Plane | Planes) -> None:
        self.network, self.plane = network, plane
        self._reached: dict[tuple[int, str], list[Pixels]] = {}

    def at(self, depth: int, name: str) -> list[Pixels]:
        """The sets of one map; depth 0 is the picture, whatever the name."""
        return self._reached.get((depth, name if depth else "picture"), [0] * self.network.channels)

    def add(self, depth: int, name: str, sets: list[Pixels]) -> None:
        """Join more features to those of a map."""
        joined = [old | new for old, new in zip(self.at(depth, name), sets, strict=True)]
        self._reached[depth, name if depth else "picture"] = joined

    def follow(self, depth: int, hop: Hop, direction: int) -> None:
        """Cross a hop of the layer at ``depth``; a recurrent one until nothing new is reached."""
        start, end = ((depth, hop.reader), (depth - hop.below, hop.read))[::direction]
        while True:
            before = self.at(*end)
            self.add(*end, across(hop, self.at(*start), self.plane, direction))
            if not hop.recurrent or all(map(self.plane.equal, before, self.at(*end))):
                return


def plane_of(network: Network) -> Plane:
    """The picture that the network reads."""
    return Plane(network.height, network.width, network.reach)


def logit_groups(network: Network, channel: int | None, pixels: int) -> list[int]:
    """What the logits of a colour read through the head at their pixel: the own and earlier colour groups.

    Raises:
        ValueError: for a colour that the network does not have.
    """
    last = network.channels - 1 if channel is None else channel
    if not 0 <= last < network.channels:
        raise ValueError(f"Channels go from 0 to {network.channels - 1}; there is no channel {channel}.")
    return [pixels if group <= last else 0 for group in range(network.channels)]


def read_by(network: Network, plane: Plane, depth: int, name: str, sets: list[int]) -> Cone[int]:
    """All that features of the map ``name`` at ``depth`` read, directly or through others."""
    cone: Cone[int] = Cone(network, plane)
    cone.add(depth, name, sets)
    for d in range(depth, 0, -1):
        for hop in reversed(network.layers[d - 1].hops):
            if any(cone.at(d, hop.reader)):
                cone.follow(d, hop, 1)
    return cone


def readers_of(network: Network, plane: Plane | Planes, sets: list[Pixels]) -> Cone[Pixels]:
    """All features that read a set of the picture's pixels, directly or through others."""
    cone: Cone[Pixels] = Cone(network, plane)
    cone.add(0, "picture", sets)
    for d, layer in enumerate(network.layers, start=1):
        for hop in layer.hops:
            cone.follow(d, hop, -1)
    return cone
