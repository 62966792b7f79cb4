"""Three dials without a browser: not listed without a recording, opens with one, asks the worker for other pixels."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import chrome, dials
from pixellab.worker import client
from pixellab.worker.requests import Dials

ROOT = Path(__file__).parents[2]
PAGE = "pages/2_Three_dials.py"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Dials]:
    """As if a colour model were shipped; the list of what its worker is asked for. It never answers."""
    even = np.full((Dials.n, 256), 1 / 256, np.float16)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 3, 8, 8)).astype(np.uint8)
    file = tmp_path / "dials.npz"
    np.savez(
        file, model="any", pictures=pictures, row=3, column=4, values=np.zeros((Dials.n, 3), np.uint8), red=even[0],
        green=even[: Dials.ALONG_GREEN], blue=even[: Dials.DRAWN], alone=even[:2],
    )  # fmt: skip
    known = dials.recording.__wrapped__(file)
    monkeypatch.setattr(dials, "recording", lambda: known)
    monkeypatch.setattr(dials, "missing", lambda: "")
    monkeypatch.setattr(chrome, "_NEEDS", {"Three dials": file})
    requests: list[Dials] = []

    def submit(request: Dials, session: str = "") -> SimpleNamespace:
        requests.append(request)
        return SimpleNamespace(
            state="failed", ended=True, error="No answer today.", wait=lambda **_: True, touch=lambda: None
        )

    monkeypatch.setattr(client, "connect", lambda: SimpleNamespace(submit=submit))
    return requests


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).switch_page(PAGE)


def sent(at: AppTest) -> dict:
    (found,) = at.get("bidi_component")
    return json.loads(found.proto.json)["data"]


def test_without_a_model_it_says_what_is_missing_and_is_not_listed(
    at: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(dials, "model", lambda: None)
    monkeypatch.setattr(chrome, "_NEEDS", {"Three dials": tmp_path / "none.npz"})
    at.run()
    assert not at.exception
    assert "colour model" in at.info[0].value
    assert "Three dials" not in dict(map(reversed, chrome.pages()))


def test_it_opens_from_the_recording_and_asks_nobody(at: AppTest, recorded: list[Dials]) -> None:
    at.run()
    assert not at.exception
    assert sent(at)["pixel"] == "0 3,4 1 0"
    assert sent(at)["tables"]
    assert not recorded
    assert "Three dials" in [name for _, name in chrome.pages()]


def test_a_link_to_another_pixel_asks_the_model(at: AppTest, recorded: list[Dials]) -> None:
    at.query_params.update({"step": "free", "picture": "1", "at": "6,2", "r": "250", "t": "0.7"})
    at.run()
    assert not at.exception
    (request,) = recorded
    assert (request.row, request.column, request.red, request.temperature) == (6, 2, 250, 0.7)
    assert np.array_equal(request.image, dials.recording().pictures[1])
    assert sent(at)["error"] == "No answer today."


@pytest.mark.parametrize("spoilt", [{"at": "99,99"}, {"at": "x"}, {"r": "256"}, {"picture": "own"}, {"t": "3"}])
def test_spoilt_links_open_something(at: AppTest, recorded: list[Dials], spoilt: dict[str, str]) -> None:
    at.query_params.update({"step": "free", **spoilt})
    at.run()
    assert not at.exception
