"""``pixellab complete``: endings of a picture with a hole."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np

from pixellab import holes, pictures, zoo
from pixellab.commands import arguments, drawing
from pixellab.configurations import Configuration
from pixellab.data import SPLITS
from pixellab.errors import PixelLabError

TEXT = f"""\
Hides a part of a picture and draws it again, n times, pixel by pixel in raster order; the endings are written side by
side as one PNG. Every hidden pixel is drawn from what lies before it: what is given below or to the right of the hole
is kept, but the model cannot read it. With --method look_below it is heeded all the same: many endings are drawn side
by side, and those that go well with what lies behind the hole survive. In binary pictures, generated ink is orange.

examples:
  pixellab complete mnist-gated digit.png endings.png                       nine endings of the lower half
  pixellab complete mnist-gated test:7 endings.png --hide right-half        of a test image (the eighth)
  pixellab complete mnist-gated digit.png endings.png --hide 8-19:4-23      rows 8 to 19, columns 4 to 23
  pixellab complete mnist-gated digit.png endings.png --hide mask.png       what is white in a 28 × 28 picture
  pixellab complete mnist-gated digit.png growing.png -n 4 --animate        watch them grow
  pixellab complete mnist-gated digit.png fitting.png --hide top-half --method look_below

the picture: PNG, JPEG, WebP or GIF of any size. For a binary model its ink is cut out, fitted into 20/28 of the
picture and centred, as MNIST's digits were; a picture that has the model's size already is taken as it is. For other
models the largest middle part is taken and resized.

holes: {", ".join(holes.PRESETS)}, ROWS:COLUMNS, or a mask file
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "complete", "draw endings of a half-hidden picture", TEXT, run)
    arguments.add_model(parser)
    parser.add_argument("image", metavar="IMAGE", help="a picture file, or SPLIT:NUMBER of the model's data (test:7)")
    parser.add_argument("out", metavar="OUT.png", type=arguments.png, help="the PNG to write")
    parser.add_argument("--hide", metavar="HOLE", default="lower-half", help="what to draw anew (default lower-half)")
    parser.add_argument(
        "--ink", choices=("auto", "light", "dark"), default="auto", help="binary models: is the ink light or dark?"
    )
    parser.add_argument(
        "--method",
        choices=("raster", "look_below"),
        default="raster",
        help="raster: read what lies before each pixel (default); look_below: weigh endings by what lies behind, too",
    )
    parser.add_argument(
        "--particles",
        type=arguments.count,
        default=64,
        help="look_below: endings that compete for each one (default 64)",
    )
    arguments.add_drawing(parser, pictures=9)
    arguments.add_data(parser)


def run(given: argparse.Namespace) -> int:
    """Read, hide, draw and write."""
    if given.method == "look_below" and given.animate:
        raise PixelLabError(
            "look_below replaces endings as it goes, so they cannot be shown growing: leave --animate out."
        )
    card = zoo.card(given.model)
    _, height, width = card.configuration.shape
    condition = arguments.conditions(given.condition, card, given.n)
    hidden = _hidden(given.hide, height, width)
    image = _image(given, card)
    arguments.set_threads(given)
    model = zoo.load(given.model, given.device)
    draw = drawing.draw_looking_below if given.method == "look_below" else drawing.draw
    states = draw(model, image, hidden, condition, given)
    drawing.write(given.out, states, card.configuration.levels, given, hidden)
    return 0


def _hidden(text: str, height: int, width: int) -> np.ndarray:
    """(H, W) bool of a preset, a rectangle, or a mask file."""
    if text in holes.PRESETS:
        return holes.preset(text, height, width)
    if re.fullmatch(r"[\d-]+:[\d-]+", text):
        hidden = holes.rectangle(text, height, width)
    else:
        mask = _read(text, f"a file, ROWS:COLUMNS, or one of {', '.join(holes.PRESETS)}")
        if mask.shape[:2] != (height, width):
            raise PixelLabError(
                f"{text} has {mask.shape[1]} × {mask.shape[0]} pixels; a mask has the model's {width} × {height}."
            )
        hidden = pictures.grey(mask) > 0.5
    if not hidden.any():
        raise PixelLabError(f"{text} hides nothing: make white what is to be drawn.")
    return hidden


def _image(given: argparse.Namespace, card: zoo.Card) -> np.ndarray:
    """(C, H, W) of the picture file, or of a picture of the model's data."""
    split, _, number = given.image.partition(":")
    if split in SPLITS and number.isdecimal():
        from pixellab.data import load

        images = load(card.data, split, root=given.data, download=given.download)
        if int(number) >= len(images):
            raise PixelLabError(f"There are {len(images):,} {split} images: choose a number below that.")
        return images.x[int(number)]
    return fitted(_read(given.image, "a picture file, or SPLIT:NUMBER such as test:7"), card.configuration, given.ink)


def _read(path: str, choice: str) -> np.ndarray:
    try:
        content = Path(path).read_bytes()
    except OSError as fault:
        raise PixelLabError(f"{path} cannot be read ({fault.strerror}): give {choice}.") from fault
    try:
        return pictures.read(content)
    except PixelLabError as fault:
        raise PixelLabError(f"{path}: {fault}") from fault


def fitted(rgb: np.ndarray, configuration: Configuration, ink: str = "auto") -> np.ndarray:
    """A picture (H', W', 3) uint8 as a model takes it: (C, H, W) of 0 … K-1.

    Args:
        ink: "light" or "dark" on the other ground, for a binary model; "auto" looks at the border.
    """
    channels, height, width = configuration.shape
    if channels == 1 and configuration.levels == 2:
        dark = pictures.background_is_light(rgb) if ink == "auto" else ink == "dark"
        if rgb.shape[:2] == (height, width):
            light = pictures.grey(rgb)
            return pictures.binarise(1 - light if dark else light)
        return pictures.binarise(pictures.digit(rgb, height, width, dark_ink=dark))
    small = pictures.cropped(rgb, height, width)
    values = small / 255 if channels == 3 else pictures.grey(small.transpose(1, 2, 0))[None]
    return np.rint(values * (configuration.levels - 1)).astype(np.uint8)
