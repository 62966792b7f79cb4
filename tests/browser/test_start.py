"""The start page in a browser: alive at once, and the way in."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[[str], Page]


def test_four_endings_finish_themselves(app: Open) -> None:
    page = app("/")
    expect(page.get_by_role("option")).to_have_count(4)
    expect(page.locator(".tb")).to_have_attribute("data-state", "finished", timeout=20_000)
    expect(page.get_by_text("392 of 784 pixels were hidden; all are drawn, in all 4 pictures.")).to_be_visible()


def test_the_way_in_leads_to_the_studio(app: Open) -> None:
    page = app("/")
    page.get_by_role("link", name="Hide a part yourself").click()
    expect(page).to_have_url(re.compile("/Completion_studio"))
    expect(page.get_by_role("heading", name="Completion studio")).to_be_visible()
