"""What a playback component has been sent, so that each look at a job sends only what is new.

Streamlit lets a newer message overtake an older one that has not left yet. So each message repeats what the one before
it brought; and a browser that misses something all the same says so, and is sent everything from there on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st


class Film(Protocol):
    """What is sent piece by piece: `ui.frames.Frames`, `ui.cloud.Cloud`."""

    done: int

    def payload(self, start: int = 0) -> dict[str, Any]:
        """What is new from step `start` on; from 0 on also what never changes."""


@dataclass
class _Sent:
    run: str
    before: int  # steps that had been sent before the last message
    last: int  # and with it


def piece(film: Film, *, run: str, key: str) -> dict[str, Any]:
    """The payload of the component `key` of this session: what it may not have yet of this run."""
    sent = st.session_state.get(_slot(key))
    # A component that has no state has been put on the page anew: the browser has forgotten everything.
    if sent is None or sent.run != run or key not in st.session_state:
        sent = _Sent(run, 0, 0)
    st.session_state[_slot(key)] = _Sent(run, sent.last, film.done)
    return film.payload(min(sent.before, film.done))


def missing(key: str) -> None:
    """The callback for the component's state "missing": send again, from where the browser says."""
    try:
        asked = json.loads(st.session_state[key].get("missing") or "{}")
        run, start = asked.get("run"), asked.get("from")
    except (TypeError, ValueError, AttributeError):
        return
    sent = st.session_state.get(_slot(key))
    if sent is not None and sent.run == run and type(start) is int and start >= 0:
        st.session_state[_slot(key)] = _Sent(sent.run, start, start)


def _slot(key: str) -> str:
    return f"{key}.sent"
