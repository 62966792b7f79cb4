"""The start page without a browser: recorded endings, and ways that lead only to pages that exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import chrome, course

ROOT = Path(__file__).parents[2]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.chdir(ROOT)
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()


def test_it_opens_with_four_endings_and_the_way_in(at: AppTest) -> None:
    assert not at.exception
    assert len(at.get("bidi_component")) == 1
    links = [link.proto.label for link in at.get("page_link")]
    assert "Hide a part yourself →" in links


def test_every_stop_is_a_page_that_exists() -> None:
    files = {file for file, _ in chrome.pages()}
    for _, _, stops in course.paths():
        assert stops
        assert {file for file, _ in stops} <= files


def test_every_stop_is_the_name_of_a_page() -> None:
    assert set(course.STOPS) <= {
        file.stem.partition("_")[2].replace("_", " ") for file in (ROOT / "pages").glob("*.py")
    }


def test_the_minutes_of_the_lesson_add_up() -> None:
    title, _, stops = course.paths()[0]
    assert f"{sum(int(label.split(' · ')[1].split()[0]) for _, label in stops)} minutes" in title
