"""Completion studio: hide any part of a picture, and see nine ways in which it could go on."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import chrome, sources, studio

chrome.page(
    "Completion studio",
    "Hide any part of the picture. The model goes on from what it can read, nine times.",
    icon="🖌️",
)

left, right = st.columns([42, 58], gap="small")
with left:
    source = sources.choose()
    if source.picture is not None:
        hidden = studio.hole(source)
        if not source.being_drawn:
            studio.original(source.picture)
with right:
    chosen = studio.settings()
    frames = None
    if source.picture is None:
        st.info("Choose a picture, and nine endings will grow where you hide it.")
    else:
        frames = studio.finish(source.picture, hidden, chosen)
    studio.buttons(frames)

st.markdown(
    """
**What to look for.** The model draws the hidden pixels one after another, row by row, and each from the
pixels *before* it: those above and those to its left. So what you leave **below** the hole is *given but
ignored*: nothing that is drawn can depend on it, and it seldom fits.

- Hide the **top half**: the endings are fine digits, but do they join on to what is below?
- Hide the **right half**: every row goes on from its left and from the rows above. Where do all nine agree?
- Lower the **temperature**: the nine become alike. Raise it, and unlikely pixels are drawn more often.
"""
)
