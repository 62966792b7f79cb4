"""The completion studio without a browser: what it asks the worker for, and what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pixellab import zoo
from pixellab.configurations import configuration
from pixellab.ui import address, sources, studio
from pixellab.worker import client
from pixellab.worker.jobs import Job

ROOT = Path(__file__).parents[2]
PAGE = "pages/12_Completion_studio.py"


class FinishedLab:
    """A worker that has drawn everything at once: all white."""

    def __init__(self) -> None:
        self.requests: list[client.Completion] = []

    def submit(self, request: client.Completion, session: str = "") -> Job:
        self.requests.append(request)
        job = Job(len(self.requests), request, configuration("gated_pixelcnn"), lambda job: job.end("cancelled"))
        job.fill(0, {name: np.ones_like(getattr(job, name)) for name in ("values", "entropy", "nats")})
        job.end("done")
        return job

    def warm(self, model: str) -> None:
        pass


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> FinishedLab:
    lab = FinishedLab()
    monkeypatch.setattr(client, "connect", lambda: lab)
    return lab


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).switch_page(PAGE)


def button(at: AppTest, label: str) -> object:
    return next(button for button in at.button if button.label == label)


def test_the_first_frame_needs_no_worker(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    assert not at.exception
    assert not at.error
    assert not at.info
    assert not lab.requests
    assert len(at.get("bidi_component")) == 3  # samples, painter, endings
    assert button(at, "Cancel").disabled


def test_another_seed_temperature_or_hole_asks_for_nine_new_endings(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    button(at, "Nine others").click().run()
    at.slider(key="temperature").set_value(0.5).run()
    hidden = np.zeros((28, 28), bool)
    hidden[3:9, 4] = True
    at.session_state["hole.cells"] = hidden
    at.run()
    assert not at.exception
    assert [(r.seed, r.temperature, r.n) for r in lab.requests] == [(1, 1.0, 9), (1, 0.5, 9), (1, 0.5, 9)]
    assert np.array_equal(lab.requests[-1].hidden, hidden)
    assert at.query_params["hole"] == address.text(hidden)
    at.run()
    assert len(lab.requests) == 3  # the same wish is not drawn twice


def test_a_link_sets_everything(at: AppTest, lab: FinishedLab) -> None:
    hidden, ink = np.zeros((2, 28, 28), bool)
    hidden[20:, :9] = ink[4:24, 13:15] = True
    at.query_params.update(
        {"source": "Draw", "ink": address.text(ink), "hole": address.text(hidden), "temperature": "1.5", "seed": "7"}
    )
    at.run()
    assert not at.exception
    (request,) = lab.requests
    assert (request.seed, request.temperature) == (7, 1.5)
    assert np.array_equal(request.hidden, hidden)
    assert np.array_equal(request.image[0], ink)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"hole": "%%%"},
        {"hole": "AAAA"},
        {"hole": "A" * 131 + "AAAA"},
        {"sample": "99"},
        {"sample": "-1"},
        {"sample": "²"},
        {"source": "elsewhere"},
        {"source": "Draw", "ink": "né"},
        {"source": "Upload", "ink": "x"},
        {"temperature": "hot"},
        {"temperature": "0"},
        {"seed": "1e99"},
        {"model": "../../etc"},
    ],
)
def test_an_address_spoilt_by_hand_does_no_harm(at: AppTest, lab: FinishedLab, spoilt: dict[str, str]) -> None:
    at.query_params.update(spoilt)
    at.run()
    assert not at.exception
    assert not at.error


def test_nothing_hidden_is_said_not_drawn(at: AppTest, lab: FinishedLab) -> None:
    at.session_state["hole.cells"] = np.zeros((28, 28), bool)
    at.run()
    assert "Nothing is hidden" in at.info[0].value
    assert not lab.requests


def test_without_a_trained_model_the_recorded_endings_are_shown(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    at.run()
    assert not at.exception
    assert len(at.get("bidi_component")) == 3
    at.session_state["hole.cells"] = np.ones((28, 28), bool)
    at.run()
    assert "pixellab train" in at.info[0].value
    assert not at.exception


def test_an_upload_waits_for_its_file(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["source"] = "Upload"
    at.run()
    assert not at.exception
    assert "Choose a picture" in at.info[0].value


def test_the_original_can_be_revealed(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    assert not at.get("image")
    at.toggle(key="reveal").set_value(True).run()
    assert not at.exception
    assert len(at.get("image")) == 1


def test_the_gallery_is_ours_and_binary() -> None:
    shown = sources.gallery()
    assert shown.shape[1:] == (1, 28, 28)
    assert set(np.unique(shown)) == {0, 1}
    assert studio.ENDINGS == 9


def test_a_linked_sample_stays_after_a_rerun_and_on_the_way_back(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["sample"] = "3"
    at.run()
    at.run()
    assert at.query_params["sample"] == "3"
    at.switch_page("app.py").run()
    at.switch_page(PAGE).run()
    assert at.query_params["sample"] == "3"
    assert np.array_equal(lab.requests[-1].image, sources.gallery()[3])


def test_one_draws_first_and_hides_then(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["source"] = "Draw"
    at.run()
    assert len(at.get("bidi_component")) == 2  # the drawing, endings
    at.segmented_control(key="step").set_value("2 · Hide a part of it").run()
    assert not at.exception
    assert len(at.get("bidi_component")) == 2  # the hole, endings
