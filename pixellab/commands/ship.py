"""``pixellab ship``: put a trained model among those that come with the project."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from pixellab import gallery, zoo
from pixellab.commands import arguments
from pixellab.errors import PixelLabError
from pixellab.training.log import CURVE, FILE, Log, thinned

TEXT = f"""\
Copies a trained model to pretrained/NAME with weights in half precision, which is what is measured and drawn with from
then on. Figures of a test split and counts do not travel: measure the shipped weights. Beside them come the curve of
the training ({CURVE}, from the run's {FILE}) and a gallery ({gallery.FILE}): what the shipped weights draw from seeds
0, 1, 2 …

examples:
  pixellab ship runs/mnist-gated
  pixellab evaluate mnist-gated --split test --record     then measure what was shipped
  pixellab ship runs/mnist-gated --beside                 leave weights and card; only curve and gallery, anew
  pixellab ship mnist-gated --beside                      only the gallery: a shipped model has no log
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "ship", "put a trained model among the project's own", TEXT, run)
    parser.add_argument("folder", metavar="RUN", help="the folder of a run, such as runs/mnist-gated")
    parser.add_argument("--beside", action="store_true", help="only curve and gallery, beside what was shipped before")
    parser.add_argument("--threads", type=arguments.count, metavar="N", help="CPU threads to draw with")


def run(given: argparse.Namespace) -> int:
    """Halve and copy; then the curve and the gallery."""
    arguments.set_threads(given)
    run_folder = zoo.folder_of(given.folder)
    name = zoo.card(given.folder).name
    place = zoo.FOLDER / name
    if given.beside and not (place / zoo.CARD).exists():
        raise PixelLabError(f"No {name} was shipped yet: leave --beside out.")
    if not given.beside:
        _weights(run_folder, place)
    _curve(run_folder, place)
    card = zoo.card(place)
    gallery.write(place, gallery.draw(zoo.load(place), card), card.configuration.levels)
    print(f"{place / gallery.FILE}: {gallery.read(place).caption}")
    return 0


def _weights(run_folder: Path, place: Path) -> None:
    """Weights in half precision, and the card."""
    card = zoo.card(run_folder)
    model = zoo.load(run_folder).half()
    figures = [f for f in card.figures if f.split != "test"]
    zoo.save(place, model, replace(card, figures=figures, counts=[], formats=_formats(place, card)))
    size = (place / zoo.WEIGHTS).stat().st_size
    print(f"{place}: {size / 1e6:.1f} MB; measure it with `pixellab evaluate {card.name} --split test --record`.")


def _formats(place: Path, card: zoo.Card) -> list[zoo.FileFormat]:
    """What was measured of the data alone stays when the weights are replaced."""
    before = zoo.card(place) if (place / zoo.CARD).exists() else card
    return before.formats if (before.data, before.unit) == (card.data, card.unit) else card.formats


def _curve(run_folder: Path, place: Path) -> None:
    """The log of the run up to the update whose weights were shipped; the old curve stays where there is none."""
    card = zoo.card(place)
    rows = [row for row in Log(run_folder / FILE, card.unit).read() if row.step <= card.steps]
    if rows:
        Log(place / CURVE, card.unit).write(thinned(rows))
        print(f"{place / CURVE}: {len(rows)} looks at the validation split.")
    elif not (place / CURVE).exists():
        print(f"{run_folder} has no {FILE}: {place} has no curve.")
