"""What the page *Blind spot* computes for its widget: the hops of each layer, the proof, the gradient."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from pixellab import fields
from pixellab.configurations import PixelCNNConfiguration
from pixellab.ui import verify
from pixellab.ui.lesson import Control, View

KERNELS = (3, 5, 7)
LAYERS = (*range(1, 17), 20, 30, 50)
SIZES = {"15x19": (15, 19), "28x28": (28, 28)}
_CELL = r"\d{1,2},\d{1,2}"
_TOOLS = (("hop", "hops"), ("look", "moves the target"), ("flag", "sets the flag"))

CONTROLS = (
    Control("k", "Kernel", tuple((str(k), f"{k}×{k}") for k in KERNELS), "3"),
    Control("layers", "Layers", tuple((str(n), str(n)) for n in LAYERS), "5", kind="slider"),
    Control("first", "First layer", (("same", "like the others"), ("7", "7×7")), "same"),
    Control("size", "Picture", tuple((name, name.replace("x", "×")) for name in SIZES), "15x19"),
    Control("tool", "A click", _TOOLS, "hop", aside=True),
    Control("target", kind="hidden", pattern=_CELL, default="10,9"),
    Control("flag", kind="hidden", pattern=_CELL, default="8,12"),
)


def network(view: View) -> fields.Network:
    """The stack of convolutions that a view shows: mask A, then mask B in all later layers."""
    height, width = SIZES[view["size"]]
    first, k, layers = _first(view), int(view["k"]), int(view["layers"])
    name = f"{first}×{first} A" + (f" + {layers - 1} × {k}×{k} B" if layers > 1 else "")
    masks, sides = "A" + "B" * (layers - 1), [first] + [k] * (layers - 1)
    return fields.convolutions(masks, sides, height=height, width=width, name=name)


def cell(text: str, size: str) -> tuple[int, int]:
    """Row and column of "10,9", moved into the picture where it lies outside."""
    (row, column), (height, width) = map(int, text.split(",")), SIZES[size]
    return min(row, height - 1), min(column, width - 1)


def data(view: View) -> dict[str, Any]:
    """The hops of every layer on offer, as `pixellab.fields` makes them of the masks, and the proof for this view."""
    flag, target = cell(view["flag"], view["size"]), cell(view["target"], view["size"])
    reason = fields.path(network(view), flag, target).reason
    return {
        "sizes": SIZES,
        "layers": _layers(),
        "proof": {"of": _about(view, "k layers first size target flag"), "reason": reason},
        "gradient": VERIFIER.answer(),
    }


def question(view: View) -> verify.Question:
    """The gradient at the target, of a PixelCNN with the layers of a view."""
    asked = configuration(view)
    return verify.Question(verify.trained(asked) or asked, network(view), *cell(view["target"], view["size"]))


def configuration(view: View) -> PixelCNNConfiguration:
    """A small PixelCNN with the layers of a view."""
    height, width = SIZES[view["size"]]
    later = int(view["layers"]) - 1
    # A block of 1×1 reads its own pixel alone: this is how a single layer is written.
    kernel, layers = (int(view["k"]), later) if later else (1, 1)
    size = {"height": height, "width": width, "features": verify.FEATURES, "head_features": verify.FEATURES}
    return PixelCNNConfiguration(first_kernel=_first(view), kernel=kernel, layers=layers, **size)


@cache
def trained() -> verify.Presets:
    """The stack of the shipped PixelCNN, if there is one."""
    paper = {"first": "7", "size": "28x28", "target": "14,14", "flag": "12,19"}
    return verify.presets(CONTROLS, configuration, *({**paper, "layers": str(n)} for n in LAYERS))


@cache
def _layers() -> dict[str, dict[str, Any]]:
    """By mask and side: one layer, as plain JSON."""
    stacks = {mask: {str(k): fields.convolutions(mask, k).layers[0] for k in KERNELS} for mask in "AB"}
    return {mask: {k: asdict(layer) for k, layer in layers.items()} for mask, layers in stacks.items()}


def _first(view: View) -> int:
    return int(view["k"] if view["first"] == "same" else view["first"])


def _about(view: View, names: str) -> str:
    """What an answer is about: only for such a view may the page show it."""
    return " ".join(view[name] for name in names.split())


VERIFIER = verify.Verifier("blind_spot", CONTROLS, ("k", "layers", "first", "size"), question)
