"""What the commands' arguments have in common."""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pixellab.devices import DEVICES
from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    from torch import Tensor

    from pixellab.zoo import Card


def command(
    commands: argparse._SubParsersAction, name: str, summary: str, text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """A parser for one command: ``summary`` in the list of commands, ``text`` (with examples) in its own help."""
    parser = commands.add_parser(
        name, help=summary, description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run)
    return parser


def listed(what: str, names: Sequence[str]) -> str:
    """ "what: one, two, three", in lines that fit a terminal."""
    return textwrap.fill(f"{what}: {', '.join(names)}", 100, subsequent_indent="  ", break_on_hyphens=False)


def count(text: str) -> int:
    """A whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return value


def seed(text: str) -> int:
    """A whole number that a generator takes."""
    value = int(text)
    if not 0 <= value < 2**63:
        raise argparse.ArgumentTypeError(f"{text} does not lie in 0 … 2^63 - 1")
    return value


def temperature(text: str) -> float:
    """A number of at least 0."""
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 0")
    return value


def png(text: str) -> Path:
    """The path of a PNG file to be written, in a folder that exists."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} does not end in .png")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def add_model(parser: argparse.ArgumentParser) -> None:
    """Which trained model."""
    parser.add_argument("model", metavar="MODEL", help="a shipped model by its name, or a folder such as runs/mine")


def add_machine(parser: argparse.ArgumentParser) -> None:
    """Where to compute."""
    parser.add_argument("--device", choices=DEVICES, default="auto", help="auto: the GPU if there is one (default)")
    parser.add_argument(
        "--threads", type=count, metavar="N", help="CPU threads to compute with (default: what PyTorch takes)"
    )


def add_root(parser: argparse.ArgumentParser) -> None:
    """Where the data is."""
    parser.add_argument(
        "--data", metavar="ROOT", help="folder of the data (default: $PIXELLAB_DATA, or the user's cache)"
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Where the data is, and whether it may be fetched."""
    add_root(parser)
    parser.add_argument("--download", action="store_true", help="download the data where it is missing")


def add_drawing(parser: argparse.ArgumentParser, pictures: int) -> None:
    """How pictures are drawn and written."""
    parser.add_argument("-n", type=count, default=pictures, metavar="N", help=f"how many (default {pictures})")
    parser.add_argument(
        "--temperature",
        type=temperature,
        default=1.0,
        metavar="T",
        help="below 1: likelier and more alike; 0: the likeliest value of each pixel (default 1)",
    )
    parser.add_argument("--seed", type=seed, default=0, help="the same seed draws the same pictures (default 0)")
    parser.add_argument(
        "--condition",
        nargs="+",
        metavar="CLASS",
        help="for a conditional model: one class, or one a picture; with a place: CLASS@ROW,COLUMN",
    )
    parser.add_argument("--animate", action="store_true", help="an animated PNG that shows the pixels come")
    parser.add_argument("--scale", type=count, metavar="N", help="screen pixels a pixel (default: what can be seen)")
    add_machine(parser)


def set_threads(given: argparse.Namespace) -> None:
    """Compute with as many threads as was asked for."""
    if given.threads:
        import torch

        torch.set_num_threads(given.threads)


def conditions(told: list[str] | None, card: Card, n: int) -> Tensor | None:
    """The condition of each of n pictures, from numbers or names of classes, with a place where the model wants one.

    Args:
        told: one for all, or one a picture: "3", "cat", or "3@0,2", a class and the row and the column of a cell.

    Returns:
        (n,) class indices, or (n, condition_size) floats for a model of places; None for one without a condition.

    Raises:
        PixelLabError: for a class or a place that does not exist, a wrong number of them, or a model without classes.
    """
    size = getattr(card.configuration, "condition_size", 0)
    if not size:
        if told:
            raise PixelLabError(f"{card.title} has no classes: leave --condition out.")
        return None
    from pixellab.data.sets import SETS

    names, (rows, columns) = (SETS[card.data].classes, SETS[card.data].grid) if card.data in SETS else ((), (0, 0))
    cells = rows * columns
    choice = f"a number below {size - cells}" + (f" or a name ({', '.join(names)})" if names else "")
    if cells:
        choice += f", and @row,column of a cell, from @0,0 to @{rows - 1},{columns - 1}"
    if not told:
        raise PixelLabError(f"{card.title} draws what it is told to: give --condition with {choice}.")
    if len(told) not in (1, n):
        raise PixelLabError(f"--condition takes one class for all, or {n}, one a picture; these are {len(told)}.")
    import torch

    classes, places = [], []
    for one in told:
        name, at, place = one.partition("@")
        index = names.index(name) if name in names else int(name) if name.isdecimal() else size
        if index >= size - cells:
            raise PixelLabError(f"There is no class {name!r}: give {choice}.")
        cell = re.fullmatch(r"(\d+),(\d+)", place)
        if bool(at) != bool(cells) or (cells and not (cell and int(cell[1]) < rows and int(cell[2]) < columns)):
            raise PixelLabError(f"There is no place {at + place!r} for {card.title}: give {choice}.")
        classes.append(index)
        places.append([int(cell[1]), int(cell[2])] if cells else [])
    labels = torch.tensor(classes * (n // len(told)))
    if not cells:
        return labels
    from pixellab.conditions import where

    at_rows, at_columns = torch.tensor(places * (n // len(told))).T
    return where(labels, at_rows, at_columns, classes=size - cells, grid=(rows, columns))
