"""Each look sends only what is new; what is lost or forgotten comes again."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from pixellab.ui import feed
from pixellab.ui.frames import Frames


class Film:
    """Says from where it was asked for."""

    def __init__(self, done: int) -> None:
        self.done = done

    def payload(self, start: int = 0) -> dict[str, int]:
        return {"start": start, "done": self.done}


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    state: dict[str, object] = {"show": {}}
    monkeypatch.setattr(st, "session_state", state)
    return state


def starts(*done: int, run: str = "a") -> list[int]:
    return [feed.piece(Film(count), run=run, key="show")["start"] for count in done]


def test_each_message_repeats_the_one_before_and_no_more(session: dict[str, object]) -> None:
    assert starts(0, 10, 30, 60, 60, 60) == [0, 0, 0, 10, 30, 60]


def test_another_run_begins_at_its_beginning(session: dict[str, object]) -> None:
    assert starts(10, 20, 30) == [0, 0, 10]
    assert starts(5, run="b") == [0]


def test_a_component_that_was_put_anew_is_sent_all(session: dict[str, object]) -> None:
    assert starts(10, 20, 30) == [0, 0, 10]
    del session["show"]
    assert starts(40) == [0]


def test_the_browser_can_ask_again(session: dict[str, object]) -> None:
    starts(10, 20, 30, 40)
    session["show"] = {"missing": json.dumps({"run": "a", "from": 5, "time": 1})}
    feed.missing("show")
    assert starts(50, 60, 70) == [5, 5, 50]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"run": "b", "from": 5}', '{"run": "a", "from": -1}', '{"run": "a"}'])
def test_what_a_hand_has_spoilt_is_no_wish(session: dict[str, object], text: str) -> None:
    starts(10, 20, 30, 40)
    session["show"] = {"missing": text}
    feed.missing("show")
    assert starts(50) == [30]


def test_pieces_put_together_are_the_whole() -> None:
    """Frames in three pieces decode to what one payload holds."""
    rng = np.random.default_rng(0)
    hidden = np.ones((2, 5), bool)
    values = rng.integers(4, size=(10, 2, 3), dtype=np.uint8)
    shares = rng.dirichlet(np.ones(4), (10, 2, 3)).astype(np.float16)
    order = np.argwhere(hidden).astype(np.uint16)
    whole = Frames(np.zeros((3, 2, 5), np.uint8), hidden, order, values, rng.random((10, 2, 3)), shares, 4, 10)
    first = whole.payload()
    for name in ("values", "entropy", "probabilities"):
        parts = [replace(whole, done=stop).payload(start) for start, stop in [(0, 3), (3, 7), (7, 10)]]
        joined = b"".join(base64.b64decode(part[name]) for part in parts)
        assert joined == base64.b64decode(first[name]), name
    assert "picture" not in whole.payload(1)
