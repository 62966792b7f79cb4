"""Every lesson without a browser: it opens at once, its plan keeps the house rules, and links lead where they say."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import chrome

ROOT = Path(__file__).parents[2]
LESSONS = [file for file, _ in chrome.pages() if "LESSON.show(" in (ROOT / file).read_text(encoding="utf-8")]


@pytest.fixture(params=LESSONS)
def at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).switch_page(request.param)


def payload(at: AppTest) -> dict[str, Any]:
    """What the browser gets: plan, start, data."""
    payloads = [json.loads(found.proto.json) for found in at.get("bidi_component")]
    return next(found for found in payloads if "plan" in found)


def words(html: str) -> int:
    text = unescape(re.sub(r"<[^>]+>", "", html.replace("</p>", " ").replace("<span data-slot", "1<span data-slot")))
    return sum(1 for word in text.split() if re.search(r"\w", word))


def test_it_opens_with_the_first_question(at: AppTest) -> None:
    at.run()
    assert not at.exception
    assert payload(at)["start"]["view"]["step"] == "1"
    assert payload(at)["start"]["view"]["reveal"] == "0"


def test_its_plan_keeps_the_rules(at: AppTest) -> None:
    plan = payload(at.run())["plan"]
    assert 3 <= len(plan["steps"]) <= 5
    assert set(plan["tabs"]) == {"picture", "formula", "code"}
    controls = {control["name"] for control in plan["controls"]}
    for step in plan["steps"]:
        assert 60 <= words(step["text"]) <= 90, (step["name"], words(step["text"]))
        assert set(step["state"]) <= controls
        assert step["paint"] != bool(step["options"])
    for preset in plan["free"]["presets"]:
        assert set(preset["state"]) <= controls


def test_a_link_leads_to_its_step(at: AppTest) -> None:
    for name, value in {"step": "2", "reveal": "1", "guess": "B", "controls": "0", "class": "1"}.items():
        at.query_params[name] = value
    view = payload(at.run())["start"]["view"]
    wanted = {"step": "2", "reveal": "1", "guess": "B", "controls": "0", "class": "1"}
    assert {name: view[name] for name in wanted} == wanted


def test_a_spoilt_link_leads_to_the_first_question(at: AppTest) -> None:
    for name, value in {"step": "99", "reveal": "yes", "guess": "<b>", "k": "1000"}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    assert payload(at)["start"]["view"]["step"] == "1"
    assert payload(at)["start"]["view"]["guess"] == ""


def test_an_address_that_the_browser_never_got_is_said_again(at: AppTest) -> None:
    """As happens when a run is overtaken by the next one, which still brings the old address along."""
    for step in ("2", "3"):
        at.query_params["step"] = step
        at.run()
    at.query_params["step"] = "2"
    at.run()
    assert at.query_params["step"] == "3"
    at.run()
    assert at.query_params["step"] == "3"
    at.query_params["step"] = "2"  # it had it, so this is the way back
    at.run()
    assert at.query_params["step"] == "2"
