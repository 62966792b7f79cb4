"""What the page *Compare and check* puts into its widget: the shipped models, in groups that can be compared."""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import numpy as np

from pixellab import compare, fields, gallery, pictures, zoo
from pixellab.compare import Entry, Group
from pixellab.published import Published
from pixellab.training.log import CURVE, Log
from pixellab.ui.components import b64
from pixellab.ui.lesson import Control

SPACING, FIRST = 4, 2
"""What is seen is shown for every fourth pixel of every fourth row, from row and column 2 on."""

COLUMNS = ("model", "sees", "steps", "weights", "ours")
"""By which the table can be sorted; with "-down" from the largest on."""

CONTROLS = (
    Control("seed", "Seed", tuple((str(s), str(s)) for s in range(gallery.SEEDS)), "0", kind="slider", aside=True),
    Control("model", kind="hidden", pattern=r"[\w.-]{0,60}", aside=True),
    Control("at", kind="hidden", pattern=r"\d{1,2},\d{1,2}", default="14,2", aside=True),
    Control("sort", kind="hidden", pattern=rf"(({'|'.join(COLUMNS)})(-down)?)?", aside=True),
    Control("hide", kind="hidden", pattern="(ours|steps)?"),
)


@cache
def groups() -> tuple[Group, ...]:
    """The shipped models; read once, as they do not change while the app runs."""
    return tuple(compare.groups(compare.entries()))


def ranked() -> tuple[Entry, ...]:
    """The models that a visitor can rank, best first: those of the first group with two or more test figures."""
    for group in groups():
        measured = [entry for entry in group.entries if entry.card.figure("test")]
        if len(measured) > 1:
            return tuple(sorted(measured, key=lambda entry: entry.figure.value))
    return ()


@cache
def data() -> dict[str, Any]:
    """Groups, models, and whom to rank, as plain JSON."""
    return {
        "groups": [_group(group) for group in groups()],
        "models": [_model(entry, index) for index, group in enumerate(groups()) for entry in group.entries],
        "ranked": sorted(entry.card.name for entry in ranked()),
        "spacing": SPACING,
        "first": FIRST,
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        "title": group.title,
        "protocol": group.protocol[0].upper() + group.protocol[1:],
        "unit": group.unit,
        "formats": [
            f"{one.name} {one.files:.2f} ({one.pixels:.2f} for the compressed pixels alone)"
            for one in (group.formats if group.unit != "nats" else ())
        ],
        "others": [f"{f.model} {f.text} ({_source(f)})" for f in group.others],
    }


def _model(entry: Entry, group: int) -> dict[str, Any]:
    card, configuration, figure = entry.card, entry.card.configuration, entry.figure
    folder = zoo.folder_of(card.name)
    return {
        "name": card.name,
        "title": card.title,
        "group": group,
        "architecture": fields.describe(configuration).name,
        "network": f"{compare.network(configuration)}, {'×'.join(map(str, configuration.shape))}",
        "dimensions": configuration.dimensions,
        "given": compare.given(card),
        "weights": entry.parameters,
        "steps": compare.steps(configuration),
        "ours": figure and {
            "value": figure.value, "text": f"{figure.value:.2f}", "on": compare.measured_on(card, figure),
            "test": figure.split == "test",
        },
        "published": [
            {"text": f.text, "value": f.value, "model": f.model, "source": _source(f)} for f in entry.published
        ],
        "trained": compare.trained(card),
        "commands": [card.command, f"pixellab evaluate {card.name} --split test"],
        "departures": card.departures,
        "counts": [count.said for count in card.counts],
        "curve": [[row.images, row.train, row.valid] for row in Log(folder / CURVE, card.unit).read()],
        "field": _field(entry),
        "gallery": _gallery(entry),
    }  # fmt: skip


def _source(figure: Published) -> str:
    return f"{figure.source}; {figure.protocol}" if figure.protocol else figure.source


def _field(entry: Entry) -> dict[str, Any]:
    """What every fourth pixel of every fourth row sees, and the order in which pixels are drawn, if it is another."""
    configuration = entry.card.configuration
    height, width = configuration.height, configuration.width
    network = fields.describe(configuration)
    targets = [r * width + c for r in range(FIRST, height, SPACING) for c in range(FIRST, width, SPACING)]
    rank = network.rank.astype(np.uint16).ravel()
    raster = np.array_equal(rank, np.arange(height * width))
    return {
        "height": height,
        "width": width,
        "seen": b64(np.packbits(fields.table(configuration)[targets], axis=1)),
        "rank": "" if raster else b64(rank),
    }


def _gallery(entry: Entry) -> dict[str, Any] | None:
    """The samples as one sheet without gaps, a PNG; and the seed of each."""
    found = gallery.read(entry.card.name)
    if found is None:
        return None
    columns = found.seeds.shape[1]
    flat = found.pictures.reshape(-1, *found.pictures.shape[2:])
    sheet = pictures.grid(pictures.to_rgb(flat, entry.card.configuration.levels), columns=columns, gap=0)
    return {
        "sheet": base64.b64encode(pictures.png(sheet)).decode("ascii"),
        "rows": list(found.rows),
        "columns": columns,
        "seeds": found.seeds.ravel().tolist(),
        "caption": found.caption,
    }
