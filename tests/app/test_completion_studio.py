"""The completion studio without a browser: what it asks the worker for, and what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_zoo
from streamlit.testing.v1 import AppTest

from pixellab import zoo
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
        given = zoo.card(request.model).configuration
        job = Job(len(self.requests), request.checked(given), given, lambda job: job.end("cancelled"))
        white = {name: np.ones_like(array) for name, array in job.arrays.items()}
        for name in {"parents", "stands"} & set(white):
            white[name][:] = 0
        job.fill(0, white)
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


def shown(at: AppTest) -> list[str]:
    """The components on the page, by their keys."""
    return [component.key for component in at.get("bidi_component")]


def button(at: AppTest, label: str) -> object:
    return next(button for button in at.button if button.label == label)


def test_the_first_frame_needs_no_worker(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    assert not at.exception
    assert not at.error
    assert not at.info
    assert not lab.requests
    assert set(shown(at)) == {"seam", "sample", "hole", "endings"}
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
        {"below": "maybe"},
        {"below": "1", "particles": "many"},
        {"label": "12", "where": "9,9"},
        {"guess": "Z"},
        {"tile": "-1"},
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
    assert set(shown(at)) == {"seam", "sample", "hole", "endings"}
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
    assert set(shown(at)) == {"seam", "ink", "endings"}
    at.segmented_control(key="step").set_value("2 · Hide a part of it").run()
    assert not at.exception
    assert set(shown(at)) == {"seam", "hole", "endings"}


def test_looking_below_is_a_switch_in_the_address(at: AppTest, lab: FinishedLab) -> None:
    at.query_params["seed"] = "4"
    at.run()
    at.toggle(key="below").set_value(True).run()
    assert not at.exception
    assert at.query_params["below"] == "1"
    below = lab.requests[-1]
    assert isinstance(below, client.LookBelow)
    assert (below.n, below.particles, below.seed) == (9, 32, 4)
    assert set(shown(at)) == {"seam", "sample", "hole", "endings-below"}
    at.selectbox(key="particles").set_value(16).run()
    assert lab.requests[-1].particles == 16
    assert at.query_params["particles"] == "16"
    at.toggle(key="below").set_value(False).run()
    assert "below" not in at.query_params
    assert set(shown(at)) == {"seam", "sample", "hole", "endings"}
    assert [type(request) for request in lab.requests] == [client.Completion, client.LookBelow, client.LookBelow], (
        "the raster endings were kept"
    )


def test_a_link_looks_below(at: AppTest, lab: FinishedLab) -> None:
    at.query_params.update({"below": "1", "particles": "8"})
    at.run()
    (request,) = lab.requests
    assert (type(request), request.particles) == (client.LookBelow, 8)
    assert at.toggle(key="below").value
    for label in ("PNG", "Animated PNG"):
        assert not next(b for b in at.get("download_button") if b.proto.label == label).proto.disabled


def test_the_question_hides_the_top_half(at: AppTest, lab: FinishedLab) -> None:
    at.run()
    at.session_state["seam"] = {"guess": "A"}
    at.run()
    assert not at.exception
    at.session_state["seam.guess"] = "A"
    at.run()
    assert at.query_params["guess"] == "A"


def test_models_of_one_title_are_told_apart_by_their_names(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    for name in ("mnist-gated", "mnist-other"):
        tiny_zoo.save(tmp_path / name, "Gated PixelCNN", "gated_pixelcnn")
    at.query_params["model"] = "mnist-other"
    at.run()
    assert not at.exception
    assert lab.requests[-1].model == "mnist-other"
    assert at.query_params["model"] == "mnist-other"
    assert at.selectbox(key="model").options == ["Gated PixelCNN (mnist-gated)", "Gated PixelCNN (mnist-other)"]
    at.selectbox(key="model").set_value("mnist-gated").run()
    assert "model" not in at.query_params


def test_a_model_with_classes_has_a_dial_and_holds_the_random_numbers(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    tiny_zoo.save(tmp_path / "mnist-gated", "Plain", "gated_pixelcnn")
    tiny_zoo.save(tmp_path / "mnist-class", "By class", "gated_pixelcnn", condition_size=10)
    at.run()
    assert "label" not in [control.key for control in at.segmented_control]
    at.query_params.update({"model": "mnist-class", "label": "3"})
    at.number_input(key="seed").set_value(5).run()
    assert not at.exception
    assert (lab.requests[-1].condition, lab.requests[-1].seed) == (3, 5)
    at.segmented_control(key="label").set_value("7").run()
    assert (lab.requests[-1].condition, lab.requests[-1].seed) == (7, 5)
    assert at.query_params["label"] == "7"
    at.segmented_control(key="label").set_value("each").run()
    assert lab.requests[-1].condition.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]


def test_a_spatial_model_has_a_place(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    tiny_zoo.save(
        tmp_path / "mnist-where", "Where", "gated_pixelcnn", "mnist-where", condition_size=26, spatial_features=4
    )
    at.query_params.update({"label": "4", "where": "1,3", "seed": "2"})
    at.run()
    assert not at.exception
    assert "pad" in shown(at)
    assert np.flatnonzero(lab.requests[-1].condition).tolist() == [4, 10 + 4 * 1 + 3]
    assert at.query_params["where"] == "1,3"


def test_multi_scale_says_its_own_order_to_the_painter(
    at: AppTest, lab: FinishedLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    tiny_zoo.save(tmp_path / "multi", "Multi", "multi_scale", small_layers=1)
    at.query_params["seed"] = "2"
    at.run()
    assert not at.exception
    assert lab.requests[-1].checked(zoo.card("multi").configuration).draft == 4


def test_a_colour_model_finishes_tiles(at: AppTest, lab: FinishedLab) -> None:
    at.query_params.update({"model": "tiles-gated", "tile": "2"})
    at.run()
    assert not at.exception
    assert lab.requests[-1].image.shape == (3, 32, 32)
    assert set(shown(at)) == {"seam", "tile", "hole", "endings"}
