"""Blind spot in a browser: the hop game, the question and its reveal, links, keys, and hovers that stay in the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pixellab import fields
from pixellab.ui import blind_spot

BLIND_SPOT = "/Blind_spot"
Open = Callable[[str], Page]
Wait = Callable[[Page], None]


def lesson(page: Page) -> Locator:
    return page.locator(".st-key-blind_spot")


def grid(page: Page) -> Locator:
    return lesson(page).locator(".rg")


def at(page: Page, row: float, column: float, width: int = 19, height: int = 15) -> tuple[float, float]:
    """The middle of a cell on the screen; the last cell ends one pixel before the canvas's lower right corner."""
    grid(page).scroll_into_view_if_needed()
    box = grid(page).bounding_box()
    cell = float(grid(page).get_attribute("data-cell"))
    return (
        box["x"] + box["width"] - 1 - (width - column - 0.5) * cell,
        box["y"] + box["height"] - 1 - (height - row - 0.5) * cell,
    )


def click(page: Page, row: int, column: int) -> None:
    page.mouse.click(*at(page, row, column))


def caption(page: Page) -> Locator:
    return lesson(page).locator(".ls-main > .sentence")


def hops(page: Page) -> Locator:
    return lesson(page).locator(".hg-words")


def view(**changes: str) -> dict[str, str]:
    return {control.name: control.default for control in blind_spot.CONTROLS} | changes


def sentence(row: int, column: int, **changes: str) -> str:
    return fields.split(blind_spot.network(view(**changes)), row, column).sentence


def test_the_answer_is_hidden_until_it_is_asked_for(app: Open) -> None:
    page = app(BLIND_SPOT)
    expect(lesson(page).get_by_role("heading", name=re.compile("Can 3×3 layers"))).to_be_visible()
    expect(lesson(page).locator(".ls-meter")).to_be_hidden()
    expect(lesson(page).locator(".ls-text")).to_be_hidden()
    expect(lesson(page).locator(".legend")).not_to_contain_text("blind")
    expect(caption(page)).not_to_contain_text("sees")


def test_a_guess_stays_beside_the_truth_and_in_the_address(app: Open, settled: Wait) -> None:
    page = app(BLIND_SPOT)
    option = lesson(page).get_by_role("button", name=re.compile("Yes, five layers can"))
    option.click()
    lesson(page).get_by_role("button", name="Check my guess").click()
    expect(option).to_contain_text("your guess ✗")
    expect(lesson(page).get_by_role("button", name=re.compile("No, at any depth"))).to_contain_text("✓")
    expect(page).to_have_url(re.compile(r"\?guess=A&reveal=1|\?reveal=1&guess=A"))
    settled(page)
    app(page.url)
    expect(option).to_contain_text("your guess ✗")
    expect(lesson(page).locator(".ls-meter")).to_contain_text("83 %")
    expect(lesson(page).locator(".ls-meter")).to_contain_text("50 of 60 pixels, 10 blind")
    expect(caption(page)).to_have_text(sentence(10, 9))


