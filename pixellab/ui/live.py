"""A visit's sampling jobs, as a page sees them: start, replace, follow, cancel.

A page says what it wants to be drawn; nothing else is needed:

    job = live.job("studio", client.Completion(model=…, image=…, …))  # starts it, or finds it under way
    live.cancel_button("studio")     # in the main script, never in a fragment
    live.follow("studio", show)      # calls show(job) now, and until it has ended

A place may hold several jobs (`live.jobs`, then `show(first, second, …)`). They are kept while what is
requested stays the same; as soon as it differs they are cancelled and replaced. Values that have arrived are
read from the job's own arrays: polling copies nothing.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Sequence
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
    jobs: tuple[client.Job, ...]
    name: float = field(default_factory=time.monotonic)
    began: float = field(default_factory=time.monotonic)  # the drawing, or its going on after an absence


def job(place: str, request: client.Completion) -> client.Job:
    """The job for `request`: the one under way or finished, or else a new one that replaces it.

    A job that gave up because nobody looked (the visitor was on another page, or the machine was too busy to let the
    page ask) goes on where it was; one that the visitor cancelled stays so until the request changes or `again`.

    Raises:
        ValueError: the request cannot be met.
    """
    return jobs(place, [request])[0]


def jobs(place: str, requests: Sequence[client.Completion]) -> tuple[client.Job, ...]:
    """As `job`, for several requests that are started, replaced and followed together."""
    old = _places().get(place)
    wanted = fingerprint(requests)
    lab = client.connect()
    if old is not None:
        if old.fingerprint == wanted:
            _resume(old, lab)
            return old.jobs
        _end(old)
    new = _Place(wanted, tuple(lab.submit(request, session=_visit()) for request in requests))
    _places()[place] = new
    new.jobs[0].wait(pixels=1, timeout=FIRST)
    return new.jobs


def running(place: str) -> bool:
    """True while a job of this place is queued, starting or drawing."""
    found = _places().get(place)
    return found is not None and not all(job.ended for job in found.jobs)


def cancel(place: str) -> None:
    """Stop the jobs of this place, as the visitor asked; what was drawn stays."""
    found = _places().get(place)
    if found is not None:
        _end(found)


def again(place: str) -> None:
    """Forget the jobs of this place, so that the next request starts afresh even if it is the same."""
    found = _places().pop(place, None)
    if found is not None:
        _end(found)


def leave(place: str) -> None:
    """Another place is shown now: what this one has finished stays for the way back, what it has not is given up."""
    if running(place):
        again(place)


def cancel_button(place: str, label: str = "Cancel") -> None:
    """A button that stops the drawing. To be called in the main script: a fragment's wait for a full run."""
    st.button(label, key=f"{place}.cancel", on_click=cancel, args=(place,), disabled=not running(place))


def follow(place: str, show: Callable[..., None], *, every: float = EVERY) -> None:
    """Call `show(job)` now and every `every` seconds until the job has ended; then run the page once more.

    `show` takes all jobs of the place and draws (a component with a `key`, `status`). It runs inside a
    fragment, so the rest of the page is left alone. Looking keeps the jobs alive. A failed job shows its
    sentence and a button that tries again.
    """
    busy, page_runs = running(place), True

    @st.fragment(run_every=every if busy else None)
    def watch() -> None:
        found = _places().get(place)
        if found is None:
            return
        for job in found.jobs:
            job.touch()
        if busy:
            _resume(found, client.connect())
        show(*found.jobs)
        # Not in the midst of a run of the page: what follows there sees for itself that the job has ended, and a look
        # that is due meanwhile could take the place of the new run, so that the rest of the page would never come.
        if busy and not page_runs and not running(place):
            st.rerun()

    watch()
    page_runs = False
    failed = [job for job in _jobs(place) if job.state == "failed"]
    if failed:
        st.error(failed[0].error or "The drawing stopped; try again.")
        st.button("Try again", key=f"{place}.again", on_click=again, args=(place,))


def status(place: str) -> str:
    """One short sentence on the drawing at this place: what it does, how far it is, how long it will take."""
    found = _places().get(place)
    if found is None:
        return ""
    states = {job.state for job in found.jobs}
    done = sum(job.done for job in found.jobs)
    total = sum(job.total for job in found.jobs)
    if "failed" in states:
        return "The drawing failed."
    if "cancelled" in states:
        return f"Stopped at pixel {done} of {total}."
    if states == {"done"}:
        return f"{total} pixels drawn."
    if done == 0:
        return "Waking the model …" if "starting" in states else "Waiting for a turn …"
    left = (time.monotonic() - found.began) / done * (total - done)
    return f"Pixel {done} of {total}" + (f", about {max(1, round(left))} s left" if done > total / 40 else "")


def fingerprint(requests: Sequence[client.Completion]) -> str:
    """The same text for equal requests, arrays included."""
    digest = hashlib.sha1(usedforsecurity=False)
    for request in requests:
        for entry in fields(request):
            value = getattr(request, entry.name)
            digest.update(entry.name.encode())
            if isinstance(value, np.ndarray):
                digest.update(f"{value.shape}{value.dtype}".encode() + np.ascontiguousarray(value).tobytes())
            else:
                digest.update(repr(value).encode())
    return digest.hexdigest()[:16]


def run_name(place: str) -> str:
    """A name for what is being drawn, new whenever drawing starts afresh (`run` of the components)."""
    found = _places().get(place)
    return f"{found.fingerprint}-{found.name:.3f}" if found else ""


def _resume(found: _Place, lab: client.Lab) -> None:
    """Go on with the jobs of a place that gave up."""
    given_up = [job for job in found.jobs if job.abandoned]
    for job in given_up:
        lab.resume(job, session=_visit())
    if given_up:
        found.began = time.monotonic()


def _end(found: _Place) -> None:
    for job in found.jobs:
        job.cancel()


def _jobs(place: str) -> tuple[client.Job, ...]:
    found = _places().get(place)
    return found.jobs if found else ()


def _visit() -> str:
    """A name of this visit: the worker gives every visit an equal share of its time."""
    return st.session_state.setdefault("pixellab.visit", uuid.uuid4().hex)


def _places() -> dict[str, _Place]:
    return st.session_state.setdefault("pixellab.live", {})
