"""``pixellab download``: get a published image set."""

from __future__ import annotations

import argparse

from pixellab.commands import arguments
from pixellab.data import NAMES, fetch

TEXT = """\
Downloads a published image set into the data folder and checks it against its published checksum. What is there and
genuine is kept, what was cut goes on where it stopped. Sizes: the MNIST sets 11 to 110 MB, cifar10 170 MB.

examples:
  pixellab download mnist-binarized
  pixellab download cifar10 --data ~/datasets     then give --data ~/datasets to train and evaluate,
                                                  or set PIXELLAB_DATA=~/datasets once
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "download", "get a published image set", TEXT, run)
    parser.add_argument("name", metavar="NAME", choices=NAMES, help=f"one of {', '.join(NAMES)}")
    arguments.add_root(parser)


def run(given: argparse.Namespace) -> int:
    """Download."""
    for path in fetch(given.name, root=given.data):
        print(f"{path} ({path.stat().st_size / 1e6:,.1f} MB, verified)")
    return 0
