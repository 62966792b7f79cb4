"""Compare and check in a browser: ranking, sorting, one card open, one pointer over all maps, ten questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pixellab import fields, zoo
from pixellab.ui import comparison
from pixellab.ui.questions import QUESTIONS

COMPARE = "/Compare_and_check"
Open = Callable[[str], Page]
Wait = Callable[[Page], None]
FIRST = comparison.data()["models"][0]["name"]


def lesson(page: Page) -> Locator:
    return page.locator(".st-key-comparison")


def row(page: Page, name: str) -> Locator:
    return lesson(page).locator(f'tr[data-model="{name}"]')


def quiz(page: Page) -> Locator:
    return page.locator(".st-key-quiz")


@pytest.fixture
def phone(browser: Browser, browser_context_args: dict, base_url: str) -> Iterator[Page]:
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True, "base_url": base_url}
    )
    yield context.new_page()
    context.close()


def test_every_model_has_a_row_and_a_sample_of_the_seed(app: Open) -> None:
    page = app(COMPARE)
    expect(lesson(page).locator("tr[data-model]")).to_have_count(len(zoo.pretrained()))
    expect(lesson(page).locator(".cm-row figure")).to_have_count(len(zoo.pretrained()))
    expect(row(page, FIRST).locator(".cm-sees b")).to_have_text(re.compile(r"\d+ %"))


def test_a_model_opens_by_click_and_key_and_link(app: Open, settled: Wait) -> None:
    page = app(f"{COMPARE}?step=free")
    card = lesson(page).get_by_role("region", name="The card of tiles-gated")
    expect(card).to_have_count(0)
    button = row(page, "tiles-gated").get_by_role("button", name="tiles-gated")
    button.focus()
    page.keyboard.press("Enter")
    expect(card).to_contain_text("pixellab train tiles-gated")
    expect(card.locator("svg")).to_have_attribute("aria-label", re.compile("on the validation split"))
    expect(card.locator(".cm-picture")).to_have_count(16)
    expect(page).to_have_url(re.compile("model=tiles-gated"))
    settled(page)
    app(page.url)
    expect(card).to_contain_text("pixellab train tiles-gated")
    button.click()
    expect(card).to_have_count(0)


def test_a_column_sorts_within_its_groups(app: Open) -> None:
    page = app(f"{COMPARE}?step=free")
    lesson(page).get_by_role("button", name="Weights").click()
    expect(lesson(page).locator('th[aria-sort="ascending"]')).to_have_text("Weights ↑")
    data = comparison.data()
    wanted = [
        found["name"]
        for group in range(len(data["groups"]))
        for found in sorted((m for m in data["models"] if m["group"] == group), key=lambda m: m["weights"])
    ]
    names = lesson(page).locator("tr[data-model]").evaluate_all("rows => rows.map((row) => row.dataset.model)")
    assert names == wanted
    lesson(page).get_by_role("button", name="Weights").click()
    expect(lesson(page).locator('th[aria-sort="descending"]')).to_have_text("Weights ↓")


def test_the_pointer_moves_the_pixel_in_all_maps_without_the_server(sent: list[int], app: Open, settled: Wait) -> None:
    page = app(f"{COMPARE}?step=free")
    box = row(page, FIRST).locator(".cm-map").bounding_box()
    configuration = zoo.card(FIRST).configuration
    sent.clear()
    where = [(i + 0.5) / n for i, n in ((14, configuration.height), (22, configuration.width))]
    page.mouse.move(box["x"] + where[1] * box["width"], box["y"] + where[0] * box["height"])
    for name in zoo.pretrained():
        share = fields.share(zoo.card(name).configuration, 14, 22)
        expect(row(page, name).locator(".cm-sees b")).to_have_text(f"{round(100 * share)} %")
    expect(lesson(page).locator(".ls-main > .sentence")).to_contain_text("Pixel row 14, column 22")
    assert not sent
    page.mouse.move(5, 5)
    expect(lesson(page).locator(".ls-main > .sentence")).to_contain_text("Pixel row 14, column 2:")


def test_arrows_move_the_pixel_and_the_address_knows(app: Open) -> None:
    page = app(f"{COMPARE}?step=free")
    row(page, FIRST).locator(".cm-map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(lesson(page).locator(".ls-main > .sentence")).to_contain_text("Pixel row 18, column 6")
    expect(page).to_have_url(re.compile("at=18(%2C|,)6"))


def test_a_step_keeps_its_column_to_itself(app: Open) -> None:
    ranking = bool(comparison.ranked())
    page = app(f"{COMPARE}?step={2 if ranking else 1}")
    expect(row(page, FIRST).locator(".cm-steps")).to_contain_text("?")
    lesson(page).get_by_role("button", name=re.compile("Diagonal BiLSTM$")).click()
    lesson(page).get_by_role("button", name="Check my guess").click()
    expect(row(page, FIRST).locator(".cm-steps")).not_to_contain_text("?")
    expect(lesson(page).locator(".ls-verdict")).to_contain_text("55")


def test_a_ranking_is_checked_beside_the_truth(app: Open) -> None:
    ranked = [entry.card.name for entry in comparison.ranked()]
    if not ranked:
        pytest.skip("no two shipped models share a protocol yet")
    page = app(COMPARE)
    expect(row(page, ranked[0]).locator(".cm-paper")).to_have_text("?")
    for name in [ranked[1], ranked[0], *ranked[2:]]:
        row(page, name).locator(".cm-rank").click()
    expect(row(page, ranked[0]).locator(".cm-rank")).to_have_text("2.")
    lesson(page).get_by_role("button", name="Check my guess").click()
    expect(row(page, ranked[0]).locator(".cm-ours")).to_contain_text("place 1, yours 2 ✗")
    expect(lesson(page).locator(".ls-meter")).to_contain_text(f"{len(ranked) - 2} of {len(ranked)}")
    expect(row(page, ranked[0]).locator(".cm-ours b")).to_have_text(f"{zoo.card(ranked[0]).figure('test').value:.2f}")


def test_the_seed_changes_the_samples(app: Open) -> None:
    page = app(f"{COMPARE}?step=free&seed=2")
    picture = lesson(page).locator(".cm-row .cm-picture").first
    expect(picture).to_have_attribute("aria-label", re.compile("seed 2"))
    slider = lesson(page).get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(picture).to_have_attribute("aria-label", re.compile("seed 3"))


def test_ten_questions_are_answered_and_lead_to_their_page(app: Open, settled: Wait) -> None:
    page = app(f"{COMPARE}?q=5")
    question = QUESTIONS[4]
    expect(quiz(page)).to_contain_text("Four layers of 7×7")
    quiz(page).get_by_role("button", name=re.compile(re.escape(question.options[0]))).click()
    expect(quiz(page)).to_contain_text("your guess ✗")
    expect(quiz(page)).to_contain_text("0 of 1 answered right")
    expect(page).to_have_url(re.compile("said=----A"))
    settled(page)
    quiz(page).get_by_role("button", name="Next question").click()
    quiz(page).get_by_role("button", name=re.compile(QUESTIONS[5].options[QUESTIONS[5].answer])).click()
    expect(quiz(page)).to_contain_text("1 of 2 answered right")
    settled(page)
    app(page.url)
    expect(quiz(page)).to_contain_text("1 of 2 answered right")
    page.get_by_role("link", name="Try it: Row and diagonal").click()
    expect(page).to_have_url(re.compile("/Row_and_diagonal"))
    expect(page.get_by_role("heading", name="Row and diagonal")).to_be_visible()


def test_on_a_phone_a_model_is_a_card_that_opens_by_touch(phone: Page, settled: Wait) -> None:
    phone.goto(f"{COMPARE}?step=free")
    settled(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert lesson(phone).locator("tr[data-model]").first.evaluate("row => getComputedStyle(row).display") == "block"
    row(phone, FIRST).get_by_role("button", name=FIRST).tap()
    card = lesson(phone).get_by_role("region", name=f"The card of {FIRST}")
    expect(card.locator(".cm-picture").first).to_be_visible()
    assert card.evaluate("card => card.scrollWidth <= card.clientWidth + 1")
    row(phone, FIRST).locator(".cm-map").tap(position={"x": 50, "y": 30})
    expect(lesson(phone).locator(".ls-main > .sentence")).not_to_contain_text("column 2:")
