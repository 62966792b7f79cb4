"""``pixellab check``: is a model autoregressive? Anybody's."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pixellab import zoo
from pixellab.commands import arguments, own_model
from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from pixellab.causality import Report

SHAPE = (1, 13, 13)
"""Of pictures for a model whose own size is not known."""

SHOWN = 12
"""How many pixels are listed before the rest is counted."""

TEXT = f"""\
Checks whether a model predicts each pixel from earlier ones alone: whether the logits of a pixel depend on the pixel
itself, on later pixels or on later colours (leaks: its likelihood is worth nothing), and which earlier pixels they
never see (a blind spot). It takes derivatives in float64, in evaluation and in training mode, on random pictures and
with the weights that the model comes with; nothing is trained.

The model is your own: a PyTorch module, a class, or a function, from pictures (B, C, H, W) of real numbers from -1 to
1, or of integers below K with --levels K, to logits (B, K, C, H, W), or (B, K, H, W) for one channel. A class, or a
function without parameters, is called to make one. Or it is the folder of a trained model, or a shipped one.

examples:
  pixellab check my_models:PixelCNN                            a class that needs no argument
  pixellab check src/my_models.py:make_net --shape 3,32,32     a function that makes a model; RGB pictures
  pixellab check my_models:Net --levels 256 --out seen.png     integers 0 … 255; and a picture of what it sees
  pixellab check mnist-gated                                   a shipped model, with its weights

The exit status is 0 if the model is causal, 1 if it is not, and 2 if it could not be checked.
Without --shape, pictures are {",".join(map(str, SHAPE))}, or as the trained model knows them. Larger ones show more.
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "check", "is a model causal? yours, too", TEXT, run)
    parser.add_argument("model", metavar="MODULE:NAME", help="your model; or a trained one by its name or folder")
    parser.add_argument("--shape", type=shape, metavar="C,H,W", help="colours, height and width of the pictures")
    parser.add_argument("--levels", type=levels, metavar="K", help="the model takes integers 0 … K-1")
    parser.add_argument("--out", type=arguments.png, metavar="FILE.png", help="draw what the model sees")


def shape(text: str) -> tuple[int, int, int]:
    """C, H, W."""
    try:
        channels, height, width = map(int, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not C,H,W, as in 1,28,28") from None
    if min(channels, height, width) < 1 or height * width < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is no picture of at least two pixels")
    return channels, height, width


def levels(text: str) -> int:
    """K."""
    value = int(text)
    if value < 2:
        raise argparse.ArgumentTypeError(f"{text} is not at least 2")
    return value


def run(given: argparse.Namespace) -> int:
    """Check, print, and draw."""
    trained = ":" not in given.model
    network, size, order = _trained(given) if trained else (_own(given.model), given.shape or SHAPE, None)
    report = _checked(network, size, given.levels, given.model, order)
    channels, height, width = size
    pictures = f"{height}×{width} pictures, {channels} channel{'s' * (channels > 1)}"
    print(f"{given.model} on {pictures}.\n{report}\n")
    print("\n".join(_details(report)))
    if given.out:
        from pixellab.causality import picture

        given.out.write_bytes(picture.draw(report, f"{given.model} on {pictures}"))
        print(f"{given.out}: what it sees, as a picture.")
    return 0 if report.causal else 1


def _own(text: str) -> Callable:
    import torch

    torch.manual_seed(0)  # The same weights in every run.
    return own_model.find(text)


def _trained(
    given: argparse.Namespace,
) -> tuple[nn.Module | Callable, tuple[int, int, int], np.ndarray | None]:
    """A trained model of this package, as a network of real numbers, the shape to check it with, and its order."""
    try:
        card = zoo.card(given.model)
    except PixelLabError as fault:
        raise PixelLabError(f"{fault} A model of your own is written as in {own_model.EXAMPLE}.") from fault
    c = card.configuration
    if given.levels:
        raise PixelLabError(f"{card.title} is checked with real numbers: leave --levels out.")
    if given.shape and given.shape[0] != c.channels:
        raise PixelLabError(f"{card.title} reads pictures of {c.channels} channels: give --shape {c.channels},H,W.")
    model = zoo.load(given.model)
    size = given.shape or c.shape
    order = model.order(*size[1:]) if len(model.walks()) > 1 else None
    return (_conditioned(model) if getattr(c, "condition_size", 0) else model.network), size, order


def _conditioned(model: nn.Module) -> nn.Module:
    """A conditional model whose condition is the first class: a condition moves no mask."""
    import torch

    class Conditioned(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.model.network(inputs, torch.zeros(len(inputs), dtype=torch.long))

    return Conditioned()


def _checked(
    network: Callable, size: tuple[int, int, int], levels: int | None, name: str, order: np.ndarray | None
) -> Report:
    from pixellab import causality

    try:
        return causality.check(network, size, levels=levels, order=order)
    except ValueError as fault:
        raise PixelLabError(f"{name}: {fault}") from fault
    except Exception as fault:
        took = "integers" if levels else "real numbers, in float64"
        other = "" if levels else ", or --levels K if it takes integers"
        raise PixelLabError(
            f"{name} fails on pictures of the shape (2, {', '.join(map(str, size))}) of {took} "
            f"({own_model.said(fault)}): give the --shape that it takes{other}."
        ) from fault


def _details(report: Report) -> list[str]:
    """Which pixels leak and which are never seen, for each colour, and one target's picture in letters."""
    channels, height, width = report.shape
    alike: dict[str, list[str]] = {}
    for channel in range(channels):
        alike.setdefault(_positions(report, channel), []).append(_name(channel, channels))
    lines = ["Pixels, as (rows down, columns to the right) of the one to be predicted:"]
    for positions, colours in alike.items():
        lines += ([f"  logits of {', '.join(colours)}"] if channels > 1 else []) + [positions]
    target = min(report.targets, key=lambda t: abs(t[0] - height // 2) + abs(t[1] - width // 2))
    lines.append(f"Row {target[0]}, column {target[1]} (T; ! if it sees itself): # seen, ? never seen, . later, X leak")
    return lines + ["  " + line for line in report.drawing(target).splitlines()]


def _positions(report: Report, channel: int) -> str:
    seen, blind = report.offsets("seen", channel), report.offsets("blind", channel)
    far = report.offsets("out_of_reach", channel) - seen - blind
    return "\n".join(
        [
            f"  leak: {_listed(report.offsets('leak', channel))}",
            f"  never seen, though pixels beyond are: {_listed(blind - seen)}",
            f"  never seen, out of reach: {f'{len(far)} positions' if far else 'none'}",
        ]
    )


def _listed(offsets: set[tuple[int, int]]) -> str:
    """The nearest ones, and how many there are in all."""
    nearest = sorted(offsets, key=lambda o: (max(map(abs, o)), o))
    words = ["itself" if offset == (0, 0) else "({:+d}, {:+d})".format(*offset) for offset in nearest[:SHOWN]]
    more = f" … {len(offsets)} in all" if len(offsets) > SHOWN else ""
    return " ".join(words) + more if words else "none"


def _name(channel: int, channels: int) -> str:
    return "RGB"[channel] if channels == 3 else f"channel {channel}"
