"""Masks and leaks in a browser: painting, switching masks, the kernel editor, colours, and silent hovers."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from pixellab import fields
from pixellab.teaching.mistakes import MISTAKES
from pixellab.ui import leak_lab, masks_lab

MASKS = "/Masks_and_leaks"
HEIGHT, WIDTH = masks_lab.HEIGHT, masks_lab.WIDTH
Open = Callable[[str], Page]
Wait = Callable[[Page], None]


def lesson(page: Page) -> Locator:
    return page.locator(".st-key-masks_lab")


def grid(page: Page) -> Locator:
    return lesson(page).locator(".rg")


def badge(page: Page) -> Locator:
    return lesson(page).locator(".ml-badge")


def caption(page: Page) -> Locator:
    return lesson(page).locator(".ls-main > .sentence")


def at(page: Page, row: float, column: float) -> tuple[float, float]:
    """The middle of a cell on the screen; the last cell ends one pixel before the canvas's lower right corner."""
    grid(page).scroll_into_view_if_needed()
    box = grid(page).bounding_box()
    cell = (box["height"] - 19) / HEIGHT
    return (
        box["x"] + box["width"] - 1 - (WIDTH - column - 0.5) * cell,
        box["y"] + box["height"] - 1 - (HEIGHT - row - 0.5) * cell,
    )


def sentence(row: int = 5, column: int = 6, **changes: str) -> str:
    view = {control.name: control.default for control in masks_lab.CONTROLS} | changes
    return fields.split(masks_lab.network(view), row, column).sentence


def layer(page: Page, number: int) -> Locator:
    return lesson(page).locator(".ml-layer").nth(number - 1)


def test_a_painted_guess_is_compared_with_aaaa(app: Open) -> None:
    page = app(MASKS)
    expect(badge(page)).to_be_hidden()
    page.mouse.move(*at(page, 5, 2))
    page.mouse.down()
    page.mouse.move(*at(page, 5, 5), steps=6)
    page.mouse.up()
    lesson(page).get_by_role("button", name="Check my guess").click()
    legend = lesson(page).locator(".legend")
    expect(legend).to_contain_text("right 1", timeout=10_000)
    expect(legend).to_contain_text("missed 24")
    expect(legend).to_contain_text("extra 3")
    expect(caption(page)).to_have_text(sentence(masks="AAAA"))


def test_a_link_shows_the_leak_of_bbbb_and_its_path(app: Open) -> None:
    page = app(f"{MASKS}?step=2&reveal=1&guess=A")
    expect(badge(page)).to_contain_text("✕ Leak. By this path: layer 1 at the target reads the picture at the target.")
    expect(caption(page)).to_have_text(sentence(masks="BBBB"))
    expect(lesson(page).locator(".ls-options .right")).to_contain_text("samples fail")


def test_switching_a_mask_answers_at_once_and_is_in_the_address(app: Open, settled: Wait) -> None:
    page = app(f"{MASKS}?step=free")
    expect(badge(page)).to_contain_text("✓ No leak")
    layer(page, 3).get_by_role("button", name="none").click()
    expect(caption(page)).to_have_text(sentence(masks="ABNB"))
    expect(badge(page)).to_contain_text("✕ Leak")
    expect(page).to_have_url(re.compile("masks=ABNB"))
    settled(page)
    app(page.url)
    expect(caption(page)).to_have_text(sentence(masks="ABNB"))


def test_the_kernel_editor_says_by_which_path_it_leaks(app: Open) -> None:
    page = app(f"{MASKS}?step=free&masks=AMBB")
    expect(badge(page)).to_contain_text("✓ No leak")
    layer(page, 2).get_by_role("button", name="tap row 0, column 1").click()
    expect(badge(page)).to_contain_text("layer 2 at the target reads layer 1 at the pixel 1 right")
    expect(badge(page)).to_contain_text("layer 1 at the pixel 1 right reads the picture at the target")
    expect(caption(page)).to_have_text(sentence(masks="AMBB", taps="111111000"))
    layer(page, 2).get_by_role("button", name="tap row 0, column 1").press("Enter")
    expect(badge(page)).to_contain_text("✓ No leak")


def test_the_matrix_of_colours_is_that_of_the_fields(app: Open) -> None:
    for masks in ("ABBB", "AABB", "BBBB"):
        page = app(f"{MASKS}?step=free&colours=3&masks={masks}")
        entries = lesson(page).locator(".cm button")
        expect(entries).to_have_count(9)
        view = {control.name: control.default for control in masks_lab.CONTROLS} | {"masks": masks, "colours": "3"}
        network = masks_lab.network(view)
        sees = [bool(s) for to in range(3) for s in fields.colours(network, 5, 6, to)[:, 5, 6]]
        assert [text != "0" for text in entries.all_inner_texts()] == sees


def test_a_path_through_the_colours_is_traced(app: Open) -> None:
    page = app(f"{MASKS}?step=free&colours=3")
    lesson(page).get_by_role("button", name=re.compile("logits of G see R")).click()
    words = lesson(page).locator(".ml-colours .sentence")
    expect(words).to_have_text(
        "logits G ← G in layer 4 ← G in layer 3 ← G in layer 2 ← G in layer 1 ← R of the picture."
    )
    lesson(page).get_by_role("button", name=re.compile("logits of R do not see B")).click()
    expect(words).to_have_text("No path leads from B of the pixel to its logits of R.")


def test_hovering_never_reaches_the_server(sent: list[int], app: Open) -> None:
    page = app(f"{MASKS}?step=free")
    expect(caption(page)).to_have_text(sentence())
    page.wait_for_timeout(1000)  # whatever the page still had to say
    before = len(sent)
    for row, column in ((2, 2), (8, 9), (0, 12), (10, 0)):
        page.mouse.move(*at(page, row, column))
        expect(caption(page)).to_have_text(sentence(row, column))
    assert len(sent) == before


@pytest.mark.skipif(leak_lab.recorded() is None, reason="the leak lab is not recorded")
def test_the_leak_lab_names_the_mistake_after_the_guess(app: Open) -> None:
    page = app(f"{MASKS}?lab=mask-b-first")
    lab = page.locator(".st-key-leak_lab")
    title = MISTAKES["mask-b-first"].title
    expect(lab.locator(".lk-title")).not_to_contain_text(title)
    expect(lab.locator(".lk-said")).to_be_hidden()
    lab.get_by_role("button", name=title).click()
    expect(lab.get_by_role("button", name=title)).to_contain_text("your guess ✓")
    expect(lab.locator(".lk-said")).to_contain_text(MISTAKES["mask-b-first"].wrong)
    lab.get_by_role("button", name="Browse").click()
    expect(lab.locator(".lk-list button")).to_have_count(len(leak_lab.recorded()))
    expect(page).to_have_url(re.compile("known=1"))


@pytest.mark.parametrize("changes", [{"masks": "ABNB"}, {"masks": "AMMM", "taps": "111111000", "colours": "3"}])
def test_verify_by_gradient_asks_a_network_with_these_masks(app: Open, changes: dict[str, str]) -> None:
    page = app(f"{MASKS}?step=free&{urlencode(changes)}")
    lesson(page).get_by_role("button", name="Verify by gradient").click()
    view = {control.name: control.default for control in masks_lab.CONTROLS} | changes
    count = fields.seen(masks_lab.network(view), 5, 6).sum()
    expect(caption(page)).to_contain_text(f"not zero for exactly these {count} pixels.", timeout=60_000)
