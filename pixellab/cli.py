"""The command line: ``pixellab train | evaluate | ship | cards | sample | complete | check | bench | download``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pixellab.commands import bench, cards, check, complete, download, evaluate, sample, ship, train
from pixellab.errors import PixelLabError

COMMANDS = (train, evaluate, ship, cards, sample, complete, check, bench, download)

INTRODUCTION = """\
Models of images that predict one pixel after another: PixelCNN, PixelRNN and their kin. Train one, measure how
probable it finds pictures it has never seen, let it draw pictures from nothing or around a hole, and time all that.

  pixellab sample mnist-gated digits.png        sixteen digits that nobody wrote
  pixellab complete mnist-gated my.png out.png  nine endings of a half-hidden picture
  pixellab check my_models:Net                  is a model causal? yours, too
  pixellab COMMAND --help                       what a command does, with examples
"""


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; none of them imports torch before it runs."""
    whole = argparse.ArgumentParser(
        prog="pixellab", description=INTRODUCTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: those of the command line, if None.

    Returns:
        The exit status: 0 done, 2 not possible (one sentence on stderr says why), 130 stopped by Ctrl-C.
    """
    given = parser().parse_args(arguments)
    try:
        return given.run(given)
    except (PixelLabError, ValueError) as fault:
        print(f"pixellab: {fault}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"pixellab: {fault.filename or 'a file'} cannot be used: {fault.strerror or fault}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("pixellab: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