def test_the_proof_is_that_of_the_fields(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?reveal=1")
    reason = fields.path(blind_spot.network(view()), (8, 12), (10, 9)).reason
    expect(lesson(page).locator(".ls-panel.picture")).to_contain_text(reason)
    lesson(page).get_by_role("tab", name="Formula").click()
    expect(lesson(page).locator(".ls-panel.formula")).to_contain_text("1 · (2 − 1) + 1 = 2 and Δcol = 3 > 2")


def test_only_legal_hops_count_and_the_flag_stays_out_of_reach(app: Open) -> None:
    page = app(BLIND_SPOT)
    click(page, 10, 11)
    expect(hops(page)).to_contain_text("No kernel has a tap there")
    click(page, 9, 10)
    expect(hops(page)).to_contain_text("4 layers left; the flag is 1 row up, 2 columns right away.")
    click(page, 8, 11)
    expect(hops(page)).to_contain_text("1 column right")
    click(page, 8, 12)
    expect(hops(page)).to_contain_text("No kernel has a tap there")
    lesson(page).get_by_role("button", name="Take back").click()
    expect(hops(page)).to_contain_text("4 layers left")


def test_the_game_can_be_won_where_a_path_exists(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=3")
    click(page, 9, 10)
    click(page, 8, 12)
    expect(hops(page)).to_have_text("You are there, in 2 hops. The other 3 layers pass it on at the own pixel.")


def test_painted_guesses_are_compared(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=2")
    page.mouse.move(*at(page, 9, 12))
    page.mouse.down()
    page.mouse.move(*at(page, 9, 17), steps=8)
    page.mouse.up()
    expect(caption(page)).to_contain_text("6 pixels painted.")
    page.keyboard.press("Space")
    legend = lesson(page).locator(".legend")
    expect(legend).to_contain_text("right 4", timeout=10_000)
    expect(legend).to_contain_text("missed 2")
    expect(legend).to_contain_text("extra 2")


def test_the_keyboard_alone_does_it_all(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=2")
    grid(page).focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(caption(page)).to_contain_text("1 pixel painted.")
    page.keyboard.press("Space")
    expect(lesson(page).locator(".legend")).to_contain_text("right 1", timeout=10_000)


def test_a_clicker_steps_and_reveals(app: Open) -> None:
    page = app(BLIND_SPOT)
    current = lesson(page).locator("[aria-current=step]")
    expect(current).to_have_text("1")
    page.keyboard.press("c")
    page.keyboard.press("Space")
    expect(lesson(page).locator(".ls-verdict")).to_be_visible()
    expect(lesson(page).get_by_role("button", name=re.compile("No, at any depth"))).to_contain_text("your guess ✓")
    expect(lesson(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=10_000)
    page.keyboard.press("PageDown")
    expect(current).to_have_text("2")
    expect(lesson(page).locator(".ls-verdict")).to_be_hidden()
    page.keyboard.press("PageUp")
    expect(current).to_have_text("1")


def test_free_play_is_one_click_away_and_every_pixel_answers(app: Open) -> None:
    page = app(BLIND_SPOT)
    lesson(page).get_by_role("button", name="Free play").first.click()
    for row, column in ((10, 9), (0, 0), (3, 17), (14, 18), (7, 1)):
        page.mouse.move(*at(page, row, column))
        expect(caption(page)).to_have_text(sentence(row, column))
    click(page, 7, 1)
    page.mouse.move(0, 0)
    expect(caption(page)).to_have_text(sentence(7, 1))
    expect(page).to_have_url(re.compile(r"target=7%2C1|target=7,1"))
    lesson(page).locator("[data-control=k]").get_by_role("button", name="5×5").click()
    expect(caption(page)).to_have_text(sentence(7, 1, k="5"))
    lesson(page).locator("[data-control=layers] input").fill("2")
    expect(caption(page)).to_have_text(sentence(7, 1, k="5", layers="3"))


def test_the_time_bar_lets_the_field_grow(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=free")
    lesson(page).get_by_role("button", name="First (Home)").click()
    expect(caption(page)).to_contain_text("After 0 of 5 layers down")
    lesson(page).get_by_role("button", name="One step forward").click()
    expect(caption(page)).to_contain_text("After 1 of 5 layers down")
    lesson(page).get_by_role("button", name="Last (End)").click()
    expect(caption(page)).to_have_text(sentence(10, 9))


def test_an_element_is_lit_wherever_it_appears(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?reveal=1")
    lesson(page).get_by_role("tab", name="Formula").click()
    lesson(page).locator(".formula [data-lit=half]").click()
    for place in (".formula", ".picture", ".code"):
        expect(lesson(page).locator(f".ls-panel{place} [data-lit=half].lit")).to_have_count(1)


def test_a_teacher_hides_controls_and_enlarges_the_type(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?controls=0&class=1&reveal=1")
    expect(lesson(page).locator(".ls-controls")).to_be_hidden()
    expect(lesson(page).locator(".ls-steps")).to_be_hidden()
    assert lesson(page).locator(".px").evaluate("e => getComputedStyle(e).fontSize") == "22px"


def test_a_hover_never_reaches_the_server(sent: list[int], app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=free&size=28x28&layers=16&first=7&target=14,14")
    expect(caption(page)).to_contain_text("Pixel row 14, column 14")
    page.wait_for_timeout(1000)  # whatever the page still had to say
    before = len(sent)
    for row in range(2, 26, 3):
        page.mouse.move(*at(page, row, 26 - row, 28, 28), steps=3)
    assert len(sent) == before


def test_verify_by_gradient_agrees(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=free&layers=3&target=6,7")
    lesson(page).get_by_role("button", name="Verify by gradient").click()
    expect(lesson(page).get_by_role("button", name="Asking a network")).to_be_visible()
    seen = fields.split(blind_spot.network(view(layers="3")), 6, 7).seen.sum()
    expect(caption(page)).to_contain_text(f"not zero for exactly these {seen} pixels.", timeout=60_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_the_question_first_and_does_not_scroll_sideways(
    browser: Browser, base_url: str, browser_context_args: dict, settled: Wait, scheme: str
) -> None:
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
           "color_scheme": scheme}
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{base_url}{BLIND_SPOT}")
    settled(page)
    question = lesson(page).locator(".ls-question").bounding_box()
    assert question["y"] + question["height"] < grid(page).bounding_box()["y"]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    page.touchscreen.tap(*at(page, 9, 10))
    expect(hops(page)).to_contain_text("4 layers left")
    context.close()


def test_what_was_chosen_survives_a_change_of_page(app: Open) -> None:
    page = app(f"{BLIND_SPOT}?step=free&k=5")
    lesson(page).locator("[data-control=layers] input").fill("7")
    expect(page).to_have_url(re.compile("layers=8"))
    navigation = page.get_by_test_id("stSidebar")
    navigation.get_by_role("link", name="Start").click()
    expect(lesson(page)).to_have_count(0)
    navigation.get_by_role("link", name="Blind spot").click()
    expect(caption(page)).to_have_text(sentence(10, 9, k="5", layers="8"))
    expect(page).to_have_url(re.compile("k=5&layers=8"))
