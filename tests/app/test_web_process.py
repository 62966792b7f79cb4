"""What every page has in common: it opens, it is listed, and its process stays free of torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pixellab.ui import chrome

ROOT = Path(__file__).parents[2]
PAGES = chrome.pages()


@pytest.mark.parametrize(("file", "name"), PAGES, ids=[name for _, name in PAGES])
def test_the_page_opens_and_the_web_process_imports_no_torch(file: str, name: str) -> None:
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
from pixellab.worker import client

class Asleep:
    def submit(self, request, session=""):
        raise ValueError("no worker in this test")
    def warm(self, model):
        pass

client.connect = lambda: Asleep()
page = AppTest.from_file("app.py", default_timeout=30)
if {file!r} != "app.py":
    page.switch_page({file!r})
page.run()
assert not page.exception, page.exception
assert page.title, "the page has no title"
assert "torch" not in sys.modules, "the web process has imported torch"
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


def test_pages_are_in_course_order() -> None:
    numbers = [int(Path(file).stem.split("_")[0]) for file, _ in PAGES[1:]]
    assert numbers == sorted(set(numbers))
    assert PAGES[0] == ("app.py", "Start")


def test_the_navigation_links_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    links = [link.proto.label for link in page.sidebar.get("page_link")]
    assert links == [name for _, name in PAGES]
