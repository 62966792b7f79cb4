"""The app in a real browser. Without a Chromium every test here is skipped, and says how to get one.

Any error in the browser's console, any uncaught exception, any request to another host fails the test.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, Playwright, Request, expect

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
NO_BROWSER = (
    "no Chromium was found: install one (Debian, Ubuntu: `apt install chromium`; anywhere: "
    "`playwright install chromium`) or name it with CHROMIUM=/path/to/chromium"
)

expect.set_options(timeout=20_000)  # on a busy machine the page's own scripts take seconds to arrive


def chromium(playwright: Playwright) -> str | None:
    """The Chromium to use: the one that is named, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    system = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    candidates = [named] if named else ["/usr/bin/chromium", *system, playwright.chromium.executable_path]
    return next((path for path in candidates if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, playwright: Playwright) -> dict:
    path = chromium(playwright)
    if path is None:
        pytest.skip(NO_BROWSER)
    return {**browser_type_launch_args, "executable_path": path, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="session")
def base_url(browser_type_launch_args: dict, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, served on a free port for this session."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}",
               "--server.address=127.0.0.1"]  # fmt: skip
    with log.open("w") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).read() == b"ok":
                break
        except OSError:
            time.sleep(0.1)
    else:
        server.kill()
        pytest.fail(f"the app did not start:\n{log.read_text()}")
    yield url
    server.terminate()
    server.wait(10)


def wait_until_settled(page: Page) -> None:
    """Wait until the last script run has ended and nothing on the page is stale."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible(timeout=20_000)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)


def watch(page: Page) -> list[str]:
    """Everything that must not happen in `page`, as it happens."""
    wrong: list[str] = []

    def console(message: ConsoleMessage) -> None:
        # On a deep link Streamlit looks for its server below the page's address first.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            wrong.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        if not asked.url.startswith(("data:", "blob:")) and urlparse(asked.url).hostname != "127.0.0.1":
            wrong.append(f"a request to another host: {asked.url}")

    page.on("pageerror", lambda error: wrong.append(f"exception: {error}"))
    page.on("console", console)
    page.on("request", request)
    return wrong


@pytest.fixture
def settled() -> Callable[[Page], None]:
    """Wait until the last script run has ended and nothing on the page is stale."""
    return wait_until_settled


@pytest.fixture
def app(page: Page, base_url: str) -> Iterator[Callable[[str], Page]]:
    """Open a page of the app by its path; the test fails on whatever goes wrong in the browser."""
    wrong = watch(page)

    def open_(path: str = "/") -> Page:
        page.goto(path)
        wait_until_settled(page)
        return page

    yield open_
    assert not wrong, wrong
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.fixture
def sweep(page: Page) -> Callable[[Locator], None]:
    """Move the mouse across a picture, from its upper left to its lower right."""

    def move(picture: Locator) -> None:
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        for share in (0.1, 0.4, 0.7, 0.95):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"], steps=5)

    return move


@pytest.fixture
def sent(page: Page) -> list[int]:
    """Sizes of the messages that the page has sent to the server. Ask for it before `app`."""
    sizes: list[int] = []
    page.on("websocket", lambda socket_: socket_.on("framesent", lambda payload: sizes.append(len(payload))))
    return sizes
