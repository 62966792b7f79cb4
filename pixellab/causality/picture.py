"""A report as a picture: what each colour's logits see from a few pixels, in the colours of the lessons."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING

import numpy as np

from pixellab.causality.findings import Position, own_pixel
from pixellab.fields import Split

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from pixellab.causality.report import Report

TARGET, TEXT, LINE = "#C8450F", "#1B2430", "#8A93A0"
ROLES = {
    "seen": {"facecolor": "#1F5FA8", "edgecolor": LINE},
    "blind": {"facecolor": "#F4C542", "edgecolor": TEXT, "hatch": "////"},
    "out of reach": {"facecolor": "#FFFFFF", "edgecolor": LINE, "linestyle": (0, (2, 1.5))},
    "future": {"facecolor": "#DDE1E7", "edgecolor": "#B9C0CA"},
    "leak": {"facecolor": "#16191D", "edgecolor": LINE},
}
"""The light theme of the pages. Each role has a second cue: hatch, dashes and dot, cross, ring."""
MEANING = {
    "seen": "seen",
    "blind": "never seen, though pixels beyond are: a blind spot",
    "out of reach": "never seen: out of reach",
    "future": "later, not seen",
    "leak": "leak: must not be seen",
}
COLOURS = (("R", "#A81E22"), ("G", "#3FB074"), ("B", "#3A56C5"))

SIDE = 2.6
"""Inches of one small picture."""


def draw(report: Report, title: str = "") -> bytes:
    """A PNG: a row for each colour's logits, a column for each of four targets, and what the report found."""
    from matplotlib.figure import Figure

    channels = report.shape[0]
    targets = chosen(report)
    columns = len(targets) + (channels > 1)
    words = [line for part in (title, report.sentence, *report.findings) if part for line in _lines(part, columns)]
    head, foot = 0.15 + 0.2 * len(words), 0.7
    height = SIDE * channels + head + foot
    figure = Figure(figsize=(SIDE * columns + 0.4, height), dpi=130, facecolor="white")
    look = {"va": "top", "size": 9, "color": TEXT, "linespacing": 1.35}
    figure.text(0.2 / (SIDE * columns), 1 - 0.15 / height, "\n".join(words), **look)
    axes = figure.subplots(channels, columns, squeeze=False)
    figure.subplots_adjust(0.04, foot / height, 0.98, 1 - (head + 0.25) / height, wspace=0.14, hspace=0.22)
    for channel in range(channels):
        for axis, target in zip(axes[channel], targets, strict=False):
            _field(axis, report.split(target, channel))
            axis.set_title(_caption(report, target, channel), size=8, color=TEXT)
        if channels > 1:
            _own_pixel(axes[channel, -1], report, channel)
    _legend(figure)
    written = io.BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def chosen(report: Report) -> list[Position]:
    """Of the targets, one in the middle, one at either side, and the last pixel; or those nearest to that."""
    height, width = report.shape[1:]
    middle = height // 2
    wanted = [(middle, width // 2), (middle, 1), (middle, width - 2), (height - 1, width - 1)]
    nearest = [min(report.targets, key=lambda t, w=w: abs(t[0] - w[0]) + abs(t[1] - w[1])) for w in wanted]
    return list(dict.fromkeys(nearest))


def _field(axis: Axes, split: Split) -> None:
    """One picture, cell by cell."""
    height, width = split.seen.shape
    axis.set(xlim=(0, width), ylim=(height, 0), aspect="equal", xticks=[], yticks=[])
    axis.spines[:].set_color(LINE)
    for role, look in ROLES.items():
        _cells(axis, np.argwhere(getattr(split, role.replace(" ", "_"))), look)
    dots, crosses = np.argwhere(split.out_of_reach), np.argwhere(split.leak)
    points = 72 * SIDE / max(height, width)  # The side of a cell.
    axis.scatter(dots[:, 1] + 0.5, dots[:, 0] + 0.5, (points / 8) ** 2, LINE, linewidths=0)
    cross = {"marker": "x", "linewidths": points / 12}
    axis.scatter(crosses[:, 1] + 0.5, crosses[:, 0] + 0.5, (points / 2.2) ** 2, "white", **cross)
    row, column = split.row, split.column
    if not split.leak[row, column]:
        _cells(axis, np.array([[row, column]]), {"facecolor": "white", "edgecolor": TARGET})
        axis.scatter([column + 0.5], [row + 0.5], (points / 4) ** 2, TARGET, linewidths=0)
    ring = np.array([[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1], [column, row]])
    axis.plot(*ring.T, color=TARGET, linewidth=max(points / 7, 1), zorder=5, solid_joinstyle="miter")


def _cells(axis: Axes, cells: np.ndarray, look: dict) -> None:
    from matplotlib.collections import PolyCollection

    if len(cells):
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        axis.add_collection(PolyCollection(cells[:, None, ::-1] + square, linewidth=0.6, **look))


def _own_pixel(axis: Axes, report: Report, channel: int) -> None:
    """Which colours of its own pixel a colour sees, over all targets: as cells of one row."""
    channels = report.shape[0]
    anywhere = np.any(list(report.influence.values()), axis=0)
    seen = own_pixel(anywhere, report.targets).any(axis=0)[channel]
    leak = own_pixel(anywhere & ~report.allowed, report.targets).any(axis=0)[channel]
    axis.set(xlim=(-0.2, channels + 0.2), ylim=(2.5, -1), aspect="equal")
    axis.axis("off")
    axis.set_title(f"{_name(channel, channels)} reads of its own pixel", size=8, color=TEXT)
    for source in range(channels):
        role = "leak" if leak[source] else "seen" if seen[source] else "blind" if source < channel else "future"
        _cells(axis, np.array([[0, source]]), ROLES[role])
        if leak[source]:
            axis.scatter([source + 0.5], [0.5], 60, "white", marker="x")
        colour = COLOURS[source][1] if channels == 3 else TEXT
        axis.text(source + 0.5, 1.5, _name(source, channels), ha="center", va="center", size=10, color=colour)


def _caption(report: Report, target: Position, channel: int) -> str:
    split = report.split(target, channel)
    whose = f"{_name(channel, report.shape[0])} at " if report.shape[0] > 1 else ""
    share = f"{split.share:.0%}".replace("%", " %") if target != (0, 0) else "no past"
    leaks = int(split.leak.sum())
    and_leaks = f", {leaks} leak{'s' * (leaks > 1)}" if leaks else ""
    return f"{whose}row {target[0]}, column {target[1]}: {share}{and_leaks}"


def _name(channel: int, channels: int) -> str:
    return COLOURS[channel][0] if channels == 3 else f"channel {channel}"


def _lines(sentence: str, columns: int) -> list[str]:
    return textwrap.wrap(sentence, width=43 * columns)


def _legend(figure: Figure) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    patches = {role: Patch(linewidth=0.6, **look) for role, look in ROLES.items()}
    square = {"marker": "s", "markerfacecolor": "white", "markeredgecolor": TARGET, "markeredgewidth": 2}
    marks = {
        "leak": Line2D([], [], linestyle="", marker="x", color="white", markersize=5),
        "out of reach": Line2D([], [], linestyle="", marker=".", color=LINE, markersize=4),
    }
    handles = {"to be predicted": Line2D([], [], linestyle="", **square)}
    handles |= {MEANING[role]: (patch, marks[role]) if role in marks else patch for role, patch in patches.items()}
    place = {"loc": "lower center", "ncols": 3, "fontsize": 8, "frameon": False, "labelcolor": TEXT}
    figure.legend(list(handles.values()), list(handles), **place)
