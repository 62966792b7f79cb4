"""The painter, on the completion studio: mouse, touch, keyboard, and what survives."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pixellab.ui import address

STUDIO = "/Completion_studio"
SIDE = 28
Open = Callable[[str], Page]
Wait = Callable[[Page], None]


def painter(page: Page) -> Locator:
    return page.locator(".st-key-hole")


def says(page: Page, text: str) -> None:
    expect(painter(page).locator(".sentence")).to_contain_text(text)


def at(page: Page, row: float, column: float) -> tuple[float, float]:
    """The middle of a cell on the screen. Cells are square and end at the canvas's right and lower edge."""
    canvas = painter(page).locator(".overlay")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    cell = canvas.evaluate(
        "c => { const side = Math.floor((c.width - 22 * devicePixelRatio - 1) / 28); return side / devicePixelRatio }"
    )
    return (
        box["x"] + box["width"] - (SIDE - column - 0.5) * cell,
        box["y"] + box["height"] - (SIDE - row - 0.5) * cell,
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *start))
    page.mouse.down()
    page.mouse.move(*at(page, *end), steps=4)
    page.mouse.up()


def cleared(page: Page) -> Page:
    painter(page).get_by_role("button", name="Clear").click()
    says(page, "Nothing is hidden yet")
    return page


def hole_in_address(page: Page, *cells: tuple[int, int]) -> None:
    """Wait until the address tells of these hidden cells and no others."""
    hidden = np.zeros((SIDE, SIDE), bool)
    hidden[tuple(zip(*cells, strict=True))] = True
    expect(page).to_have_url(re.compile(rf"[?&]hole={address.text(hidden)}(&|$)"))


def choose_size(page: Page, size: int) -> None:
    painter(page).locator("[name=size]").fill(str(size))


def test_a_stroke_of_the_mouse_reaches_the_address(app: Open) -> None:
    page = cleared(app(STUDIO))
    choose_size(page, 1)
    drag(page, (14, 3), (14, 12))
    says(page, "10 of 784 pixels hidden; the first is row 14, column 3.")
    hole_in_address(page, *((14, column) for column in range(3, 13)))


def test_the_cursor_shows_exactly_what_a_click_takes(app: Open) -> None:
    page = cleared(app(STUDIO))
    count = """c => { const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const side = Math.floor((c.width - 22 * devicePixelRatio - 1) / 28); let cells = 0;
        for (let r = 0; r < 28; r++) for (let k = 0; k < 28; k++) {
          const x = c.width - 1 - (28 - k - 0.5) * side, y = c.height - 1 - (28 - r - 0.5) * side;
          cells += p[4 * (Math.floor(y) * c.width + Math.floor(x)) + 3] > 0; }
        return cells }"""
    for size, cells in ((1, 1), (2, 4), (3, 9), (5, 21), (9, 69)):
        choose_size(page, size)
        page.mouse.move(*at(page, 13.9, 12.9))
        shown = painter(page).locator(".overlay").evaluate(count)
        page.mouse.down()
        page.mouse.up()
        says(page, f"{shown} of 784 pixels hidden")
        assert abs(shown - cells) <= 8
        cleared(page)


def test_eraser_rectangle_undo_and_redo(app: Open) -> None:
    page = cleared(app(STUDIO))
    painter(page).get_by_role("button", name="Rectangle").click()
    drag(page, (4, 5), (7, 10))
    says(page, "24 of 784 pixels hidden; the first is row 4, column 5.")
    painter(page).get_by_role("button", name="Eraser").click()
    choose_size(page, 1)
    drag(page, (4, 5), (4, 10))
    says(page, "18 of 784 pixels hidden; the first is row 5, column 5.")
    painter(page).get_by_role("button", name="Undo").click()
    says(page, "24 of 784")
    painter(page).get_by_role("button", name="Redo").click()
    says(page, "18 of 784")


@pytest.mark.parametrize(
    ("name", "count"),
    [("right half", 392), ("top half", 392), ("centre", 196), ("all", 784), ("lower half", 392)],
)
def test_presets(app: Open, name: str, count: int) -> None:
    page = app(STUDIO)
    button = painter(page).get_by_role("button", name=name, exact=True)
    button.click()
    says(page, f"{count} of 784 pixels hidden")
    expect(button).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_does_what_the_mouse_does(app: Open) -> None:
    page = cleared(app(STUDIO))
    painter(page).locator(".overlay").focus()
    press = page.keyboard.press
    for _ in range(3):
        press("[")  # from 4 to 1
    press("Enter")
    says(page, "1 of 784 pixels hidden; the first is row 14, column 14.")
    press("ArrowRight")
    press(" ")
    says(page, "2 of 784")
    press("x")
    press("Enter")
    says(page, "1 of 784")
    press("Control+z")
    says(page, "2 of 784")
    press("Control+Shift+Z")
    says(page, "1 of 784")
    hole_in_address(page, (14, 14))


