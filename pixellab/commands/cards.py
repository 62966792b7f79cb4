"""``pixellab cards``: the shipped models side by side."""

from __future__ import annotations

import argparse
from pathlib import Path

from pixellab import atomic, compare
from pixellab.commands import arguments
from pixellab.compare import Entry, Group
from pixellab.errors import PixelLabError

BEGIN, END = "<!-- pixellab cards -->\n", "<!-- /pixellab cards -->\n"

TEXT = """\
Prints what the cards of the shipped models say: likelihood and protocol, the published figure with its source, and
what the training took. One table a kind of data: only figures of one table can be compared.

examples:
  pixellab cards
  pixellab cards --update README.md     put the tables between the marks in that file
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "cards", "the shipped models side by side", TEXT, run)
    parser.add_argument("--update", type=Path, metavar="FILE", help="write the tables into a Markdown file instead")


def run(given: argparse.Namespace) -> int:
    """Print, or write between the marks."""
    if given.update is None:
        print(tables(), end="")
        return 0
    text = given.update.read_text(encoding="utf-8")
    if not text.count(BEGIN) == text.count(END) == 1:
        raise PixelLabError(f"{given.update} does not have the marks {BEGIN.strip()} and {END.strip()}, once each.")
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    atomic.write(given.update, f"{before}{BEGIN}{tables()}{END}{after}".encode())
    print(f"{given.update}: the tables of {len(compare.entries())} models.")
    return 0


def tables() -> str:
    """All groups as Markdown."""
    return "\n".join(_group(group) for group in compare.groups(compare.entries()))


def _group(group: Group) -> str:
    lines = [
        f"**{group.protocol[0].upper()}{group.protocol[1:]}.**",
        "",
        "| Model | Measured | Published | Trained |",
        "| --- | --- | --- | --- |",
        *(_row(entry) for entry in group.entries),
        *_formats(group),
    ]
    notes = [f"- `{e.card.name}`: {count.said}" for e in group.entries for count in e.card.counts]
    return "\n".join([*lines, *([""] if notes else []), *notes]) + "\n"


def _row(entry: Entry) -> str:
    card, figure = entry.card, entry.figure
    model = f"`{card.name}`: {card.title}, {compare.network(card.configuration)}, {entry.parameters:,} weights"
    ours = f"**{figure.value:.2f}** on {compare.measured_on(card, figure)}" if figure else "not yet"
    theirs = f"{entry.published[0].text} ({entry.published[0].source})" if entry.published else "–"
    return f"| {model} | {ours} | {theirs} | {compare.trained(card)} |"


def _formats(group: Group) -> list[str]:
    """Rows of the formats, for pictures of colour: a file of a digit is all frame and no picture."""
    if group.unit == "nats":
        return []
    return [
        f"| {one.name}, one file a picture | {one.files:.2f} on {one.images:,} {one.split} images "
        f"({one.pixels:.2f} for the pixels alone) | – | – |"
        for one in group.formats
    ]

