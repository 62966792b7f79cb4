"""What the page *Gated: two stacks* computes for its widget: the hops of both stacks, their wires, and real gates."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cache
from typing import Any

import numpy as np

from pixellab import fields
from pixellab.configurations import Configuration, GatedPixelCNNConfiguration
from pixellab.errors import PixelLabError
from pixellab.fields import Hop, Network, VerticalStack
from pixellab.teaching.learner import OwnWires
from pixellab.ui import verify
from pixellab.ui.components import b64
from pixellab.ui.frames import FIRST_FRAMES
from pixellab.ui.lesson import Control, View

KERNEL = 3
SIDES = (3, 7)
LAYERS = (1, 2, 3, 4, 5, 6, 8, 12, 16)
SIZES = {"15x19": (15, 19), "28x28": (28, 28)}
SHIFTS = (0, 1, 2)
MASKS = {"always": (False, False), "first": (False, True), "whole": (True, True)}
"""Whether the first vertical layer, and the later ones, read their whole own row."""

_MASKS = (("always", "rows above"), ("first", "rows above, then whole"), ("whole", "whole rows"))

CONTROLS = (
    Control("show", "View", (("field", "field"), ("floors", "floors"), ("gate", "gate")), "field", aside=True),
    Control("mask", "Vertical mask", _MASKS, "always"),
    Control("shift", "Read", (("0", "on its own row"), ("1", "1 row lower"), ("2", "2 rows lower")), "0"),
    Control("down", "v→h", (("1", "wired"), ("0", "cut")), "1"),
    Control("back", "h→v", (("0", "no wire"), ("1", "wired")), "0"),
    Control("layers", "Layers", tuple((str(n), str(n)) for n in LAYERS), "5", kind="slider"),
    Control("first", "First layer", (("3", "3×3"), ("7", "7×7")), "3"),
    Control("size", "Picture", tuple((name, name.replace("x", "×")) for name in SIZES), "15x19"),
    Control("feature", "Feature", (("0", "1"), ("1", "2"), ("2", "3")), "0", aside=True),
    Control("target", kind="hidden", pattern=r"\d{1,2},\d{1,2}", default="10,9", aside=True),
)


def network(view: View) -> Network:
    """The two stacks of a view, with its mask, its shift and its wires."""
    height, width = SIZES[view["size"]]
    first, later = MASKS[view["mask"]]
    shift, layers = int(view["shift"]), int(view["layers"])
    vertical = VerticalStack(first, later, shift)
    size = {"height": height, "width": width}
    stacks = fields.gated_pixelcnn(int(view["first"]), KERNEL, layers, vertical=vertical, **size)
    wired = []
    for depth, layer in enumerate(stacks.layers):
        hops = [hop if view["down"] == "1" or hop.below else cut(hop) for hop in layer.hops]
        # Below the first layer, both stacks read the picture alone: there is nothing to wire back.
        if view["back"] == "1" and depth:
            hops.insert(0, back(shift))
        wired.append(replace(layer, hops=tuple(hops)))
    return replace(stacks, name="this network", layers=tuple(wired))


def cut(wire: Hop) -> Hop:
    """A wire that carries nothing. What it would bring counts as blind, not as out of reach."""
    return replace(wire, offsets=(), own="nothing", unmasked=wire)


def back(shift: int) -> Hop:
    """The wire from the horizontal stack to the vertical one, in the other direction between the same two places.

    The vertical map of row i serves row i + shift; so it is there that the wire comes from.
    """
    offsets = ((shift, 0),) if shift else ()
    return Hop("horizontal to vertical", "vertical", "horizontal", offsets, "nothing" if shift else "everything")


def configuration(view: View) -> Configuration:
    """A small network with the stacks and wires of a view."""
    height, width = SIZES[view["size"]]
    sizes = {
        "first_kernel": int(view["first"]), "kernel": KERNEL, "layers": int(view["layers"]), "height": height,
        "width": width, "features": verify.FEATURES, "head_features": verify.FEATURES,
    }  # fmt: skip
    stack = VerticalStack(*MASKS[view["mask"]], int(view["shift"]))
    down, back_ = view["down"] == "1", view["back"] == "1"
    if (stack, down, back_) == (fields.ONE_ROW_LATE, True, False):
        return GatedPixelCNNConfiguration(**sizes)
    return OwnWires(vertical=stack, down=down, back=back_, **sizes)


def question(view: View) -> verify.Question:
    """The gradient at the target, of a network with the stacks and wires of a view."""
    asked, (height, width) = configuration(view), SIZES[view["size"]]
    row, column = map(int, view["target"].split(","))
    place = min(row, height - 1), min(column, width - 1)
    return verify.Question(verify.trained(asked) or asked, network(view), *place)


def data() -> dict[str, Any]:
    """What the widget draws from, and what has come of a question for gradients."""
    return {**_drawn(), "gradient": VERIFIER.answer()}


@cache
def _drawn() -> dict[str, Any]:
    """Every hop that the controls can choose, as `pixellab.fields` makes them, and recorded gates."""
    rows: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for side in SIDES:
        stacks = {whole: _layers(side, VerticalStack(whole, whole, 0)) for whole in (False, True)}
        rows[str(side)] = {str(int(whole)): _hop(layers[0], "vertical") for whole, layers in stacks.items()}
        own[str(side)] = _hop(stacks[True][0], "horizontal")
    later = {whole: _layers(KERNEL, VerticalStack(whole, whole, 0))[1] for whole in (False, True)}
    return {
        "sizes": SIZES,
        "masks": {name: [int(whole) for whole in both] for name, both in MASKS.items()},
        "rows": rows,
        "later": {str(int(whole)): _hop(layer, "vertical") for whole, layer in later.items()},
        "own": own,
        "ownLater": _hop(later[True], "horizontal"),
        "down": [asdict(_layers(KERNEL, VerticalStack(True, True, shift))[0].hops[1]) for shift in SHIFTS],
        "back": [asdict(back(shift)) for shift in SHIFTS],
        "gate": recorded(),
    }


def _layers(side: int, vertical: VerticalStack) -> tuple[fields.Layer, ...]:
    return fields.gated_pixelcnn(side, KERNEL, 2, vertical=vertical, height=8, width=8).layers


def _hop(layer: fields.Layer, reader: str) -> dict[str, Any]:
    """The convolution by which a stack reads itself."""
    return asdict(next(hop for hop in layer.hops if hop.reader == hop.read == reader))


@cache
def recorded() -> dict[str, Any]:
    """Both halves of some gates of our Gated PixelCNN for every pixel of a picture: see `teaching.activations`.

    Raises:
        PixelLabError: when the file is missing or broken.
    """
    try:
        with np.load(FIRST_FRAMES / "gate.npz", allow_pickle=False) as file:
            halves = {name: file[name] for name in file.files}
        count, height, width = halves["signal"].shape
        return {
            "count": int(count),
            "height": int(height),
            "width": int(width),
            "features": [int(feature) for feature in halves["features"]],
            "layer": int(halves["layer"]),
            "layers": int(halves["layers"]),
            "picture": b64(halves["picture"][0].astype(np.uint8)),
            "signal": b64(halves["signal"].astype(np.float16)),
            "door": b64(halves["door"].astype(np.float16)),
        }
    except (OSError, KeyError, ValueError, IndexError) as fault:
        raise PixelLabError(
            "The recorded gates cannot be read; record again: `python -m pixellab.teaching.activations gate MODEL`."
        ) from fault


VERIFIER = verify.Verifier(
    "two_stacks", CONTROLS, ("mask", "shift", "down", "back", "layers", "first", "size"), question
)
