"""Three dials in a browser: set a colour and see which dials move; question and reveal, keys, links, hovering."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from pixellab.ui import dials
from pixellab.worker.requests import Dials

pytestmark = pytest.mark.skipif(dials.missing() != "", reason="no colour model is shipped")
Open = Callable[[str], Page]
Sweep = Callable[[Locator], None]
LESSON = ".st-key-dials"
HEARTBEATS = 1


def opened(app: Open, query: str = "") -> Page:
    page = app(f"/Three_dials{query}")
    expect(page.locator(f"{LESSON} .px[data-ready]")).to_be_visible(timeout=20_000)
    return page


def percent(share: np.ndarray, value: int) -> str:
    return f"{value}: {100 * float(share[value]):.2f} %"


def test_the_first_frame_is_the_recorded_pixel(app: Open) -> None:
    page = opened(app)
    tables = dials.recording().tables
    r, g, b = tables.values[Dials.PICTURE].tolist()
    said = page.locator(f"{LESSON} .dl-said b")
    expect(said.nth(0)).to_have_text(percent(tables.red, r))
    expect(said.nth(1)).to_have_text(percent(tables.green[Dials.PICTURE], g))
    expect(said.nth(2)).to_have_text(percent(tables.blue[Dials.PICTURE], b))


def test_red_at_250_moves_green_and_blue(app: Open) -> None:
    page = opened(app)
    page.keyboard.press("b")
    page.keyboard.press(" ")
    expect(page.locator(f"{LESSON} .ls-options button.right.mine")).to_contain_text("G and B")
    tables = dials.recording().tables
    row = Dials.ALONG_RED + 250 // 4
    red, green = tables.values[row].tolist()[:2]
    said = page.locator(f"{LESSON} .dl-said b")
    expect(said.nth(0)).to_have_text(percent(tables.red, red))
    expect(said.nth(1)).to_have_text(percent(tables.green[row], green))
    expect(page.locator(f"{LESSON} .dl-said").nth(0)).not_to_contain_text("moved")
    for channel in (1, 2):
        expect(page.locator(f"{LESSON} .dl-said").nth(channel)).to_contain_text("moved")


def test_a_key_on_red_moves_the_others_and_is_in_the_address(app: Open) -> None:
    page = opened(app, "?step=free")
    red = page.locator(f"{LESSON} .dl canvas").first
    red.focus()
    red.press("End")
    expect(red).to_have_attribute("aria-valuenow", re.compile("25[2-5]"))
    expect(page).to_have_url(re.compile(r"[?&]r=255"))
    red.press("Home")
    expect(page).to_have_url(re.compile(r"[?&]r=0"))


def test_on_its_own_no_dial_hears_of_another(app: Open) -> None:
    page = opened(app, "?step=2&reveal=1")
    alone = dials.recording().tables.alone
    said = page.locator(f"{LESSON} .dl-said b")
    before = said.nth(1).inner_text()
    value = int(before.split(":")[0])
    assert before == percent(alone[0], value)
    page.locator(f"{LESSON} .dl canvas").first.press("End")
    expect(said.nth(0)).to_contain_text("25")
    expect(said.nth(1)).to_have_text(before)


def test_what_the_second_answer_claims_is_counted(app: Open) -> None:
    page = opened(app, "?step=2&reveal=1")
    draws = dials.recording().tables.values[Dials.DRAWN : Dials.DRAWN + Dials.DRAWS]
    alone = np.stack([np.roll(draws[:, c], -c * (Dials.DRAWS // 3)) for c in range(3)], axis=1)
    ordered, mixed = (int(((d >= 128).any(1) & (d < 128).any(1)).sum()) for d in (draws, alone))
    assert mixed > 3 * ordered
    said = f"of {Dials.DRAWS} draws, {mixed} mix bright values with dark ones, and in order only {ordered}."
    expect(page.locator(f"{LESSON} .ls-verdict")).to_contain_text(said)


def test_regression_says_how_rare_its_mean_is(app: Open) -> None:
    page = opened(app, "?step=3&reveal=1")
    share = dials.recording().tables.red.astype(np.float64)
    mean = (share * np.arange(256)).sum() / share.sum()
    expect(page.locator(f"{LESSON} .ls-verdict")).to_contain_text(f"the mean of R here is {mean:.0f}")
    expect(page.locator(f"{LESSON} .ls-verdict")).to_contain_text(f"{100 * share[round(mean)]:.2f} %")


def test_a_hover_is_answered_in_the_page(sent: list[int], app: Open, sweep: Sweep) -> None:
    page = opened(app, "?step=free")
    page.wait_for_timeout(600)
    before = len(sent)
    for canvas in (".dl canvas", ".rg"):
        sweep(page.locator(f"{LESSON} {canvas}").first)
    page.locator(f"{LESSON} [data-control=look] button").nth(1).click()
    page.wait_for_timeout(600)
    clicked = len(sent)
    sweep(page.locator(f"{LESSON} .ss canvas").first)
    assert len(sent) <= clicked + HEARTBEATS
    assert clicked <= before + 2 + HEARTBEATS


def test_another_pixel_is_answered_live(app: Open) -> None:
    page = opened(app, "?step=free&at=5,5")
    expect(page.locator(f"{LESSON} .dl-said b").first).to_contain_text("%", timeout=60_000)
    expect(page.locator(f"{LESSON} .ls-main > .sentence")).to_contain_text("row 5, column 5")
