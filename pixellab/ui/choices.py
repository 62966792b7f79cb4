"""The `choices` component: small pictures in a row, of which the visitor takes one."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pixellab.ui.components import b64, component

_choices = component(
    "pixellab_choices",
    html='<div class="choices" role="group"></div>',
    script="choices",
    css=("choices",),
)


def choices(pictures: np.ndarray, *, levels: int, start: int, label: str, key: str) -> int:
    """Show pictures (n, C, H, W) of values below `levels`; return the index of the chosen one.

    start: the one that is chosen at first. label: what one of them is, for those who only hear it.
    """
    n, channels, height, width = pictures.shape
    slot = f"{key}.choice"

    def keep() -> None:
        choice = st.session_state[key].get("choice")
        if type(choice) is int and 0 <= choice < n:
            st.session_state[slot] = choice

    choice = min(st.session_state.setdefault(slot, start), n - 1)
    data = {
        "n": n, "height": height, "width": width, "channels": channels, "levels": levels,
        "pictures": b64(pictures.transpose(0, 2, 3, 1)), "choice": choice, "label": label,
    }  # fmt: skip
    _choices(data, key=key, on_choice_change=keep)
    return choice
