"""What the page *Guess the pixel* needs: digits with the model's bill for each pixel, and a table of tiny pictures."""

from __future__ import annotations

import math
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from pixellab.errors import PixelLabError
from pixellab.ui import address, live, painter, sources
from pixellab.ui.components import b64, pack
from pixellab.ui.frames import FIRST_FRAMES
from pixellab.ui.lesson import Control, View
from pixellab.worker import client

CHIPS = 10
FLOOR = 1 / 1000
"""What a value without a chip counts as; the other value counts as the rest."""

SURE = 0.9
"""Of a pixel that can be skipped: the model gives one value at least this probability."""

ROUNDS = 30
OPENED = {"third": 9 * 28, "half": 14 * 28, "nothing": 0, "all": 28 * 28}
BILLS = FIRST_FRAMES / "guess.npz"
PLACE = "guess"

ORDERS = {"raster": (0, 1, 2, 3), "backwards": (3, 2, 1, 0), "spiral": (0, 1, 3, 2)}
"""Orders of the pixels of a 2×2 picture, which are numbered in raster order."""

CONTROLS = (
    Control("game", "Play", (("bet", "a digit"), ("orders", "three orders")), "bet"),
    Control("open", "Begin with", (("third", "a third open"), ("half", "half"), ("nothing", "nothing")), "third"),
    Control("pace", "Then", (("unsure", "to where the model is unsure"), ("every", "pixel by pixel")), "unsure"),
    Control("show", "Show", (("picture", "picture"), ("cost", "bits per pixel")), "picture", aside=True),
    Control("digit", kind="hidden", pattern=r"\d", default="0"),
    Control("ink", kind="hidden", pattern=r"(?:[\w-]{131})?"),
    Control("all", kind="hidden", pattern="[01]", default="0"),
    Control("bets", kind="hidden", pattern=r"(?:[\da]|_[\da-z]{2})*", aside=True),
    Control("chips", kind="hidden", pattern=r"\d|10", default="5", aside=True),
    Control("toy", kind="hidden", pattern="[01]{4}", default="0111"),
)


@dataclass(frozen=True)
class Bills:
    """Digits and what a model expected in them.

    model: its name;
    pictures: (n, 28, 28) bool, white; nats: (n, 28, 28) float32, −log of the probability of each pixel's value.
    """

    model: str
    pictures: np.ndarray
    nats: np.ndarray

    @property
    def total_bits(self) -> np.ndarray:
        """(n,) bits of each digit."""
        return self.nats.sum((1, 2), dtype=np.float64) / math.log(2)

    def unsure(self, start: int) -> np.ndarray:
        """(n,) how many pixels from `start` on cannot be skipped."""
        truth = np.exp(-self.nats.astype(np.float64)).reshape(len(self.nats), -1)[:, start:]
        return (np.maximum(truth, 1 - truth) < SURE).sum(1)


def price(chips: int) -> float:
    """Bits to pay when this many of the chips lie on the value that comes."""
    share = min(max(chips / CHIPS, FLOOR), 1 - FLOOR)
    return -math.log2(share)


def factors(counts: list[int], picture: tuple[int, ...], order: tuple[int, ...]) -> list[tuple[int, int]]:
    """p(x) of a 2×2 picture by the chain rule: one fraction a pixel, each given the pixels before it in `order`."""

    def occurs(known: tuple[int, ...]) -> int:
        fits = [all(pattern >> (3 - i) & 1 == picture[i] for i in known) for pattern in range(16)]
        return sum(count for count, fit in zip(counts, fits, strict=True) if fit)

    return [(occurs(order[: step + 1]), occurs(order[:step])) for step in range(4)]


@cache
def bills() -> Bills:
    """The bundled digits with the bill of the shipped model; PixelLabError where the file is missing or broken."""
    try:
        with np.load(BILLS, allow_pickle=False) as file:
            model, packed, nats = str(file["model"]), file["bits"], file["nats"]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as fault:
        raise PixelLabError(
            f"The recorded bills {BILLS.name} cannot be read; record them again with "
            "`python -m pixellab.ui.record --only guess`."
        ) from fault
    pictures = np.unpackbits(packed, axis=1, count=28 * 28).astype(bool)
    return Bills(model, pictures.reshape(-1, 28, 28), nats.reshape(-1, 28, 28))


