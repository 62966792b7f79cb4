"""The `endings` component: n pictures that fill up together, one time bar for all, one of them large."""

from __future__ import annotations

import streamlit as st

from pixellab.ui import feed
from pixellab.ui.cloud import Cloud
from pixellab.ui.components import component
from pixellab.ui.frames import Frames
from pixellab.ui.painter import SCALES

LEGEND = f"""<ul class="legend" aria-label="Legend">
<li data-role="0"><span class="swatch given"></span>given, read</li>
<li data-role="1"><span class="swatch ignored"></span>given, ignored</li>
<li data-role="5"><span class="swatch weighed">{SCALES}</span>given, weighs</li>
<li><span class="swatch hidden"></span>hidden</li><li><span class="swatch now"></span>being drawn</li>
<li><span class="swatch generated"></span>generated</li></ul>"""

_endings = component(
    "pixellab_endings",
    html=f"""<div class="en-main">
<div class="en-grid" role="listbox" tabindex="0" data-arrows></div>
<div class="en-card card"><p class="en-heading"></p><div class="en-closeup"></div>
<div class="en-bars"></div><div class="en-swarm" hidden></div></div>
</div>
<div class="en-time"></div>
<div class="below">{LEGEND}<p class="sentence"></p></div>""",
    script="endings",
    css=("swatches", "timebar", "bars", "playback"),
)


def endings(
    frames: Frames | Cloud,
    *,
    run: str,
    key: str,
    live: bool = False,
    columns: int = 3,
    closeup: bool = True,
    titles: list[str] | None = None,
    noun: str = "Ending",
) -> int | None:
    """Show the pictures of `frames` filling at once; return the index of the one that was picked, if any.

    run: a name that changes whenever drawing starts afresh (`live.run_name`); only then does the animation
    start again, however much data arrives. live: drawn by a job of this session and not recorded, so that the
    animation can follow it, and each look sends only what is new. columns: the most pictures in a row. closeup: one
    picture is also shown large, with its entropy and its distributions. titles: a caption for each picture; noun: what
    one is called where it has none.
    """
    slot = f"{key}.picked"

    def keep() -> None:
        picked = st.session_state[key].get("pick")
        st.session_state[slot] = picked if type(picked) is int and 0 <= picked < frames.n else None

    data = {
        **(feed.piece(frames, run=run, key=key) if live else frames.payload()),
        "run": run,
        "live": live,
        "columns": columns,
        "closeup": closeup,
        "titles": titles,
        "noun": noun,
        "pick": st.session_state.get(slot),
    }
    _endings(data, key=key, on_pick_change=keep, on_missing_change=lambda: feed.missing(key))
    picked = st.session_state.get(slot)
    return picked if picked is not None and picked < frames.n else None
