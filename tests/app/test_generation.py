"""The generation page without a browser: what it asks the worker for, and what it shows before there is one."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import tiny_zoo
from streamlit.testing.v1 import AppTest

from pixellab import pictures, zoo
from pixellab.ui import downloads, generation, studio
from pixellab.ui.frames import recorded
from pixellab.worker import client
from pixellab.worker.jobs import Job

ROOT = Path(__file__).parents[2]
needs_a_model = pytest.mark.skipif(not zoo.pretrained(), reason="no trained model is in pretrained/")


class FinishedLab:
    """A worker that has drawn everything at once: all white."""

    def __init__(self) -> None:
        self.requests: list[client.Completion] = []

    def submit(self, request: client.Completion, session: str = "") -> Job:
        self.requests.append(request)
        given = zoo.card(request.model).configuration
        job = Job(len(self.requests), request.checked(given), given, lambda job: job.end("cancelled"))
        job.fill(0, {name: np.ones_like(array) for name, array in job.arrays.items()})
        job.end("done")
        return job


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> FinishedLab:
    lab = FinishedLab()
    monkeypatch.setattr(client, "connect", lambda: lab)
    return lab


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).switch_page("pages/11_Generation.py")


def button(at: AppTest, label: str) -> object:
    return next(button for button in at.button if button.label == label)


@pytest.mark.parametrize("view", generation.VIEWS)
def test_the_first_frame_of_each_view_needs_no_worker(at: AppTest, lab: FinishedLab, view: str) -> None:
    at.query_params["view"] = view
    at.run()
    assert not at.exception
    assert not lab.requests
    assert {component.key for component in at.get("bidi_component")} <= {"redraw", "player", f"pictures.{view}"}
    assert button(at, "Cancel").disabled


@needs_a_model
def test_another_seed_is_asked_of_the_worker(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    button(at, "Draw another").click()
    at.run()
    assert not at.exception
    assert [(request.seed, request.n, request.temperature) for request in lab.requests] == [(1, 1, 1.0)]
    assert lab.requests[0].hidden is None
    assert at.query_params["seed"] == "1"


@needs_a_model
def test_four_temperatures_share_their_random_numbers(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["view"] = "Temperatures"
    at.query_params["seed"] = "7"
    at.run()
    assert [request.temperature for request in lab.requests] == [0.0, 0.7, 1.0, 1.5]
    assert {(request.seed, request.n) for request in lab.requests} == {(7, generation.EACH)}
    assert next(slider for slider in at.slider if slider.label == "Temperature").disabled


@needs_a_model
def test_coming_back_to_the_first_settings_shows_the_recording(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["seed"] = "3"
    at.run()
    at.number_input[0].set_value(0).run()
    assert len(lab.requests) == 1
    assert not at.exception


def test_without_any_model_the_page_says_how_to_make_one(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "pretrained", tuple)
    at.query_params["seed"] = "3"
    at.run()
    assert not at.exception
    assert "pixellab train" in at.info[0].value


@pytest.mark.parametrize(("name", "columns"), [("one", 1), ("nine", 3), ("temperatures", 4)])
def test_the_files_are_whole_pictures(name: str, columns: int) -> None:
    frames = recorded(f"generation-{name}")
    sheet = pictures.read(downloads.sheet(frames, columns=columns))
    rows = frames.n // columns
    assert sheet.shape == (6 * (rows * 30 - 2), 6 * (columns * 30 - 2), 3)
    assert downloads.film(frames, columns=columns).startswith(b"\x89PNG")


def test_settings_differ_from_the_recorded_ones_in_anything(lab: FinishedLab) -> None:
    first = studio.models()[:1]
    model = first[0] if first else None
    assert generation._is_first(studio.Settings(model))
    for temperature, seed in itertools.product((1.0, 0.9), (0, 1)):
        if (temperature, seed) != (1.0, 0):
            assert not generation._is_first(studio.Settings(model, temperature, seed))


@needs_a_model
def test_the_rest_is_drawn_again_and_what_was_drawn_stays(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["kept"] = "300"
    at.run()
    assert not at.exception
    (request,) = lab.requests
    first = recorded("generation-one")
    rows, columns = first.order[:300].astype(int).T
    assert np.array_equal(request.image[:, rows, columns], first.values[:300, 0].T)
    assert request.hidden.sum() == 784 - 300
    assert not request.hidden[rows, columns].any()
    assert request.seed == 1
    assert at.query_params["kept"] == "300"


@pytest.mark.parametrize("spoilt", ["784", "-1", "x", "0"])
def test_a_spoilt_number_of_kept_pixels_is_none(at: AppTest, lab: FinishedLab, spoilt: str) -> None:
    at.query_params["kept"] = spoilt
    at.run()
    assert not at.exception
    assert not lab.requests


def test_one_of_each_class_shares_the_random_numbers(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    tiny_zoo.save(tmp_path / "mnist-class", "By class", "gated_pixelcnn", condition_size=10)
    at.query_params.update({"view": "Nine", "label": "each", "seed": "8"})
    at.run()
    assert not at.exception
    assert [request.condition for request in lab.requests] == list(range(10))
    assert {(request.n, request.seed) for request in lab.requests} == {(1, 8)}
    at.segmented_control(key="view").set_value("One").run()
    assert not at.exception
    assert lab.requests[-1].condition == 0


@needs_a_model
def test_a_colour_model_draws_with_its_distributions(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["model"] = "tiles-gated"
    at.run()
    assert not at.exception
    assert (lab.requests[-1].model, lab.requests[-1].keep_probabilities) == ("tiles-gated", True)


@needs_a_model
def test_a_pixel_can_be_redrawn_from_and_the_whole_comes_back(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    at.session_state["kept"] = 100
    at.run()
    assert lab.requests[-1].hidden.sum() == 684
    assert at.query_params["kept"] == "100"
    at.session_state["kept"] = 0
    at.run()
    assert not at.exception
    assert "kept" not in at.query_params
    assert len(lab.requests) == 1
