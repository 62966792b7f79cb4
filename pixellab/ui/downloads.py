"""Drawn pictures as files: all side by side, finished or as they grew."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pixellab import pictures
from pixellab.ui.frames import Frames

FILM = 48
"""Frames of an animated PNG."""


def sheet(frames: Frames, *, columns: int = 3) -> bytes:
    """The finished pictures side by side, as a PNG file."""
    return pictures.png(_page(frames, frames.total, columns))


def film(frames: Frames, *, columns: int = 3) -> bytes:
    """The pictures as they grow, as an animated PNG file."""
    steps = np.unique(np.linspace(0, frames.total, FILM).astype(int))
    return pictures.animated_png((_page(frames, int(step), columns) for step in steps), milliseconds=80)


def buttons(frames: Frames | None, name: str, *, columns: int = 3) -> None:
    """Two buttons that save the pictures as `name`.png; without pictures they wait, disabled.

    A file is made when its button is pressed, not before.
    """
    for label, file, make in (("PNG", name, sheet), ("Animated PNG", f"{name}-animated", film)):
        st.download_button(
            label,
            partial(make, frames, columns=columns) if frames else b"",
            f"{file}.png",
            "image/png",
            key=f"{file}.download",
            disabled=frames is None,
            on_click="ignore",
            icon=":material/download:",
        )


def _page(frames: Frames, step: int, columns: int) -> np.ndarray:
    """The pictures after so many steps, side by side: (H', W', 3) uint8."""
    values = np.broadcast_to(frames.picture, (frames.n, *frames.picture.shape[-3:])).copy()
    drawn, undrawn = frames.order[:step].astype(int), frames.order[step:].astype(int)
    values[:, :, drawn[:, 0], drawn[:, 1]] = frames.values[:step].transpose(1, 2, 0)
    waiting = np.zeros_like(frames.hidden)
    waiting[undrawn[:, 0], undrawn[:, 1]] = True
    given = not frames.hidden.all()
    rgb = pictures.to_rgb(values, frames.levels, frames.hidden if given else None, waiting)
    return pictures.grid(rgb, columns=min(columns, frames.n), scale=6, gap=2)
