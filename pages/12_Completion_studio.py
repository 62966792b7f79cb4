"""Completion studio: hide any part of a picture, and see nine ways in which it could go on."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import chrome, sources, studio
from pixellab.ui.ask import Question, ask

chrome.page(
    "Completion studio",
    "Hide any part of the picture. The model goes on from what it can read, nine times.",
    icon="🖌️",
)

ask(
    Question(
        "Hide the **top** half: what will the seam look like?",
        ("all nine join it", "fine digits, few join it", "the nine are all alike"),
        answer=1,
        verdict="Each pixel is drawn from those above it and to its left; what is given below is kept and never read. "
        "Count the endings that join it, then switch on *look below*, and count again.",
    ),
    key="seam",
    on_answer=studio.hide_top,
)
left, right = st.columns([42, 58], gap="small")
with right:
    chosen = studio.settings()
    chosen = studio.look_below(chosen)
    stage, beside = st.container(), st.container()
with left:
    source = sources.choose(chosen.configuration)
    if source.picture is not None:
        hidden = studio.hole(source, chosen)
        if not source.being_drawn:
            studio.original(source.picture, chosen.levels)
frames = None
with stage:
    if source.picture is None:
        st.info("Choose a picture, and nine endings will grow where you hide it.")
    else:
        frames = studio.finish(source.picture, hidden, chosen)
        studio.joins(frames, source.picture, below=chosen.below)
with beside:
    studio.buttons(frames, below=chosen.below)

st.markdown(
    """
**What to look for.** The model draws the hidden pixels one after another, row by row, and each from the
pixels *before* it: those above and those to its left. So what you leave **below** the hole is *given but
ignored*: nothing that is drawn can depend on it, and it seldom fits. **Look below** draws each ending many times
over: every try is weighed by how likely it makes what is given, and the unlikely ones die out.

- Hide the **top half**, and take another sample: all nine stay as they are. Look below, and they follow.
- Few tries survive: how many *equal draws* are the rest worth? Take more of them. How much does each ending count?
- Hide the **right half**: every row goes on from its left and from the rows above. Where do all nine agree?
- Lower the **temperature**: the nine become alike. Raise it, and unlikely pixels are drawn more often.
"""
)