def record(lab: client.Lab, model: str) -> None:
    """Write the bills of `model` for the digits of the gallery."""
    pictures = sources.gallery()
    jobs = [lab.submit(client.Distributions(model, picture)) for picture in pictures]
    for job in jobs:
        job.wait()
        if job.state != "done":
            raise PixelLabError(f"Nothing was recorded: {job.error or job.state}")
    nats = np.stack([job.nats[:, 0, 0] for job in jobs])
    packed = np.packbits(pictures.reshape(len(pictures), -1), axis=1)
    np.savez_compressed(BILLS, model=model, bits=packed, nats=nats)


def shown_first() -> int:
    """The first digit that has enough pixels to bet on in its last two thirds."""
    return int(np.argmax(bills().unsure(OPENED["third"]) >= ROUNDS))


def up_to_white(digit: int) -> str:
    """The bets that skip, from the third on, to a white pixel of which the model is not sure."""
    picture, nats = bills().pictures[digit].ravel(), bills().nats[digit].ravel()
    truth = np.exp(-nats.astype(np.float64))
    unsure = np.flatnonzero(np.maximum(truth, 1 - truth) < SURE)
    unsure = unsure[unsure >= OPENED["third"]]
    return f"_{np.base_repr(unsure[picture[unsure]][0] - unsure[0], 36).lower():0>2}"


def windows() -> list[int]:
    """How often each of the sixteen 2×2 pictures occurs in the bundled digits, and once more: none is impossible.

    Pattern abcd is number 8a+4b+2c+d.
    """
    found = np.lib.stride_tricks.sliding_window_view(bills().pictures, (2, 2), axis=(1, 2)).reshape(-1, 4)
    return (np.bincount(found @ [8, 4, 2, 1], minlength=16) + 1).tolist()


def data(view: View) -> dict[str, Any]:
    """The digits with their bills, the one that the visitor drew, and the table of 2×2 pictures."""
    recorded = bills()
    digits = [{"ink": pack(p), "nats": b64(n)} for p, n in zip(recorded.pictures, recorded.nats, strict=True)]
    rules = {"chips": CHIPS, "floor": FLOOR, "sure": SURE, "rounds": ROUNDS, "opened": OPENED}
    return {
        "digits": digits,
        "own": _own(view["ink"]),
        "rules": rules,
        "windows": windows(),
        "orders": {name: list(order) for name, order in ORDERS.items()},
    }


def asked(request: dict[str, str]) -> None:
    """The widget wants the visitor to draw a digit: `drawing` opens with this script run."""
    st.session_state["guess.drawing"] = request["what"] == "draw"


def drawing() -> None:
    """While it is asked for: a window in which a digit is drawn, to be bet on."""
    if not st.session_state.pop("guess.drawing", False):
        return

    @st.dialog("Draw a digit")
    def window() -> None:
        cells = painter.ink(start=np.zeros((28, 28), bool), key="guess.ink")
        if st.button("Bet on it", type="primary", disabled=not cells.any(), key="guess.take"):
            address.write({"step": "free", "ink": address.text(cells), "digit": None, "bets": None, "all": None})
            st.rerun()

    window()


def follow() -> None:
    """While the model is at work on the visitor's digit: run the page again when the bill is there."""
    if live.running(PLACE):
        live.follow(PLACE, lambda job: None)


def _own(ink: str) -> dict[str, str] | None:
    """The visitor's digit and its bill; `nats` is empty until the model has answered."""
    cells = address.bits(ink, (28, 28)) if ink else None
    if cells is None:
        return None
    answer = {"of": ink, "ink": pack(cells), "nats": "", "error": ""}
    try:
        job = live.job(PLACE, client.Distributions(bills().model, cells.astype(np.uint8)[None]))
    except ValueError as fault:
        return answer | {"error": str(fault)}
    if job.state == "done":
        answer["nats"] = b64(job.nats[:, 0, 0])
    return answer | {"error": job.error}
