"""What the pattern of influences tells about a network: the mistakes that leave it, in sentences.

Influences come as (T, C, C, H, W) bool: at [t, c, d, i, j] whether the logits of colour c at target t depend on
colour d of pixel (i, j). One mistake can leave several traces; only the widest is named.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Position = tuple[int, int]


def leak_findings(leak: np.ndarray, targets: Sequence[Position]) -> list[str]:
    """The mistakes behind influences that must not be."""
    if not leak.any():
        return []
    pixels = leak.any(axis=(1, 2))
    below, right, everything = 0, 0, True
    for (row, column), field in zip(targets, pixels, strict=True):
        rows, columns = np.argwhere(field).T - np.array([[row], [column]])
        below = max([below, *rows.tolist()])
        right = max([right, *columns[rows == 0].tolist()])
        # No feature after a first layer with mask A has seen the very last pixel.
        everything &= bool(field.ravel()[row * field.shape[1] + column + 1 : -1].all())
    if below and everything:
        return ["Pixels see the whole picture, as by statistics over it (normalisation) or without any mask."]
    if below:
        return [f"Pixels see up to {_count(below, 'row')} below them: a layer lacks its mask."]
    if right:
        return [
            f"Pixels see up to {_count(right, 'column')} to their right: a mask keeps too much of the own row, or a "
            "map that has seen whole rows is not moved down."
        ]
    return _within_a_pixel(leak, targets)


def leak_findings_in_order(leak: np.ndarray, targets: Sequence[Position]) -> list[str]:
    """As `leak_findings`, for a network that draws in another order than the raster: below may be before."""
    later = leak.any(axis=(1, 2))
    for (row, column), field in zip(targets, later, strict=True):
        field[row, column] = False
    if not later.any():
        return _within_a_pixel(leak, targets)
    worst = int(later.sum(axis=(1, 2)).argmax())
    (row, column), (seen_row, seen_column) = targets[worst], np.argwhere(later[worst])[0]
    return [
        f"Row {row}, column {column} sees row {seen_row}, column {seen_column}, which is drawn after it: a layer lacks "
        "its mask, or the picture that is drawn first is not kept apart."
    ]


def _within_a_pixel(leak: np.ndarray, targets: Sequence[Position]) -> list[str]:
    own = own_pixel(leak, targets).any(axis=0)
    found = []
    if own.diagonal().any():
        who = "Pixels see themselves" if len(own) == 1 else "Colours see themselves"
        found.append(f"{who}: the first layer lacks mask A, or a connection leads around it.")
    if np.triu(own, 1).any():
        pairs = _pairs(np.triu(own, 1), "sees")
        found.append(f"Colours see later ones of their own pixel ({pairs}): their features are not kept apart.")
    return found


def coverage_findings(seen: np.ndarray, allowed: np.ndarray, targets: Sequence[Position]) -> list[str]:
    """What should be seen and is not, and the mistakes behind it."""
    if not seen.any():
        return ["The logits depend on nothing at all: is a layer still zero?"]
    found = _colour_findings(seen, allowed, targets)
    past = allowed.all(axis=(1, 2))
    hidden = past & ~seen.any(axis=(1, 2))
    fields = list(zip(targets, past, hidden, strict=True))
    left = [field[row, column - 1] for (row, column), _, field in fields if column]
    if left and all(left):
        found.append("The pixel to the left is never seen, as where later layers have mask A too.")
    if hidden.any() and all(_at_most_the_end_of_the_row_above(*target, field) for target, _, field in fields):
        return [*found, "Of the past, only the end of the row above is hidden, as in a Diagonal BiLSTM after mask A."]
    blind = np.stack([blind_spot(*target, earlier, field) for target, earlier, field in fields])
    return [
        *found,
        *_worst(blind, "are hidden though pixels beyond them are seen: a blind spot", fields),
        *_worst(hidden & ~blind, "are out of reach", fields),
    ]


def _colour_findings(seen: np.ndarray, allowed: np.ndarray, targets: Sequence[Position]) -> list[str]:
    """Which colours are not seen, of the own pixel and of others."""
    found = []
    channels = seen.shape[1]
    unseen = np.tri(channels, k=-1, dtype=bool) & ~own_pixel(seen, targets).any(axis=0)
    if unseen.any():
        why = "mask A, used twice, cuts a colour off"
        if unseen.sum() == channels * (channels - 1) / 2 > 1:
            why += ", or one group is made of all colours"
        found.append(f"Within a pixel, {_pairs(unseen, 'does not see')}: {why}.")

    elsewhere = (seen & allowed.all(axis=(1, 2), keepdims=True)).any(axis=(0, 3, 4))
    partly = ~elsewhere & elsewhere.any(axis=1, keepdims=True)
    if partly.any():
        found.append(
            f"Of earlier pixels, {_pairs(partly, 'does not see')}: the order of colours is for the own pixel, "
            "and a mask keeps it everywhere."
        )
    return found


def coverage_findings_in_order(seen: np.ndarray, allowed: np.ndarray, targets: Sequence[Position]) -> list[str]:
    """As `coverage_findings`, for a network that draws in another order than the raster."""
    if not seen.any():
        return ["The logits depend on nothing at all: is a layer still zero?"]
    past = allowed.all(axis=(1, 2))
    hidden = past & ~seen.any(axis=(1, 2))
    fields = list(zip(targets, past, hidden, strict=True))
    return [*_colour_findings(seen, allowed, targets), *_worst(hidden, "are out of reach", fields)]


def _worst(lacking: np.ndarray, what: str, fields: list) -> list[str]:
    counts = lacking.sum(axis=(1, 2))
    if not counts.any():
        return []
    (row, column), earlier, _ = fields[int(counts.argmax())]
    return [f"At row {row}, column {column}, {counts.max()} of {earlier.sum()} earlier pixels {what}."]


def blind_spot(row: int, column: int, earlier: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """(H, W) bool: hidden pixels such that one at least as far up and as far to the same side is seen."""
    seen = np.logical_or.accumulate(earlier & ~hidden, axis=0)
    beyond = np.zeros_like(seen)
    beyond[:, : column + 1] = np.logical_or.accumulate(seen[:, : column + 1], axis=1)
    beyond[:, column:] |= np.logical_or.accumulate(seen[:, column:][:, ::-1], axis=1)[:, ::-1]
    return hidden & beyond


def _at_most_the_end_of_the_row_above(row: int, column: int, hidden: np.ndarray) -> bool:
    return hidden.sum() == (row > 0 and hidden[row - 1, -1])


def own_pixel(influence: np.ndarray, targets: Sequence[Position]) -> np.ndarray:
    """(T, C, C): the influences of each target's own colours."""
    return np.stack([field[:, :, row, column] for field, (row, column) in zip(influence, targets, strict=True)])


def _pairs(matrix: np.ndarray, verb: str) -> str:
    names = "RGB" if len(matrix) == 3 else [f"channel {channel}" for channel in range(len(matrix))]
    return ", ".join(f"{names[to]} {verb} {names[source]}" for to, source in np.argwhere(matrix))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
