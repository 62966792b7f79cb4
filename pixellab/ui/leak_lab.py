"""The leak lab: recorded training curves, fields and pictures of right and wrong models; which mistake made which?"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from pixellab.errors import PixelLabError
from pixellab.teaching import recordings
from pixellab.teaching.mistakes import MISTAKES
from pixellab.ui import address
from pixellab.ui.components import b64, component, pack

KEY = "leak_lab"
FIRST = "mask-b-first"
OPTIONS = 4

_HTML = """
<div class="lk-bar"><div class="segments lk-mode" role="group" aria-label="Mode">
<button type="button" data-known="0">Which mistake?</button><button type="button" data-known="1">Browse</button></div>
<button type="button" class="lk-next">Another one</button></div>
<h3 class="lk-title" aria-live="polite"></h3>
<div class="lk-main">
<figure><svg class="lk-curve" role="img"></svg><figcaption class="lk-loss"></figcaption></figure>
<figure><canvas class="lk-field" role="img"></canvas><figcaption class="lk-sees"></figcaption></figure>
<figure><div class="lk-samples" role="img"></div><figcaption>what it draws</figcaption></figure>
</div>
<div class="lk-words"><div class="lk-list" role="group" aria-label="Models"></div><div class="lk-said"></div></div>
"""

_lab = component("pixellab_leak_lab", html=_HTML, script="leak_lab", css=("swatches", "lesson", "leak_lab"))


def recorded() -> recordings.LeakLab | None:
    """The recordings; None as long as there are none, or too few mistakes among them to guess from."""
    try:
        lab = recordings.read()
    except PixelLabError:
        return None
    return lab if len(MISTAKES.keys() & lab.keys()) >= OPTIONS else None


def show() -> None:
    """Let the visitor match symptoms to mistakes; nothing as long as there are no recordings.

    What is shown is in the address: `lab=<name>`, `known=1`.
    """
    lab = recorded()
    if lab is None:
        return
    st.markdown(f"### Leak lab\n\n{len(lab)} models, each trained for real. Most have one line that is wrong.")
    entries = [_entry(recording, lab) for recording in lab.values()]
    names = [entry["name"] for entry in entries]
    first = FIRST if FIRST in lab else names[0]

    def keep() -> None:
        try:
            view = json.loads(st.session_state[KEY].get("view") or "{}")
        except ValueError:
            return
        if isinstance(view, dict) and view.get("name") in names:
            st.session_state[f"{KEY}.view"] = {"name": view["name"], "known": bool(view.get("known"))}

    if f"{KEY}.view" not in st.session_state:
        asked = st.query_params.get("lab")
        known = st.query_params.get("known") == "1"
        st.session_state[f"{KEY}.view"] = {"name": asked if asked in names else first, "known": known}
    view = st.session_state[f"{KEY}.view"]
    address.write({"lab": view["name"] if view["name"] != first else None, "known": "1" if view["known"] else None})
    _lab({"entries": entries, "view": view}, key=KEY, on_view_change=keep)
    st.caption(
        f"Every model was trained alike: {lab.protocol.data}, {lab.protocol.steps:,} updates of {lab.protocol.batch} "
        f"images, seed {lab.protocol.seed}; validation images decide. `{lab.protocol.command}` makes it all again."
    )


def _entry(recording: recordings.Recording, lab: recordings.LeakLab) -> dict[str, Any]:
    """A recording as the browser reads it."""
    variant, samples = recording.variant, recording.samples
    n, channels, height, width = samples.shape
    return {
        "name": recording.name, "title": variant.title, "right": variant.right, "kind": variant.kind,
        "mistake": variant.mistake, "symptom": variant.symptom, "wrong": variant.wrong, "instead": variant.instead,
        "final": float(recording.final), "curve": [[int(step), float(nats)] for step, nats in recording.valid],
        "sentence": recording.field, "verdict": list(recording.verdict),
        "n": n, "channels": channels, "height": height, "width": width, "levels": 2,
        "samples": pack(samples.transpose(0, 2, 3, 1)), "roles": b64(recording.roles),
        "target": int(lab.protocol.target[0] * width + lab.protocol.target[1]), "options": options(recording.name, lab),
    }  # fmt: skip


def options(name: str, lab: recordings.LeakLab) -> list[str]:
    """The models among which to find `name`: itself and others spread over the list, in its order."""
    names = [other for other in lab if other in MISTAKES or other == name]
    at, step = names.index(name), max(1, len(names) // OPTIONS)
    chosen = {names[(at + k * step) % len(names)] for k in range(OPTIONS)}
    return [other for other in names if other in chosen]
