"""The `painter` component: hide part of a picture, or draw one, pixel by pixel.

What is painted lives in the session, so it survives a change of page; the browser sends it at the end of each
stroke, and hovering never reaches the server.
"""

from __future__ import annotations

import binascii
from contextlib import suppress

import numpy as np
import streamlit as st

from pixellab.ui.components import b64, component, pack, unpack

_PRESETS = (
    ("lower", "lower half"),
    ("right", "right half"),
    ("centre", "centre"),
    ("top", "top half"),
    ("scratch", "scratch"),
    ("everything", "all"),
)
_LOCK = """<svg viewBox="0 0 12 12" aria-hidden="true">
<path d="M3.5 5V3.7a2.5 2.5 0 0 1 5 0V5" fill="none" stroke="currentColor" stroke-width="1.4"/>
<rect x="2" y="5" width="8" height="6" fill="currentColor"/></svg>"""
SCALES = """<svg viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
<path d="M6 1.5v9M3.5 10.5h5M2 3h8M2 3 .7 6.5h2.6zM10 3 8.7 6.5h2.6z"/></svg>"""
_BACK = """<svg viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8">
<path d="M7.5 3.5 3.5 7.5l4 4M4 7.5h8a4.5 4.5 0 0 1 0 9H8"/></svg>"""
_TOOLS = f"""
<div class="row tools" role="toolbar" aria-label="Tools">
  <span class="segments" role="group" aria-label="Tool"><button data-tool="brush">Brush</button>
  <button data-tool="eraser">Eraser</button><button data-tool="rectangle">Rectangle</button></span>
  <button data-do="undo" title="Undo (Ctrl+Z)" aria-label="Undo">{_BACK}</button>
  <button data-do="redo" title="Redo (Ctrl+Shift+Z)" aria-label="Redo">{_BACK}</button>
  <button data-do="clear">Clear</button>
  <label class="size" title="Brush size ([ and ])"><span class="sr">Brush size</span>
  <input type="range" name="size" min="1" max="9" step="1" value="4"><output></output></label>
</div>
<div class="stack"><canvas class="board" aria-hidden="true"></canvas>
<canvas class="overlay" tabindex="0" role="application"></canvas></div>
"""
_END = '<p class="sentence" aria-live="polite"></p><span class="sr spoken" aria-live="assertive"></span>'
_HIDE = (
    _TOOLS
    + '<div class="presets"><div class="segments" role="group" aria-label="Hide">'
    + "".join(f'<button data-preset="{name}">{label}</button>' for name, label in _PRESETS)
    + "</div></div>"
    + '<ul class="legend" aria-label="Legend"><li><span class="swatch given"></span>given, read</li>'
    + f'<li data-role="1"><span class="swatch ignored">{_LOCK}</span>given, ignored</li>'
    + f'<li data-role="5"><span class="swatch weighed">{SCALES}</span>given, weighs</li>'
    + '<li><span class="swatch hidden"></span>hidden</li></ul>'
    + _END
)

_hide = component("pixellab_hide", html=_HIDE, script="painter", css=("swatches", "painter"))
_draw = component("pixellab_draw", html=_TOOLS + _END, script="painter", css=("swatches", "painter"))


def hole(
    picture: np.ndarray, *, levels: int, start: np.ndarray, key: str, draft: int = 1, below: bool = False
) -> np.ndarray:
    """Let the visitor hide part of a picture; return (H, W) bool, true where hidden.

    picture: (C, H, W) uint8 values below `levels`. start: (H, W) bool, what is hidden at first. draft, below: how the
    model reads what is given, see `rolesOf` in js/pixels.js.
    """
    channels, height, width = picture.shape
    cells = current(key, start)
    data = {
        "mode": "hide", "height": height, "width": width, "channels": channels, "levels": levels,
        "picture": b64(picture.transpose(1, 2, 0)), "label": "The picture, to be hidden in part",
        "draft": draft, "below": below,
    }  # fmt: skip
    _hide({**data, **_state(key, cells)}, key=key, on_cells_change=lambda: _keep(key, cells.shape))
    return cells


def ink(*, start: np.ndarray, key: str) -> np.ndarray:
    """Let the visitor draw a binary picture; return (H, W) bool, true where there is ink (white)."""
    height, width = start.shape
    cells = current(key, start)
    data = {
        "mode": "draw", "height": height, "width": width, "channels": 1, "levels": 2,
        "picture": b64(np.zeros((height, width), np.uint8)), "label": "Your drawing, white on black",
    }  # fmt: skip
    _draw({**data, **_state(key, cells)}, key=key, on_cells_change=lambda: _keep(key, cells.shape))
    return cells


def current(key: str, start: np.ndarray) -> np.ndarray:
    """What is painted under `key` in this session; it begins as `start`, also where it had another shape."""
    cells = st.session_state.get(f"{key}.cells")
    if cells is None or cells.shape != start.shape:
        cells = st.session_state[f"{key}.cells"] = start.astype(bool)
    return cells


def put(key: str, cells: np.ndarray) -> None:
    """Set what is painted under `key`, as if the visitor had; the browser follows."""
    st.session_state[f"{key}.cells"] = cells.astype(bool)
    st.session_state[f"{key}.version"] = st.session_state.get(f"{key}.version", 0) + 1


def _state(key: str, cells: np.ndarray) -> dict[str, str | int]:
    return {"cells": pack(cells), "version": st.session_state.get(f"{key}.version", 0)}


def _keep(key: str, shape: tuple[int, ...]) -> None:
    """Take over what the browser sent, unless it is not what our script sends."""
    with suppress(ValueError, TypeError, binascii.Error):
        st.session_state[f"{key}.cells"] = unpack(st.session_state[key].get("cells") or "", shape)
