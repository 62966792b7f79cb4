"""State in the address, so that a link leads to what was on the screen.

Standard controls bind themselves (`bind="query-params"`); this is for the rest. What a hand has spoilt in the
address counts as absent.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable

import numpy as np
import streamlit as st


def cells(name: str, shape: tuple[int, int]) -> np.ndarray | None:
    """(H, W) bool from the parameter `name`; None where it is missing or not a grid of that shape."""
    return bits(st.query_params.get(name, ""), shape)


def bits(text: str, shape: tuple[int, int]) -> np.ndarray | None:
    """(H, W) bool from what `text` below makes of a grid; None where it is not a grid of that shape."""
    try:
        bits = np.frombuffer(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), np.uint8)
    except (ValueError, binascii.Error):
        return None
    count = math.prod(shape)
    if bits.size != -(-count // 8):
        return None
    return np.unpackbits(bits, count=count).astype(bool).reshape(shape)


def whole(name: str, default: int, most: int) -> int:
    """A whole number from 0 to `most` from the parameter `name`; `default` where it is none."""
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most else default


def text(grid: np.ndarray) -> str:
    """What `cells` and `bits` read: a boolean grid as bits in base64url, 131 characters for 28 × 28."""
    return base64.urlsafe_b64encode(np.packbits(grid.astype(bool)).tobytes()).decode("ascii").rstrip("=")


def write(values: dict[str, str | None]) -> None:
    """Put these parameters into the address, or take them out (None); the others stay."""
    for name, value in values.items():
        if value is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != value:
            st.query_params[name] = value


def follow(name: str, key: str, read: Callable[[str], object | None]) -> None:
    """Have a link set a value of the session, before its control is drawn.

    What `note` wrote into the address itself is no link, so a visitor's later choice stays.

    Args:
        name: the parameter. key: of the value, mostly of a widget, in the session.
        read: from the parameter's text to the value; None where it is spoilt.
    """
    text = st.query_params.get(name)
    if text is None or text == st.session_state.get(f"{key}.noted"):
        return
    value = read(text)
    if value is not None:
        st.session_state[key] = value


def note(name: str, key: str, text: str | None) -> None:
    """Put the value of a control that `follow` serves into the address; None: it is the default."""
    st.session_state[f"{key}.noted"] = text
    write({name: text})
