"""A session's sampling job, as a page sees it: start it, replace it, follow it, cancel it.

A page says what it wants to be drawn; nothing else is needed:

    job = live.job("studio", client.Completion(model=…, image=…, …))  # starts it, or finds it under way
    live.cancel_button("studio")     # in the main script, never in a fragment
    live.follow("studio", show)      # calls show(job) now, and until it has ended

The job of a place is kept while its request stays the same; as soon as the request differs the old one is
cancelled and replaced. Values that have arrived are read from the job's own arrays: polling copies nothing.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np
import streamlit as st

from pixellab.worker import client

EVERY = 0.25
"""Seconds between two looks at a running job; the browser plays smoothly in between."""

FIRST = 0.15
"""Seconds that a new job may take for its first pixel before the page goes on without it."""


@dataclass
class _Place:
    fingerprint: str
    job: client.Job
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False  # cancelled by the visitor, not by the page or by an absence


def job(place: str, request: client.Completion) -> client.Job:
    """The session's job for `request`: the one under way or finished, or else a new one that replaces it.

    A job that gave up because nobody looked (the visitor was on another page) is started again, and the same
    seed draws the same picture; one that the visitor cancelled stays so until the request changes or `again`.
    """
    old = _places().get(place)
    wanted = fingerprint(request)
    if old is not None:
        abandoned = old.job.state == "cancelled" and not old.stopped
        if old.fingerprint == wanted and not abandoned:
            return old.job
        old.job.cancel()
    new = _Place(wanted, client.connect().submit(request, session=_session()))
    _places()[place] = new
    new.job.wait(pixels=1, timeout=FIRST)
    return new.job


def current(place: str) -> client.Job | None:
    """The job of this place, whatever its state; None before the first."""
    found = _places().get(place)
    return found.job if found else None


def running(place: str) -> bool:
    """True while the job of this place is queued, starting or drawing."""
    found = current(place)
    return found is not None and not found.ended


def cancel(place: str) -> None:
    """Stop the job of this place, as the visitor asked; what was drawn stays."""
    found = _places().get(place)
    if found is not None:
        found.stopped = True
        found.job.cancel()


def again(place: str) -> None:
    """Forget the job of this place, so that the next request starts a new one even if it is the same."""
    found = _places().pop(place, None)
    if found is not None:
        found.job.cancel()


def cancel_button(place: str, label: str = "Cancel") -> None:
    """A button that stops the job. Call it in the main script: a fragment's buttons wait for a full run."""
    st.button(label, key=f"{place}.cancel", on_click=cancel, args=(place,), disabled=not running(place))


def follow(place: str, show: Callable[[client.Job], None], *, every: float = EVERY) -> None:
    """Call `show(job)` now and every `every` seconds until the job has ended; then run the page once more.

    `show` draws (a component with a `key`, `status`); it runs inside a fragment, so the rest of the page is
    left alone. Looking keeps the job alive. A failed job shows its sentence and a button that tries again.
    """
    busy = running(place)

    @st.fragment(run_every=every if busy else None)
    def watch() -> None:
        found = current(place)
        if found is None:
            return
        found.touch()
        show(found)
        if busy and found.ended:
            st.rerun()

    watch()
    found = current(place)
    if found is not None and found.state == "failed":
        st.error(found.error or "The drawing stopped. Try again.")
        st.button("Try again", key=f"{place}.again", on_click=again, args=(place,))


def status(place: str) -> str:
    """One short sentence on the job of this place: what it does, how far it is, how long it will take."""
    found = _places().get(place)
    if found is None:
        return ""
    state, done, total = found.job.state, found.job.done, found.job.total
    if state == "queued":
        return "Waiting for a turn …"
    if state == "starting":
        return "Waking the model …"
    if state == "cancelled":
        return f"Stopped at pixel {done} of {total}."
    if state == "done":
        return f"{total} pixels drawn."
    if state == "failed":
        return found.job.error
    left = (time.monotonic() - found.began) / max(done, 1) * (total - done)
    return f"Pixel {done} of {total}" + (f", about {max(1, round(left))} s left" if done > 20 else "")


def fingerprint(request: client.Completion) -> str:
    """The same text for equal requests, arrays included; serves as the run's name in the browser."""
    digest = hashlib.sha1(usedforsecurity=False)
    for entry in fields(request):
        value = getattr(request, entry.name)
        digest.update(entry.name.encode())
        if isinstance(value, np.ndarray):
            digest.update(f"{value.shape}{value.dtype}".encode() + np.ascontiguousarray(value).tobytes())
        else:
            digest.update(repr(value).encode())
    return digest.hexdigest()[:16]


def run_name(place: str) -> str:
    """A name for the run under way, new whenever drawing starts afresh (`run` of the components)."""
    found = _places().get(place)
    return f"{found.fingerprint}-{found.began:.3f}" if found else ""


def _session() -> str:
    """A name of this visit: the worker gives every visit an equal share of its time."""
    return st.session_state.setdefault("pixellab.session", uuid.uuid4().hex)


def _places() -> dict[str, _Place]:
    return st.session_state.setdefault("pixellab.live", {})
