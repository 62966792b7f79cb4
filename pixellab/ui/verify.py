"""Verify by gradient: what geometry says of a field, asked of a network, while the page stays alive."""

from __future__ import annotations

from collections.abc import Hashable
from concurrent.futures import Future
from typing import Any

import numpy as np
import streamlit as st

from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError
from pixellab.ui.components import b64
from pixellab.worker import gradients

_POLL_S = 0.5


def ask(key: str, network: str | Configuration, row: int, column: int, about: Hashable) -> None:
    """Ask a network which pixels move its logits at (row, column); `answer` will tell, under the same `key`.

    about: comes back with the answer, so that the browser can tell what it belongs to.
    """
    st.session_state[f"{key}.gradient"] = about, gradients.submit(network, row, column)


def answer(key: str) -> dict[str, Any] | None:
    """What has come of it, for the browser: "of" (`about`), "pending", "strengths" or "error"."""
    about, future = st.session_state.get(f"{key}.gradient", (None, None))
    if future is None:
        return None
    if not future.done():
        return {"of": about, "pending": True}
    try:
        return {"of": about, "pending": False, "strengths": b64(levels(future.result()))}
    except PixelLabError as fault:
        return {"of": about, "pending": False, "error": str(fault)}


def wait(key: str) -> None:
    """Run the page again when the answer is there. To be called at the end of the page."""
    _, future = st.session_state.get(f"{key}.gradient", (None, None))
    if future is not None and not future.done():
        st.fragment(run_every=_POLL_S)(_look)(future)


def _look(future: Future) -> None:
    if future.done():
        st.rerun()


def levels(strengths: np.ndarray) -> np.ndarray:
    """(H, W) uint8 for the browser: 0 for exactly zero, 1 to 255 by the logarithm of the strength."""
    log = np.log(strengths, where=strengths > 0, out=np.full(strengths.shape, np.nan))
    low = np.nanmin(log, initial=np.inf)
    span = np.nanmax(log, initial=-np.inf) - low
    share = (log - low) / span if span > 0 else np.ones_like(log)
    return np.where(strengths > 0, 1 + np.nan_to_num(254 * share).round(), 0).astype(np.uint8)
