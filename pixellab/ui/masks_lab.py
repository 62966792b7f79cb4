"""What the page *Masks and leaks* computes for its widget: layers with every mask on offer."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np

from pixellab import fields, masks
from pixellab.teaching.learner import OwnMasks
from pixellab.ui import verify
from pixellab.ui.lesson import Control, View

HEIGHT, WIDTH = 11, 13
KERNELS = (3, 5)
LAYERS = 4
MASKS = {"A": "A", "B": "B", "N": "none"}
MINE = "M"
"""A layer whose kernel the learner made."""

COLOURS = "RGB"
_KEPT = {True: "read", False: "closed"}
_CELL = r"\d{1,2},\d{1,2}"

CONTROLS = (
    Control("k", "Kernel", tuple((str(k), f"{k}×{k}") for k in KERNELS), "3"),
    Control("colours", "Colours", (("1", "one"), ("3", "R, G, B")), "1"),
    Control("masks", kind="hidden", pattern=f"[ABNM]{{{LAYERS}}}", default="ABBB"),
    Control("taps", kind="hidden", pattern="|".join(f"[01]{{{k * k}}}" for k in KERNELS), default="111110000"),
    Control("target", kind="hidden", pattern=_CELL, default="5,6"),
    Control("trace", kind="hidden", pattern=f"[{COLOURS}]{{2}}", default="BG", aside=True),
)


def network(view: View) -> fields.Network:
    """The stack of a view, by name: "ABBB", "AMMM" (M: the learner's own kernel), …"""
    k = int(view["k"])
    hops = [_hop(mask, k, view["taps"]) for mask in view["masks"]]
    layers = tuple(fields.Layer(f"layer {depth}, {hop.name}", (hop,)) for depth, hop in enumerate(hops, start=1))
    return fields.Network(view["masks"].replace("N", "–"), HEIGHT, WIDTH, int(view["colours"]), layers)


def data() -> dict[str, Any]:
    """One layer for each mask and side, as plain JSON. The learner's own kernel is made of its taps."""
    return {"height": HEIGHT, "width": WIDTH, "layers": _layers(), "gradient": VERIFIER.answer()}


def question(view: View) -> verify.Question:
    """The gradient at the target, of a network with the masks of a view."""
    row, column = map(int, view["target"].split(","))
    return verify.Question(configuration(view), network(view), min(row, HEIGHT - 1), min(column, WIDTH - 1))


def configuration(view: View) -> OwnMasks:
    """A small network with the masks of a view."""
    return OwnMasks(
        masks=view["masks"], taps=view["taps"], kernel=int(view["k"]), channels=int(view["colours"]),
        height=HEIGHT, width=WIDTH, features=3 * verify.FEATURES, head_features=3 * verify.FEATURES,
    )  # fmt: skip


@cache
def _layers() -> dict[str, dict[str, Any]]:
    return {
        letter: {str(k): asdict(fields.convolutions([mask], k).layers[0]) for k in KERNELS}
        for letter, mask in MASKS.items()
    }


def picture() -> str:
    """Both masks of a 3×3 kernel, with what the centre tap lets through between colour groups, as HTML."""
    return '<div class="kernels">' + _mask_picture("A") + _mask_picture("B") + "</div>"


def _mask_picture(mask_type: masks.MaskType) -> str:
    kept = masks.mask(mask_type, range(3), range(3), (3, 3))
    taps = []
    for row, column in np.ndindex(3, 3):
        tap = kept[:, :, row, column]
        if (row, column) == (1, 1):
            inner = "".join(f'<i class="{_KEPT[on]}">{int(on)}</i>' for on in tap.ravel().tolist())
            taps.append(f'<span class="tap centre groups">{inner}</span>')
        else:
            taps.append(f'<span class="tap {_KEPT[bool(tap.all())]}">{int(tap.all())}</span>')
    label = f"3×3 mask {mask_type}; the centre keeps {int(kept[:, :, 1, 1].sum())} of 9 links between colours"
    return (
        f'<figure class="kernel large" data-lit="{mask_type}" tabindex="0"><div style="--side: 3" role="img" '
        f'aria-label="{label}">{"".join(taps)}</div><figcaption>mask {mask_type}; in the centre: to R, G, B (rows) '
        "from R, G, B (columns)</figcaption></figure>"
    )


def _hop(letter: str, k: int, taps: str) -> fields.Hop:
    if letter != MINE:
        return fields.convolution(MASKS[letter], (k, k))
    if len(taps) != k * k:
        return _hop("B", k, taps)
    half = k // 2
    offsets = [(i // k - half, i % k - half) for i, tap in enumerate(taps) if tap == "1"]
    return fields.Hop(
        f"{k}×{k}, own kernel",
        "features",
        "features",
        tuple(offset for offset in offsets if offset != (0, 0)),
        own="own and earlier colours" if (0, 0) in offsets else "earlier colours",
        unmasked=fields.convolution("none", (k, k)),
    )


VERIFIER = verify.Verifier("masks_lab", CONTROLS, ("k", "colours", "masks", "taps"), question)