def test_escape_leaves_a_rectangle_undone(app: Open) -> None:
    page = cleared(app(STUDIO))
    painter(page).get_by_role("button", name="Rectangle").click()
    painter(page).locator(".overlay").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    says(page, "10 of 784")
    page.keyboard.press("Escape")
    says(page, "Nothing is hidden yet")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    says(page, "5 of 784")


def test_focus_is_visible_and_every_tool_is_reached_by_tab(app: Open) -> None:
    page = cleared(app(STUDIO))
    painter(page).get_by_role("button", name="Brush").focus()
    for name in ("Eraser", "Rectangle"):
        page.keyboard.press("Tab")
        expect(painter(page).get_by_role("button", name=name)).to_be_focused()
    painter(page).locator("[name=size]").focus()
    page.keyboard.press("Tab")
    overlay = painter(page).locator(".overlay")
    expect(overlay).to_be_focused()
    assert overlay.evaluate("c => getComputedStyle(c).outlineStyle") == "solid"


def test_what_is_painted_survives_a_change_of_page(app: Open) -> None:
    page = cleared(app(STUDIO))
    choose_size(page, 1)
    drag(page, (20, 3), (20, 8))
    says(page, "6 of 784 pixels hidden")
    hole_in_address(page, *((20, column) for column in range(3, 9)))
    page.get_by_test_id("stSidebar").get_by_role("link", name="Start").click()
    expect(painter(page)).to_have_count(0)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Completion studio").click()
    says(page, "6 of 784 pixels hidden; the first is row 20, column 3.")


def test_a_reload_and_a_link_lead_to_the_same_hole(app: Open, settled: Wait) -> None:
    page = cleared(app(STUDIO))
    choose_size(page, 1)
    drag(page, (9, 3), (9, 9))
    hole_in_address(page, *((9, column) for column in range(3, 10)))
    settled(page)
    app(page.url)
    says(page, "7 of 784 pixels hidden; the first is row 9, column 3.")


def test_hovering_never_reaches_the_server(sent: list[int], app: Open) -> None:
    page = app(f"{STUDIO}?hole={'A' * 131}")  # nothing hidden: no job is polled
    says(page, "Nothing is hidden yet")
    page.mouse.move(*at(page, 2, 2))
    page.wait_for_timeout(1500)  # whatever the page still had to say
    before = len(sent)
    for row in range(2, 26, 2):
        page.mouse.move(*at(page, row, 26 - row), steps=3)
    assert len(sent) == before


def test_touch_paints_and_does_not_scroll(
    browser: Browser, base_url: str, browser_context_args: dict, settled: Wait
) -> None:
    context = browser.new_context(
        **{
            **browser_context_args,
            "viewport": {"width": 390, "height": 844},
            "has_touch": True,
            "is_mobile": True,
        }
    )
    page = context.new_page()
    page.goto(f"{base_url}{STUDIO}")
    settled(page)
    cleared(page)
    choose_size(page, 1)
    overlay = painter(page).locator(".overlay")
    overlay.evaluate("c => c.scrollIntoView({ block: 'center' })")
    box, session = overlay.bounding_box(), context.new_cdp_session(page)
    top = page.get_by_test_id("stMain").evaluate("e => e.scrollTop")

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x = box["x"] + box["width"] / 2
    touch("touchStart", (x, box["y"] + 60))
    for y in range(70, 200, 10):
        touch("touchMove", (x, box["y"] + y))
    touch("touchEnd")
    expect(painter(page).locator(".sentence")).to_contain_text("pixels hidden")
    assert int(painter(page).locator(".sentence").inner_text().split()[0]) >= 10
    assert page.get_by_test_id("stMain").evaluate("e => e.scrollTop") == top
    context.close()


def test_the_dark_theme_changes_the_roles(
    browser: Browser, base_url: str, browser_context_args: dict, settled: Wait
) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(**{**browser_context_args, "color_scheme": scheme})
        page = context.new_page()
        page.goto(f"{base_url}{STUDIO}")
        settled(page)
        root = painter(page).locator(".px")
        seen[scheme] = root.evaluate("e => [e.dataset.theme, getComputedStyle(e).getPropertyValue('--target').trim()]")
        context.close()
    assert seen == {"light": ["light", "#C8450F"], "dark": ["dark", "#F2622E"]}
