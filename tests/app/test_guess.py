"""Guess the pixel without a browser: it opens from its recording, reads links, asks the worker for a drawn digit."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import address, guess
from pixellab.worker import client

ROOT = Path(__file__).parents[2]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).switch_page("pages/1_Guess_the_pixel.py")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[client.Distributions]:
    """What the worker was asked for; it answers at once with one nat a pixel."""
    requests: list[client.Distributions] = []

    def submit(request: client.Distributions, session: str = "") -> SimpleNamespace:
        requests.append(request)
        nats = np.ones((784, 1, 1), np.float32)
        return SimpleNamespace(state="done", ended=True, error="", nats=nats, wait=lambda **_: True, touch=lambda: None)

    monkeypatch.setattr(client, "connect", lambda: SimpleNamespace(submit=submit))
    return requests


def test_it_opens_with_one_widget_and_asks_nobody(at: AppTest, asked: list[client.Distributions]) -> None:
    at.run()
    assert not at.exception
    assert len(at.get("bidi_component")) == 1
    assert not asked


@pytest.mark.parametrize("bets", ["5a0_0k3", "", "!!", "_z"])
def test_links_are_read_and_spoilt_ones_ignored(at: AppTest, bets: str) -> None:
    at.query_params.update({"step": "free", "digit": "3", "bets": bets})
    at.run()
    assert not at.exception
    view = at.session_state["guess.view"]
    assert view["digit"] == "3"
    assert view["bets"] == (bets if bets == "5a0_0k3" else "")


def test_a_drawn_digit_gets_its_bill_from_the_worker(at: AppTest, asked: list[client.Distributions]) -> None:
    cells = np.zeros((28, 28), bool)
    cells[4:20, 13] = True
    at.query_params.update({"step": "free", "ink": address.text(cells)})
    at.run()
    assert not at.exception
    assert [request.model for request in asked] == [guess.bills().model]
    assert np.array_equal(asked[0].image[0], cells)
