"""Hop paths: how one pixel reaches another's logits, or the reason why it never does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pixellab.fields.architectures import describe
from pixellab.fields.networks import Layer, Network, Offset
from pixellab.fields.spread import Cone, across, logit_groups, plane_of, read_by, readers_of

Position = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """One hop on the way: the feature of `map` at (row, column) reads at `offset` from there."""

    depth: int
    layer: str
    map: str
    hop: str
    offset: Offset
    row: int
    column: int


@dataclass(frozen=True)
class Path:
    """A way from a source pixel to a target's logits, or the reason why there is none.

    Attributes:
        steps: from the source on, each read by the next; the first reads the source, the last lies at the
            target, below the 1×1 layers of the head. None where there is no way.
        reason: a sentence.
    """

    steps: tuple[Step, ...] | None
    reason: str

    def __bool__(self) -> bool:
        return self.steps is not None


def path(given: object, source: Position, target: Position, channel: int | None = None) -> Path:
    """How the pixel ``source`` (row, column) reaches the logits at ``target``; of many ways a straight one.

    Raises:
        ValueError: for a pixel or channel outside the picture.

        >>> from pixellab.fields import convolutions
        >>> found = path(convolutions("ABB", 3), (12, 12), (14, 14))
        >>> [(step.row, step.column, step.hop, step.offset) for step in found.steps]
        [(12, 13, '3×3 mask A', (0, -1)), (13, 13, '3×3 mask B', (-1, 0)), (14, 14, '3×3 mask B', (-1, -1))]
        >>> path(convolutions("ABBBBB", 3), (12, 17), (14, 14)).reason
        '2 rows up allow at most 2 columns to the right, however many layers; this pixel lies 3 to the right.'
    """
    network = describe(given).at(*target)
    plane = plane_of(network)
    cone = readers_of(network, plane, [plane.pixel(*source)] * network.channels)
    asked = logit_groups(network, channel, plane.pixel(*target))
    start = _both(asked, cone.at(*network.last))
    if not any(start):
        why = _why_not if network.grid == 1 else _why_not_in_two_scales
        return Path(None, why(network, source, target, channel))
    steps = _walk(network, cone, source, target, start)
    hops = "1 hop leads" if len(steps) == 1 else f"{len(steps)} hops lead"
    return Path(steps, f"{hops} from row {source[0]}, column {source[1]} to row {target[0]}, column {target[1]}.")


def _both(some: list[int], others: list[int]) -> list[int]:
    return [a & b for a, b in zip(some, others, strict=True)]


def _walk(network: Network, cone: Cone[int], source: Position, target: Position, at: list[int]) -> tuple[Step, ...]:
    """From the target down to the source, always to the feature nearest to it that the source has reached."""
    plane, here, steps = cone.plane, target, []
    depth, name = network.last
    while depth:
        layer = network.layers[depth - 1]
        ways = []
        for hop in layer.hops:
            if hop.reader == name:
                reached = _both(across(hop, at, plane), cone.at(depth - hop.below, hop.read))
                field = np.logical_or.reduce([plane.array(pixels) for pixels in reached])
                ways += [(hop, tuple(there), reached) for there in np.argwhere(field).tolist()]
        hop, there, reached = min(ways, key=lambda way: _distance(way[1], source))
        offset = there[0] - here[0], there[1] - here[1]
        steps.append(Step(depth, layer.name, name, hop.name, offset, *here))
        at = [pixels & plane.pixel(*there) for pixels in reached]
        depth, name, here = depth - hop.below, hop.read, there
    return tuple(reversed(steps))


def _distance(one: Position, other: Position) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _why_not_in_two_scales(network: Network, source: Position, target: Position, channel: int | None) -> str:
    """`_why_not`, of Multi-Scale PixelRNN: the hops from the small picture are not the same at every pixel."""
    drawn_first = all(index % network.grid == 0 for index in source)
    if not network.small:  # The target is in the small picture.
        if not drawn_first:
            return "The small picture is drawn first, and this pixel is not in it."
        return _why_not(network, source, target, channel)
    layers = tuple(_without_small_picture(layer) for layer in network.layers)
    plain = replace(network, layers=layers, grid=1, small=None)
    reason = _why_not(plain, source, target, channel)
    if not drawn_first:
        return f"{reason} Nor is it in the small picture."
    plane = plane_of(network)
    cone = readers_of(network, plane, [plane.pixel(*source)] * network.channels)
    (top, left), *_, (bottom, right) = np.argwhere(plane.array(cone.at(1, "conditioning")[0])).tolist()
    where = f"rows {top} to {bottom} and columns {left} to {right}"
    return f"{reason} Of the map made of the small picture, {where} read it, and the target sees none of those."


def _without_small_picture(layer: Layer) -> Layer:
    maps = [hop.reader for hop in layer.hops if hop.grid > 1] + ["conditioning"]
    return replace(layer, hops=tuple(hop for hop in layer.hops if hop.reader not in maps and hop.read not in maps))


def _why_not(network: Network, source: Position, target: Position, channel: int | None) -> str:
    """A sentence that proves that no way exists, from the fields on an endless picture."""
    up, right = target[0] - source[0], source[1] - target[1]
    depth = f"{len(network.layers)} layer{'s' * (len(network.layers) != 1)}"
    if up == right == 0:
        return "A pixel's first colour reads nothing of that pixel: in the first layer, mask A hides it."
    if up < 0 and all(rows <= 0 for layer in network.layers for hop in layer.hops for rows, _ in hop.offsets):
        return "The pixel lies below the target, and no hop leads down."

    here = _columns(network, up, channel)
    if right in here:
        return _border(network, source, target, channel)
    ever = _columns(network.deeper(network.height + network.width), up, channel)
    rows = {0: "the own row allows", 1: "1 row up allows"}.get(up, f"{up} rows up allow")
    lies = f"this pixel lies {abs(right)} to the {'right' if right > 0 else 'left'}"
    more = "more layers would reach it"
    if _grows(network, channel):
        if right not in ever and (limit := _limit(ever, right)):
            return f"{rows[0].upper()}{rows[1:]} {limit}, however many layers; {lies}."
        if right in ever and (limit := _limit(here, right)):
            return f"With {depth}, {rows} {limit}; {lies}: {more}."
        if right in ever and not here and up > 0:
            highest = max(rows for rows in range(up) if _columns(network, rows, channel))
            high = f"{highest} row{'s' * (highest != 1)}"
            return f"{depth} can climb at most {high}; this pixel lies {up} rows up: {more}."
    return f"No sequence of hops through {depth} ends on this pixel."


def _limit(columns: frozenset[int], right: int) -> str:
    """What bounds the columns on the side where ``right`` lies beyond them; empty when it does not."""
    if not columns or min(columns) <= right <= max(columns):
        return ""
    if right > max(columns) <= 0:
        return "only columns to the left"
    furthest, side = (max(columns), "right") if right > max(columns) else (-min(columns), "left")
    return f"at most {furthest} column{'s' * (furthest != 1)} to the {side}"


def _grows(network: Network, channel: int | None) -> bool:
    """Whether another layer sees all that was seen without it: then so does every further one."""
    wide, target = _widened(network, (network.height - 1, 0))
    return bool((_field(wide, target, channel) <= _field(wide.deeper(1), target, channel)).all())


@lru_cache(maxsize=256)
def _columns(network: Network, up: int, channel: int | None) -> frozenset[int]:
    """The columns (0: the target's) that are seen ``up`` rows above a target in a picture without borders."""
    wide, target = _widened(network, (network.height - 1, 0))
    field = _field(wide, target, channel)
    return frozenset((np.flatnonzero(field[target[0] - up]) - target[1]).tolist())


@lru_cache(maxsize=16)
def _field(network: Network, target: Position, channel: int | None) -> np.ndarray:
    plane = plane_of(network)
    cone = read_by(network, plane, *network.last, logit_groups(network, channel, plane.pixel(*target)))
    return np.logical_or.reduce([plane.array(pixels) for pixels in cone.at(0, "picture")])


def _widened(network: Network, *pixels: Position) -> tuple:
    """The network on a picture whose borders no way between two old pixels meets, and the pixels in it."""
    rows, columns = network.height + network.reach, 2 * network.width + network.reach
    wide = replace(network, height=network.height + 2 * rows, width=network.width + 2 * columns)
    return wide, *((row + rows, column + columns) for row, column in pixels)


def _border(network: Network, source: Position, target: Position, channel: int | None) -> str:
    """Why a pixel that would be seen without borders is not."""
    wide, far_source, far_target = _widened(network, source, target)
    rows, columns = far_target[0] - target[0], far_target[1] - target[1]
    outside = [
        (step.row - rows, step.column - columns)
        for step in path(wide, far_source, far_target, channel).steps
        if not (0 <= step.row - rows < network.height and 0 <= step.column - columns < network.width)
    ]
    row, column = outside[0]
    size = f"{network.height}×{network.width}"
    return f"Every way leaves the {size} picture: one would need features at row {row}, column {column}."
