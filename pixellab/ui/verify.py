"""Verify by gradient: what geometry says of a field, asked of a network, while the page stays alive.

Where a shipped model has exactly the layers that are shown, it is the one that is asked; otherwise a small network
with the same layers and random weights.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from pixellab import fields, zoo
from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError
from pixellab.ui.components import b64
from pixellab.ui.lesson import Control, View
from pixellab.worker import gradients

FEATURES = 8
"""Of a network with random weights: few, since only zeros matter."""

Presets = tuple[tuple[str, View], ...]

_POLL_S = 0.5
_LAYERS = ("architecture", "channels", "height", "width", "layers", "first_kernel", "kernel")


@dataclass(frozen=True)
class Question:
    """Which pixels move the logits at (row, column)?

    Attributes:
        network: the name of a shipped model, or a configuration; then with random weights.
        geometry: what is to be verified.
    """

    network: str | Configuration
    geometry: fields.Network
    row: int
    column: int


@dataclass(frozen=True)
class Verifier:
    """The button *Verify by gradient* of one page.

    Attributes:
        key: in the session.
        controls: of the page.
        subject: the controls that an answer hangs on, beside the target.
        question: what to ask for a view.
    """

    key: str
    controls: tuple[Control, ...]
    subject: tuple[str, ...]
    question: Callable[[View], Question]

    def ask(self, request: View) -> None:
        """The widget's wish (`frame.ask`) for the view that it shows; `answer` will tell."""
        view = {c.name: c.default for c in self.controls}
        view |= {c.name: request[c.name] for c in self.controls if c.valid(str(request.get(c.name, "")))}
        asked = self.question(view)
        future = gradients.submit(asked.network, asked.row, asked.column)
        about = " ".join(view[name] for name in (*self.subject, "target"))
        st.session_state[self._place] = about, asked, future

    def answer(self) -> dict[str, Any]:
        """For the browser: "subject"; and, once something was asked, "of", "pending", "strengths", "words"."""
        subject = {"subject": list(self.subject)}
        about, asked, future = st.session_state.get(self._place, (None, None, None))
        if future is None:
            return subject
        if not future.done():
            return subject | {"of": about, "pending": True}
        try:
            strengths = future.result()
        except PixelLabError as fault:
            return subject | {"of": about, "pending": False, "words": str(fault)}
        return subject | {
            "of": about, "pending": False, "strengths": b64(levels(strengths)), "words": words(asked, strengths),
        }  # fmt: skip

    def wait(self) -> None:
        """Run the page again when the answer is there. To be called at the end of the page."""
        _, _, future = st.session_state.get(self._place, (None, None, None))
        if future is not None and not future.done():
            st.fragment(run_every=_POLL_S)(_look)(future)

    @property
    def _place(self) -> str:
        return f"{self.key}.gradient"


def _look(future: Future) -> None:
    if future.done():
        st.rerun()


def trained(configuration: Configuration) -> str | None:
    """The shipped model with exactly these layers, of any width, that need not be told anything; None without one."""
    for name in zoo.pretrained():
        shipped = zoo.card(name).configuration
        told = getattr(shipped, "condition_size", 0)
        if not told and all(getattr(shipped, part) == getattr(configuration, part) for part in _LAYERS):
            return name
    return None


def presets(controls: tuple[Control, ...], configuration: Callable[[View], Configuration], *choices: View) -> Presets:
    """A preset for each shipped model whose layers one of the choices shows: its title, and that choice."""
    defaults = {control.name: control.default for control in controls}
    found = {trained(configuration(defaults | choice)): choice for choice in choices}
    return tuple((f"Our trained {zoo.card(name).title}", choice) for name, choice in found.items() if name)


def words(asked: Question, strengths: np.ndarray) -> str:
    """What the gradient says of the geometry, in a sentence or two.

        >>> network = fields.convolutions("AB", 3, height=2, width=2)
        >>> words(Question("mnist-gated", network, 0, 0), np.array([[0.0, 1], [0, 0]]))
        'Not verified: in our trained model mnist-gated, the logits are moved by 1 pixel outside this field.'
    """
    seen = fields.seen(asked.geometry, asked.row, asked.column)
    moved = strengths > 0
    where = f"in our trained model {asked.network}" if isinstance(asked.network, str) else (
        "in a network with these layers and random weights"
    )  # fmt: skip
    beyond, silent = int((moved & ~seen).sum()), int((seen & ~moved).sum())
    if beyond:
        return f"Not verified: {where}, the logits are moved by {_pixels(beyond)} outside this field."
    if silent:
        return (
            f"Verified: {where}, nothing outside this field moves the logits; "
            f"{_pixels(silent)} inside it did not move them in the eight pictures of noise that were tried."
        )
    if not seen.any():
        return f"Verified: {where}, no pixel moves the logits."
    exactly = "this pixel" if seen.sum() == 1 else f"these {seen.sum()} pixels"
    return f"Verified: {where}, the logits have a derivative that is not zero for exactly {exactly}."


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count != 1)}"


def levels(strengths: np.ndarray) -> np.ndarray:
    """(H, W) uint8 for the browser: 0 for exactly zero, 1 to 255 by the logarithm of the strength."""
    log = np.log(strengths, where=strengths > 0, out=np.full(strengths.shape, np.nan))
    low = np.nanmin(log, initial=np.inf)
    span = np.nanmax(log, initial=-np.inf) - low
    share = (log - low) / span if span > 0 else np.ones_like(log)
    return np.where(strengths > 0, 1 + np.nan_to_num(254 * share).round(), 0).astype(np.uint8)
