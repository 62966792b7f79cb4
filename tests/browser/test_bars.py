"""Distribution bars of 256 values and three colours, without the app."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from pixellab.ui.components import source, styles

SHOW = """guess => {
  const bars = new Bars(document.querySelector(".bars-here"));
  const colours = palette(document.querySelector(".px"));
  const began = performance.now();
  bars.show({...guess, shares: Float32Array.from(guess.shares)}, colours);
  return performance.now() - began;
}"""


def put(page: Page) -> None:
    page.set_content(f"<style>{styles('roles', 'base', 'bars')}</style>"
                     "<div class=px style='width: 300px'><div class=bars-here></div></div>")  # fmt: skip
    page.add_script_tag(content=source("bars", "palette"))


def test_three_colours_are_three_labelled_histograms(page: Page) -> None:
    put(page)
    shares = [(1 + value // 128) / 384 for value in range(256)] * 3
    guess = {"title": "Row 1, column 2", "levels": 256, "channels": 3, "shares": shares, "drawn": [3, 128, 255]}
    page.evaluate(SHOW, guess)
    assert page.locator(".bars-many b").all_inner_texts() == ["R", "G", "B"]
    assert page.locator(".bars-many span").all_inner_texts() == [
        "3 drawn, 0.3 %",
        "128 drawn, 0.5 %",
        "255 drawn, 0.5 %",
    ]
    assert page.evaluate("[...document.querySelectorAll('.bars-many canvas')].every(c => c.width >= 200)")
    expect(page.locator("canvas").first).to_have_attribute(
        "aria-label", "Probability of each of 256 values; the likeliest is 128."
    )


def test_two_values_are_two_bars_with_their_numbers(page: Page) -> None:
    put(page)
    guess = {"title": "Row 17, column 14", "levels": 2, "channels": 1, "shares": [0.64, 0.36], "drawn": [1], "note": ""}
    page.evaluate(SHOW, guess)
    assert page.locator(".bars-row b").all_inner_texts() == ["0.64", "0.36"]
    expect(page.locator(".bars-row.chosen")).to_contain_text("white")


def test_what_was_not_kept_leaves_no_empty_bars(page: Page) -> None:
    put(page)
    guess = {"title": "Row 0, column 0", "levels": 2, "channels": 1, "drawn": None, "note": "Given."}
    page.evaluate(SHOW.replace("Float32Array.from(guess.shares)", "null"), guess)
    expect(page.get_by_text("Given.")).to_be_visible()
    expect(page.locator(".bars-body")).to_be_hidden()
