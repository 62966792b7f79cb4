"""What the page *Row and diagonal* computes for its widget: the hops of three models, and the terms of an LSTM."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from pixellab import fields
from pixellab.configurations import (
    Configuration,
    DiagonalBiLSTMConfiguration,
    PixelCNNConfiguration,
    RowLSTMConfiguration,
)
from pixellab.errors import PixelLabError
from pixellab.teaching.learner import NotLate
from pixellab.ui import verify
from pixellab.ui.components import b64
from pixellab.ui.frames import FIRST_FRAMES
from pixellab.ui.lesson import Control, View

FIRST_KERNEL, KERNEL = 7, 3
LAYERS = (1, 2, 3, 5, 7, 10, 12, 15)
SIZES = {"28x28": (28, 28), "8x14": (8, 14)}
_MODELS = "pixelcnn|row|diagonal"
_VIEWS = (("see", "what it sees"), ("steps", "steps"), ("skew", "skew"), ("cell", "one cell"))

CONTROLS = (
    Control("show", "View", _VIEWS, "see"),
    Control("layers", "Layers", tuple((str(n), str(n)) for n in LAYERS), "7", kind="slider"),
    Control("late", "Right-to-left map", (("1", "one row late"), ("0", "not shifted")), "1"),
    Control("scan", "Scan", (("left", "from the left"), ("right", "from the right")), "left", aside=True),
    Control("size", "Picture", tuple((name, name.replace("x", "×")) for name in SIZES), "28x28"),
    Control("front", kind="hidden", pattern=_MODELS, default="row", aside=True),
    Control("large", kind="hidden", pattern="[01]", default="0", aside=True),
    Control("target", kind="hidden", pattern=r"\d{1,2},\d{1,2}", default="14,2", aside=True),
)

_EQUATIONS = """
<table class="lstm"><tr><th></th><th>from the input x</th><th>from h {prior}</th><th></th></tr>
<tr><td>o</td><td data-lit="row-input">{o-x}</td><td data-lit="row-state">{o-h}</td><td>σ → {o}</td></tr>
<tr><td>f</td><td data-lit="row-input">{f-x}</td><td data-lit="row-state">{f-h}</td><td>σ → {f}</td></tr>
<tr><td>i</td><td data-lit="row-input">{i-x}</td><td data-lit="row-state">{i-h}</td><td>σ → {i}</td></tr>
<tr><td>g</td><td data-lit="row-input">{g-x}</td><td data-lit="row-state">{g-h}</td><td>tanh → {g}</td></tr></table>
<p><span data-lit="memory" tabindex="0">c = f · c<sub>{prior}</sub> + i · g</span><br>
= {f} · ({before}) + {i} · ({g}) = <b>{c}</b></p>
<p><span data-lit="output" tabindex="0">h = o · tanh(c)</span> = {o} · ({tanh-c}) = <b>{h}</b></p>
<p class="muted">One feature at row {row}, column {column}. {said}</p>
"""
EQUATIONS = re.sub(r"\{([\w-]+)\}", r'<span data-slot="\1"></span>', _EQUATIONS)
"""Equation 3 of the PixelRNN paper; the widget fills in the numbers of the pinned cell."""


def networks(view: View) -> dict[str, fields.Network]:
    """The three models that a view compares, by the names of the control ``front``."""
    height, width = SIZES[view["size"]]
    size, layers, late = {"height": height, "width": width}, int(view["layers"]), int(view["late"])
    return {
        "pixelcnn": fields.pixelcnn(FIRST_KERNEL, KERNEL, layers, **size),
        "row": fields.row_lstm(FIRST_KERNEL, KERNEL, layers, **size),
        "diagonal": fields.diagonal_bilstm(FIRST_KERNEL, layers, late=late, **size),
    }


def configuration(view: View) -> Configuration:
    """A small network of the model in front."""
    models = {"pixelcnn": PixelCNNConfiguration, "row": RowLSTMConfiguration, "diagonal": DiagonalBiLSTMConfiguration}
    made = NotLate if (view["front"], view["late"]) == ("diagonal", "0") else models[view["front"]]
    height, width = SIZES[view["size"]]
    sides = {"first_kernel": FIRST_KERNEL, "kernel": KERNEL, "layers": int(view["layers"])}
    return made(height=height, width=width, features=verify.FEATURES, head_features=verify.FEATURES, **sides)


@cache
def trained() -> verify.Presets:
    """The layers of each shipped model of the three."""
    fronts = _MODELS.split("|")
    choices = ({"front": front, "layers": str(n), "target": "14,14"} for front in fronts for n in LAYERS)
    return verify.presets(CONTROLS, configuration, *choices)


def question(view: View) -> verify.Question:
    """The gradient at the target, of the model in front."""
    asked, (height, width) = configuration(view), SIZES[view["size"]]
    row, column = map(int, view["target"].split(","))
    geometry = networks(view)[view["front"]]
    return verify.Question(verify.trained(asked) or asked, geometry, min(row, height - 1), min(column, width - 1))


def data() -> dict[str, Any]:
    """What the widget draws from, and what has come of a question for gradients."""
    return {**_drawn(), "gradient": VERIFIER.answer()}


@cache
def _drawn() -> dict[str, Any]:
    """The first and a later layer of each model, as `pixellab.fields` makes them, and what was recorded."""
    names = {c.name: c.default for c in CONTROLS}
    stacks = {late: networks(names | {"layers": "1", "late": late}) for late in ("1", "0")}
    layers = {name: [asdict(layer) for layer in network.layers] for name, network in stacks["1"].items()}
    layers["unshifted"] = [asdict(layer) for layer in stacks["0"]["diagonal"].layers]
    return {
        "sizes": SIZES,
        "names": {name: network.name for name, network in stacks["1"].items()},
        "layers": layers,
        "lstm": recorded(),
    }


@cache
def recorded() -> dict[str, Any]:
    """The terms of one feature of an LSTM for every pixel of a picture: see `teaching.activations`.

    Raises:
        PixelLabError: when the file is missing or broken.
    """
    try:
        with np.load(FIRST_FRAMES / "lstm.npz", allow_pickle=False) as file:
            terms = {name: file[name] for name in file.files}
        return {
            "height": int(terms["cell"].shape[0]),
            "width": int(terms["cell"].shape[1]),
            "picture": b64(terms["picture"][0].astype(np.uint8)),
            "input": b64(terms["input_to_state"].astype(np.float16)),
            "state": b64(terms["state_to_state"].astype(np.float16)),
            "before": b64(terms["before"].astype(np.float16)),
            "taps": terms["taps"].tolist(),
            "own": terms["own"].tolist(),
            "title": str(terms["title"]),
            "said": f"Layer {terms['layer']} of {terms['layers']} of our trained {terms['title']} ({terms['model']}), "
            f"one of its {terms['features']} features; it reads a digit drawn by our Gated PixelCNN.",
        }
    except (OSError, KeyError, ValueError, IndexError) as fault:
        raise PixelLabError(
            "The recorded LSTM cannot be read; record it again: `python -m pixellab.teaching.activations lstm MODEL`."
        ) from fault


VERIFIER = verify.Verifier("row_diagonal", CONTROLS, ("layers", "late", "size", "front"), question)
