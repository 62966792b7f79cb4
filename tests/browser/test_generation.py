"""Drawing from nothing in a browser, live: needs a trained model, and wakes the sampling process."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from pixellab import zoo

Open = Callable[[str], Page]
pytestmark = pytest.mark.skipif(not zoo.pretrained(), reason="no trained model is in pretrained/")


def test_another_picture_is_drawn_live(app: Open) -> None:
    page = app("/Generation")
    page.get_by_role("button", name="Draw another").click()
    expect(page).to_have_url(re.compile(r"seed=1\b"))
    expect(page.get_by_role("button", name="as drawn")).to_be_visible(timeout=20_000)
    expect(page.locator(".tb")).to_have_attribute("data-state", "finished", timeout=60_000)
    expect(page.get_by_text("784 pixels drawn.")).to_be_visible()
    expect(page.get_by_role("button", name="PNG", exact=True)).to_be_enabled()


def test_what_arrives_never_starts_the_animation_again(app: Open) -> None:
    page = app("/Generation?view=Nine&seed=21")
    bar = page.locator(".tb")
    seen = []
    for _ in range(400):
        seen.append(bar.evaluate("bar => [bar.dataset.run, Number(bar.dataset.head), bar.dataset.state]"))
        if seen[-1][2] == "finished":
            break
        page.wait_for_timeout(50)
    heads = [head for _, head, _ in seen]
    assert heads == sorted(heads), seen
    assert heads[-1] == 784
    assert len({run for run, _, _ in seen}) == 1


def test_drawing_can_be_cancelled_and_what_was_drawn_stays(app: Open) -> None:
    page = app("/Generation?view=Temperatures&seed=22")
    cancel = page.get_by_role("button", name="Cancel")
    if cancel.is_disabled():
        pytest.skip("this machine has drawn twelve pictures before the page had settled")
    cancel.click()
    expect(page.get_by_text(re.compile(r"Stopped at pixel|pixels drawn"))).to_be_visible()
    expect(cancel).to_be_disabled(timeout=20_000)


def test_the_state_is_in_the_address_and_survives_other_pages(app: Open, settled: Callable[[Page], None]) -> None:
    page = app("/Generation?view=Nine&seed=23")
    expect(page.locator(".tb")).to_have_attribute("data-state", "finished", timeout=60_000)
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("link", name="Start").click()
    expect(page.get_by_role("option")).to_have_count(4)
    sidebar.get_by_role("link", name="Generation").click()
    expect(page.get_by_label("Seed")).to_have_value("23")
    expect(page.get_by_role("option")).to_have_count(9)
    settled(page)
    assert "seed=23" in page.url
    assert "view=Nine" in page.url


def test_a_file_can_be_saved(app: Open) -> None:
    page = app("/Generation?view=Nine")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Animated PNG").click()
    assert waiting.value.suggested_filename == "nine-animated.png"
    assert waiting.value.path().read_bytes().startswith(b"\x89PNG")
