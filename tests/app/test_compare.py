"""Compare and check without a browser: what the widget gets is what the cards, the fields and the galleries say."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pixellab import compare, fields, gallery, zoo
from pixellab.ui import comparison
from pixellab.ui.questions import QUESTIONS

ROOT = Path(__file__).parents[2]
PAGE = "pages/14_Compare_and_check.py"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).switch_page(PAGE)


def payload(at: AppTest, name: str) -> dict[str, Any]:
    payloads = [json.loads(found.proto.json) for found in at.get("bidi_component")]
    return next(found for found in payloads if name in found)


def model(at: AppTest, name: str) -> dict[str, Any]:
    return next(found for found in payload(at, "plan")["data"]["models"] if found["name"] == name)


def test_every_shipped_model_is_there_once(at: AppTest) -> None:
    data = payload(at.run(), "plan")["data"]
    assert not at.exception
    assert sorted(found["name"] for found in data["models"]) == list(zoo.pretrained())
    for found in data["models"]:
        card = zoo.card(found["name"])
        group = data["groups"][found["group"]]
        assert group["unit"] == card.unit
        assert found["given"] == compare.given(card)
        assert found["weights"] == zoo.parameters(card.name)


@pytest.mark.parametrize("name", zoo.pretrained())
def test_figures_are_those_of_the_card(at: AppTest, name: str) -> None:
    found, figure = model(at.run(), name), zoo.card(name).figure("test")
    if figure:
        assert found["ours"]["text"] == f"{figure.value:.2f}"
        assert f"{figure.images:,}" in found["ours"]["on"]


@pytest.mark.parametrize("name", zoo.pretrained())
def test_what_is_seen_is_what_fields_says(at: AppTest, name: str) -> None:
    found, configuration = model(at.run(), name)["field"], zoo.card(name).configuration
    height, width = found["height"], found["width"]
    lines = np.frombuffer(base64.b64decode(found["seen"]), np.uint8).reshape(-1, -(-height * width // 8))
    columns = len(range(comparison.FIRST, width, comparison.SPACING))
    for row, column in ((2, 2), (14, 2), (14, 26)):
        down, right = ((value - comparison.FIRST) // comparison.SPACING for value in (row, column))
        line = down * columns + right
        seen = np.unpackbits(lines[line], count=height * width).reshape(height, width).astype(bool)
        assert np.array_equal(seen, fields.seen(configuration, row, column))


@pytest.mark.parametrize("name", zoo.pretrained())
def test_the_sheet_holds_the_samples(at: AppTest, name: str) -> None:
    shown, own = model(at.run(), name)["gallery"], gallery.read(name)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown["sheet"]))).convert("RGB"))
    rows, columns, channels, height, width = own.pictures.shape
    assert sheet.shape == (rows * height, columns * width, 3)
    last = own.pictures[-1, -1]
    levels = zoo.card(name).configuration.levels
    wanted = np.rint(last * (255 / (levels - 1))).astype(np.uint8).transpose(1, 2, 0)
    assert channels in (1, 3)
    assert np.array_equal(sheet[-height:, -width:], np.broadcast_to(wanted, (height, width, 3)))


def test_those_to_rank_belong_to_one_group(at: AppTest) -> None:
    data = payload(at.run(), "plan")["data"]
    chosen = [found for found in data["models"] if found["name"] in data["ranked"]]
    assert len(chosen) != 1
    assert len({found["group"] for found in chosen}) <= 1
    steps = payload(at, "plan")["plan"]["steps"]
    assert (steps[0]["name"] == "Rank them") == bool(chosen)


def test_the_payload_stays_small(at: AppTest) -> None:
    assert len(json.dumps(payload(at.run(), "plan")["data"])) < 500_000


def test_a_link_opens_a_model_and_a_question(at: AppTest) -> None:
    for name, value in {"model": "tiles-gated", "q": "7", "said": "AB"}.items():
        at.query_params[name] = value
    at.run()
    assert payload(at, "plan")["start"]["view"]["model"] == "tiles-gated"
    quiz = payload(at, "questions")
    assert (quiz["now"], quiz["said"]) == (7, "AB--------")
    links = [link.proto.label for link in at.get("page_link")]
    assert f"Try it: {QUESTIONS[6].page} →" in links


def test_a_spoilt_link_is_the_first_question(at: AppTest) -> None:
    for name, value in {"model": "<b>", "q": "99", "said": "<script>"}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    assert payload(at, "plan")["start"]["view"]["model"] == ""
    assert (payload(at, "questions")["now"], payload(at, "questions")["said"]) == (1, "----------")
