"""``pixellab ship``: put a trained model among those that come with the project."""

from __future__ import annotations

import argparse
from dataclasses import replace

from pixellab import zoo
from pixellab.commands import arguments

TEXT = """\
Copies a trained model to pretrained/NAME with weights in half precision, which is what is measured and drawn with from
then on. Figures of a test split do not travel: measure the shipped weights.

examples:
  pixellab ship runs/mnist-gated
  pixellab evaluate mnist-gated --split test --record     then measure what was shipped
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "ship", "put a trained model among the project's own", TEXT, run)
    parser.add_argument("folder", metavar="RUN", help="the folder of a run, such as runs/mnist-gated")


def run(given: argparse.Namespace) -> int:
    """Halve and copy."""
    card = zoo.card(given.folder)
    model = zoo.load(given.folder).half()
    place = zoo.FOLDER / card.name
    zoo.save(place, model, replace(card, figures=[f for f in card.figures if f.split != "test"]))
    size = (place / zoo.WEIGHTS).stat().st_size
    print(f"{place}: {size / 1e6:.1f} MB; measure it with `pixellab evaluate {card.name} --split test --record`.")
    return 0
