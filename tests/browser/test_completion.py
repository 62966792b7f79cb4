"""The completion studio in a browser: endings that grow, stop and come back; pictures from strangers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from pixellab.ui import address

STUDIO = "/Completion_studio"
SIDE = 28
SLOW = 30_000  # ms: on a busy machine the first ending waits for the model to be read
Open = Callable[[str], Page]


def painter(page: Page) -> Locator:
    return page.locator(".st-key-hole")


def endings(page: Page) -> Locator:
    return page.locator(".st-key-endings")


def hide(page: Page, name: str) -> None:
    painter(page).get_by_role("button", name=name, exact=True).click()


def complete(page: Page, pixels: int) -> None:
    expect(page.get_by_text(f"{pixels} pixels drawn.")).to_be_visible(timeout=SLOW)


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def drawn_digit() -> np.ndarray:
    picture = np.full((120, 90, 3), 255, np.uint8)
    picture[20:100, 40:52] = 10
    return picture


def upload(page: Page, name: str, data: bytes) -> None:
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": data}
    )


def test_the_first_frame_shows_nine_recorded_endings(app: Open) -> None:
    page = app(STUDIO)
    expect(endings(page).get_by_role("option")).to_have_count(9)
    expect(endings(page).locator(".sentence")).to_contain_text("392 of 784 pixels were hidden")
    expect(endings(page).locator(".sentence")).to_contain_text("all are drawn", timeout=SLOW)


def test_a_stroke_brings_nine_endings(app: Open) -> None:
    page = app(STUDIO)
    hide(page, "centre")
    complete(page, 196)
    expect(endings(page).locator(".sentence")).to_contain_text(
        "196 of 784 pixels were hidden; all are drawn", timeout=SLOW
    )
    shown = endings(page).get_by_role("option").locator("canvas").evaluate_all("all => all.map(c => c.toDataURL())")
    assert len(set(shown)) == 9
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()


def test_another_stroke_replaces_the_endings_under_way(app: Open) -> None:
    page = app(STUDIO)
    hide(page, "all")
    hide(page, "right half")
    complete(page, 392)
    expect(page.get_by_text("784 pixels drawn.")).to_have_count(0)


def test_cancel_stops_and_keeps_what_was_drawn(app: Open) -> None:
    page = app(STUDIO)
    hide(page, "all")
    page.evaluate(
        """async () => {
        const cancel = () => document.querySelector("[class*='st-key-studio'][class*='cancel'] button");
        while (cancel()?.disabled ?? true) await new Promise((go) => setTimeout(go, 5));
        cancel().click();
        }"""
    )
    expect(page.get_by_text(re.compile(r"Stopped at pixel \d+ of 784"))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_disabled()
    page.get_by_role("button", name="Nine others").click()
    complete(page, 784)


def test_a_clicked_ending_is_shown_large_with_its_distribution(app: Open) -> None:
    page = app(STUDIO)
    endings(page).get_by_role("option").nth(7).click()
    card = endings(page).locator(".en-card")
    expect(card).to_contain_text("Ending 8")
    card.get_by_role("button", name="how unsure").click()
    endings(page).get_by_role("button", name=re.compile("last", re.I)).click()
    large = card.locator("canvas").first
    box = large.bounding_box()
    large.click(position={"x": box["width"] / 2, "y": box["height"] * 0.8})
    expect(card).to_contain_text(re.compile(r"Row \d+, column \d+"))
    expect(card).to_contain_text("black")


def test_files_can_be_saved(app: Open) -> None:
    page = app(STUDIO)
    for label, frames in (("PNG", 1), ("Animated PNG", 48)):
        with page.expect_download(timeout=SLOW) as saving:
            page.get_by_role("button", name=label, exact=True).click()
        image = Image.open(saving.value.path())
        assert image.format == "PNG"
        assert getattr(image, "n_frames", 1) >= frames
        assert image.size == (3 * 30 * 6 - 12,) * 2


def test_an_upload_is_fitted_previewed_and_finished(app: Open) -> None:
    page = app(f"{STUDIO}?source=Upload")
    upload(page, "seven.png", png(drawn_digit()))
    expect(page.get_by_role("img", name="The uploaded picture")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("as the model reads it"))).to_be_visible()
    expect(page.get_by_text("Invert")).to_be_visible()
    complete(page, 392)
    expect(page).to_have_url(re.compile(r"[?&]ink="))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("cut.png", png(drawn_digit())[:150], "damaged or cut short"),
        ("words.png", b"these are only words", "not a PNG, JPEG, WebP or GIF"),
        ("white.png", png(np.full((40, 40, 3), 255, np.uint8)), "blank"),
        ("bomb.png", png(np.zeros((8000, 8000), bool)), "million"),
    ],
)
def test_a_bad_upload_gets_one_sentence(app: Open, name: str, data: bytes, says: str) -> None:
    page = app(f"{STUDIO}?source=Upload")
    upload(page, name, data)
    expect(page.get_by_test_id("stAlert").get_by_text(says)).to_be_visible(timeout=SLOW)


def test_a_visitors_own_digit_is_finished(app: Open) -> None:
    page = app(f"{STUDIO}?source=Draw")
    board = page.locator(".st-key-ink .overlay")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 250, steps=8)
    page.mouse.up()
    expect(page.locator(".st-key-ink .sentence")).to_contain_text("pixels are ink")
    complete(page, 392)
    expect(page).to_have_url(re.compile(r"[?&]ink="))


def test_a_link_leads_to_the_same_endings(app: Open) -> None:
    hidden, ink = np.zeros((2, SIDE, SIDE), bool)
    hidden[18:] = ink[4:24, 13:15] = True
    page = app(f"{STUDIO}?source=Draw&ink={address.text(ink)}&hole={address.text(hidden)}&seed=5&temperature=0.8")
    complete(page, 280)
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("5")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("hole=%25%25&seed=-3&temperature=hot", "392 of 784 pixels hidden"),
        ("source=Draw&ink=~&model=none", "Nothing is drawn yet"),
        ("sample=4000&source=Elsewhere", "392 of 784 pixels hidden"),
    ],
)
def test_a_link_spoilt_by_hand_still_opens(app: Open, query: str, says: str) -> None:
    page = app(f"{STUDIO}?{query}")
    expect(page.get_by_text(says)).to_be_visible()


def test_a_stroke_is_answered_at_once(app: Open) -> None:
    """End of a stroke → first new pixel; a click elsewhere while the model draws. Measured inside the page."""
    page = app(STUDIO)
    hide(page, "right half")
    complete(page, 392)  # the model is awake
    first, click = page.evaluate(
        """async () => {
        const until = async (found) => {
          const began = performance.now();
          while (!found() && performance.now() - began < 20000) await new Promise((go) => setTimeout(go, 5));
          return performance.now() - began;
        };
        const inside = (key) => [...document.querySelectorAll(`.st-key-${key} *`)].find((e) => e.shadowRoot).shadowRoot;
        const says = () => inside("endings").querySelector(".sentence").textContent;
        inside("hole").querySelector("[data-preset=everything]").click();
        const first = await until(() => /All 784 pixels come from nothing; ([1-9]|all)/.test(says()));
        document.querySelector(".st-key-reveal input").click();
        return [first, await until(() => document.querySelector("[alt^='The original']"))];
        }"""
    )
    print(f"first new pixel after {first:.0f} ms; a click elsewhere answered after {click:.0f} ms")
    assert first < 6000, "the aim is 1 s on a quiet machine; this bound only catches what is broken"
    assert click < 6000, "the aim is 0.3 s on a quiet machine"


def below(page: Page) -> Locator:
    return page.locator(".st-key-endings-below")


def shown(grid: Locator) -> list[str]:
    return grid.get_by_role("option").locator("canvas").evaluate_all("all => all.map(c => c.toDataURL())")


def test_looking_below_is_switched_on_and_off_again(app: Open) -> None:
    hidden = np.zeros((SIDE, SIDE), bool)
    hidden[20:24, 10:18] = True
    page = app(f"{STUDIO}?hole={address.text(hidden)}&particles=8&seed=2")
    complete(page, 32)
    expect(endings(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=SLOW)
    raster = shown(endings(page))
    switch = page.get_by_role("switch", name="Look below")
    switch.focus()
    page.keyboard.press(" ")
    expect(below(page).locator(".sentence")).to_contain_text("endings are distinct", timeout=2 * SLOW)
    expect(below(page).locator(".sentence")).to_contain_text("Effective sample size: the 9 count as much as")
    expect(page).to_have_url(re.compile(r"[?&]below=1\b"))
    expect(below(page).locator(".swarm-worth")).to_contain_text("of 8 equal draws")
    expect(below(page).get_by_role("option").first).to_contain_text(re.compile(r"counts [\d.]+ %"))
    switch.focus()
    page.keyboard.press(" ")
    expect(below(page)).to_have_count(0)
    expect(endings(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=SLOW)
    assert shown(endings(page)) == raster
    expect(page).not_to_have_url(re.compile("below="))


def test_a_link_looks_below_and_time_can_be_wound_back(app: Open) -> None:
    hidden = np.zeros((SIDE, SIDE), bool)
    hidden[22:25, 10:18] = True
    page = app(f"{STUDIO}?hole={address.text(hidden)}&below=1&particles=8&seed=3")
    expect(below(page).locator(".sentence")).to_contain_text("endings are distinct", timeout=2 * SLOW)
    last = shown(below(page))
    bar = below(page).locator(".tb")
    below(page).get_by_label("First (Home)").click()
    expect(bar).to_have_attribute("data-head", "0")
    expect(below(page).locator(".sentence")).to_contain_text("9 × 8 particles: 0 of")
    below(page).get_by_label("One step forward (→)").click()
    expect(bar).to_have_attribute("data-head", "1")
    below(page).get_by_label("Last (End)").click()
    expect(below(page).locator(".sentence")).to_contain_text("endings are distinct")
    assert shown(below(page)) == last


def test_the_question_is_answered_by_the_widget(app: Open) -> None:
    page = app(STUDIO)
    ask = page.locator(".st-key-seam")
    expect(ask.locator(".ask-verdict")).to_be_hidden()
    ask.get_by_role("button", name=re.compile("all nine join")).click()
    expect(ask).to_contain_text("A was your guess; it is B.")
    expect(painter(page).locator(".sentence")).to_contain_text("the first is row 0, column 0")
    complete(page, 392)
    expect(page.get_by_text(re.compile(r"In raster order, \d of 9 go on across it"))).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]guess=A\b"))
