"""The time bar and what it plays, on the recorded frames of the generation page; one test asks the model for more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

Open = Callable[[str], Page]
ONE = "/Generation"
NINE = "/Generation?view=Nine"


def bar(page: Page) -> Locator:
    return page.locator(".tb")


def head(page: Page) -> int:
    return int(bar(page).get_attribute("data-head") or -1)


def scrub(page: Page, tick: int) -> None:
    page.get_by_label("Position in time").fill(str(tick))
    expect(bar(page)).to_have_attribute("data-head", str(tick))


def board(page: Page) -> Locator:
    return page.locator(".closeup canvas")


def hover(page: Page, row: int, column: int) -> None:
    """Move the mouse to a cell of the large picture; rulers take 22 pixels on the left and 18 above."""
    box = board(page).bounding_box()
    side = (box["width"] - 23) / 28
    page.mouse.move(box["x"] + 22 + (column + 0.5) * side, box["y"] + 18 + (row + 0.5) * side)


def test_frames_play_by_themselves_and_stop_at_the_end(app: Open) -> None:
    page = app(ONE)
    expect(bar(page)).to_have_attribute("data-state", "finished", timeout=20_000)
    assert head(page) == 784
    expect(page.get_by_text("pixel 784 of 784")).to_be_visible()


def test_the_keyboard_steps_plays_and_jumps(app: Open) -> None:
    page = app(ONE)
    board(page).scroll_into_view_if_needed()
    page.get_by_label("First (Home)").click()
    page.get_by_label("Position in time").focus()
    for key, tick in [("ArrowRight", 1), ("PageDown", 2), ("PageDown", 3), ("ArrowLeft", 2), ("PageUp", 1)]:
        page.keyboard.press(key)
        expect(bar(page)).to_have_attribute("data-head", str(tick))
    page.keyboard.press("End")
    expect(bar(page)).to_have_attribute("data-head", "784")
    page.keyboard.press("Home")
    expect(bar(page)).to_have_attribute("data-head", "0")
    page.keyboard.press(" ")
    expect(bar(page)).to_have_attribute("data-state", "playing")
    page.keyboard.press(" ")
    expect(bar(page)).to_have_attribute("data-state", "waiting")


def test_a_clicker_steps_without_any_focus(app: Open) -> None:
    page = app(ONE)
    scrub(page, 100)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("PageDown")
    expect(bar(page)).to_have_attribute("data-head", "101")


def test_a_step_can_be_a_row(app: Open) -> None:
    page = app(ONE)
    scrub(page, 100)
    page.get_by_role("button", name="row", exact=True).click()
    page.get_by_label("One step forward (→)").click()
    expect(bar(page)).to_have_attribute("data-head", "112")
    page.get_by_label("One step back (←)").click()
    expect(bar(page)).to_have_attribute("data-head", "84")


def test_slow_takes_more_than_a_second_a_step(app: Open) -> None:
    page = app(ONE)
    scrub(page, 10)
    page.get_by_role("button", name="slow").click()
    page.get_by_label("Play (Space)").click()
    page.wait_for_timeout(1000)
    assert head(page) == 10
    expect(bar(page)).to_have_attribute("data-head", "11")


def test_stopped_at_a_pixel_its_distribution_can_be_read(app: Open) -> None:
    page = app(ONE)
    scrub(page, 450)
    expect(page.locator(".bars-title")).to_have_text("Row 16, column 2")
    numbers = [float(text) for text in page.locator(".bars-row b").all_inner_texts()]
    assert sum(numbers) == pytest.approx(1, abs=0.011)
    expect(page.locator(".bars-note")).to_contain_text("Being drawn now.")
    expect(page.locator(".bars-row.chosen")).to_have_count(0)
    expect(board(page)).to_have_attribute("aria-label", re.compile(r"sees \d+ of 450 earlier pixels.*black 0|1\.\d\d"))
    page.get_by_label("One step forward (→)").click()
    expect(page.locator(".bars-title")).to_have_text("Row 16, column 3")


def test_hovering_a_drawn_pixel_asks_nothing_of_the_server(app: Open, sent: list[int]) -> None:
    page = app(ONE)
    scrub(page, 450)
    before = len(sent)
    hover(page, 10, 12)
    expect(page.locator(".bars-title")).to_have_text("Row 10, column 12")
    expect(page.locator(".bars-drawn", has_text="drawn")).to_have_count(1)
    hover(page, 20, 5)
    expect(page.locator(".bars-note")).to_have_text("Not drawn yet.")
    page.get_by_role("button", name="what it sees").click()
    page.get_by_role("button", name="how unsure").click()
    assert len(sent) == before


def test_a_click_pins_a_pixel_and_arrows_move_on(app: Open) -> None:
    page = app(ONE)
    scrub(page, 600)
    hover(page, 10, 12)
    page.mouse.down()
    page.mouse.up()
    page.mouse.move(2, 2)
    expect(page.locator(".bars-title")).to_have_text("Row 10, column 12")
    board(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".bars-title")).to_have_text("Row 11, column 11")
    assert head(page) == 600
    page.keyboard.press("Escape")
    expect(page.locator(".bars-title")).to_have_text("Row 21, column 12")


def test_unwanted_motion_shows_the_finished_picture_and_steps(page: Page, app: Open) -> None:
    page.emulate_media(reduced_motion="reduce")
    app(ONE)
    expect(bar(page)).to_have_attribute("data-state", "finished", timeout=2000)
    assert head(page) == 784
    page.get_by_label("One step back (←)").click()
    expect(bar(page)).to_have_attribute("data-head", "783")


def test_one_of_nine_is_picked_by_mouse_and_keys(app: Open, settled: Callable[[Page], None]) -> None:
    page = app(NINE)
    expect(page.locator(".en-heading")).to_have_text("Picture 5")
    page.get_by_role("option").nth(1).click()
    expect(page.locator(".en-heading")).to_have_text("Picture 2")
    page.get_by_role("listbox").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".en-heading")).to_have_text("Picture 3")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_attribute("data-index", "5")
    page.wait_for_timeout(400)
    settled(page)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Start").click()
    expect(page.get_by_role("option")).to_have_count(4)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Generation").click()
    expect(page.locator(".en-heading")).to_have_text("Picture 6")


def test_pictures_have_alternative_texts(app: Open) -> None:
    page = app(NINE)
    scrub(page, 300)
    expect(page.get_by_role("option").first).to_have_attribute(
        "aria-label", "Picture 1: 300 of 784 hidden pixels drawn."
    )
    expect(board(page)).to_have_attribute("aria-label", re.compile(r"^Picture 5, large\. Row 10, column 20: black"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_reaches_the_pictures(page: Page, app: Open, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    app(NINE)
    expect(page.locator(".px[data-film]")).to_have_attribute("data-theme", theme)


@pytest.mark.parametrize("path", ["/", ONE, NINE, "/Generation?view=Temperatures"])
def test_nothing_scrolls_sideways_on_a_phone(page: Page, app: Open, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    app(path)
    expect(bar(page)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_the_rest_is_drawn_again_from_the_pixel_that_is_looked_at(app: Open) -> None:
    page = app(ONE)
    scrub(page, 450)
    page.get_by_role("button", name="Redraw from here").click()
    expect(page).to_have_url(re.compile(r"[?&]kept=450\b"))
    expect(page.get_by_text("450 pixels kept. 334 pixels drawn.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Back to the whole").click()
    expect(page).not_to_have_url(re.compile("kept="))
    expect(page.get_by_role("button", name="Redraw from here")).to_be_visible()
