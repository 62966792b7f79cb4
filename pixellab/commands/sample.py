"""``pixellab sample``: pictures from nothing."""

from __future__ import annotations

import argparse

import numpy as np

from pixellab import zoo
from pixellab.commands import arguments, drawing

TEXT = """\
Draws pictures from nothing, pixel by pixel in raster order, each from the softmax that the model gives it, and writes
them side by side as one PNG. The seed decides everything: the same seed with another temperature uses the same random
numbers, so the pictures can be compared.

examples:
  pixellab sample mnist-gated digits.png
  pixellab sample mnist-gated cool.png --temperature 0.7       likelier, and more alike
  pixellab sample mnist-gated growing.png -n 9 --animate       an animated PNG: watch them grow
  pixellab sample mnist-gated-class three.png --condition 3    of a class-conditional model: sixteen threes
  pixellab sample mnist-where there.png --condition 3@0,2      a three, in the top row of cells, third from the left
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "sample", "draw pictures from nothing", TEXT, run)
    arguments.add_model(parser)
    parser.add_argument("out", metavar="OUT.png", type=arguments.png, help="the PNG to write")
    arguments.add_drawing(parser, pictures=16)


def run(given: argparse.Namespace) -> int:
    """Draw and write."""
    card = zoo.card(given.model)
    condition = arguments.conditions(given.condition, card, given.n)
    arguments.set_threads(given)
    model = zoo.load(given.model, given.device)
    channels, height, width = card.configuration.shape
    blank, everything = np.zeros((channels, height, width), np.uint8), np.ones((height, width), bool)
    drawing.write(given.out, drawing.draw(model, blank, everything, condition, given), card.configuration.levels, given)
    return 0
