"""Row and diagonal in a browser: three grids under one pointer, painted guesses, waves, the skew, an LSTM's numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pixellab import fields
from pixellab.ui import row_diagonal
from pixellab.ui.components import source

ROW = "/Row_and_diagonal"
Open = Callable[[str], Page]
Wait = Callable[[Page], None]


def lesson(page: Page) -> Locator:
    return page.locator(".st-key-row_diagonal")


def pane(page: Page, name: str) -> Locator:
    return lesson(page).locator(f"figure[data-pane={name}]")


def front(page: Page) -> Locator:
    return lesson(page).locator("figure.front .rg")


def at(grid: Locator, row: float, column: float, height: int = 28, width: int = 28) -> tuple[float, float]:
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    cell = float(grid.get_attribute("data-cell"))
    return (
        box["x"] + box["width"] - 1 - (width - column - 0.5) * cell,
        box["y"] + box["height"] - 1 - (height - row - 0.5) * cell,
    )


def stand_still(page: Page) -> None:
    """Wait until the layout has settled: a scroll bar that appears makes room narrower, and cells smaller."""
    front(page).evaluate(
        """async c => { for (let before = '', same = 0; same < 10;) {
          const { x, y, width } = c.getBoundingClientRect(), now = [x, y, width].join();
          same = now === before ? same + 1 : 0;
          before = now;
          await new Promise(requestAnimationFrame); } }"""
    )


def caption(page: Page) -> Locator:
    return lesson(page).locator(".ls-main > .sentence")


def split(model: str, row: int, column: int, **changes: str) -> fields.Split:
    view = {control.name: control.default for control in row_diagonal.CONTROLS} | changes
    return fields.split(row_diagonal.networks(view)[model], row, column)


def expect_shares(page: Page, row: int, column: int, **changes: str) -> None:
    for model in ("pixelcnn", "row", "diagonal"):
        found = split(model, row, column, **changes)
        title = pane(page, model).get_by_role("button")
        expect(title).to_contain_text(f"{found.share:.0%}".replace("%", " %"))
        leaks = int(found.leak.sum())
        expect(title).to_contain_text(f"leaks {leaks}" if leaks else f"{found.seen.sum()} of {row * 28 + column}")


def test_one_pointer_for_three_grids(app: Open) -> None:
    page = app(ROW)
    expect(pane(page, "pixelcnn").get_by_role("button")).to_contain_text("26 %")
    expect(pane(page, "row").get_by_role("button")).not_to_contain_text("%")
    lesson(page).get_by_role("button", name="Show the answer").click()
    expect(lesson(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=20_000)
    expect_shares(page, 14, 2)
    page.mouse.move(*at(pane(page, "diagonal").locator(".rg"), 20, 25))
    expect_shares(page, 20, 25)
    expect(caption(page)).to_contain_text(split("pixelcnn", 20, 25).sentence)
    page.mouse.move(0, 0)
    expect_shares(page, 14, 2)


def test_a_click_pins_and_a_name_comes_to_the_front(app: Open) -> None:
    page = app(f"{ROW}?step=free")
    expect_shares(page, 14, 2)
    stand_still(page)
    page.mouse.click(*at(front(page), 9, 20))
    expect(page).to_have_url(re.compile(r"target=9%2C20|target=9,20"))
    pane(page, "diagonal").get_by_role("button").click()
    page.mouse.move(0, 0)
    expect(caption(page)).to_contain_text(split("diagonal", 9, 20).sentence)
    lesson(page).get_by_role("button", name="not shifted").click()
    expect_shares(page, 9, 20, late="0")
    expect(caption(page)).to_contain_text("and leaks: it sees")


def test_the_painted_triangle_is_compared(app: Open) -> None:
    page = app(f"{ROW}?step=2")
    grid = front(page)
    page.mouse.move(*at(grid, 5, 0, 8, 14))
    page.mouse.down()
    page.mouse.move(*at(grid, 5, 6, 8, 14), steps=8)
    page.mouse.up()
    expect(caption(page)).to_contain_text("7 pixels painted.")
    page.keyboard.press("Space")
    legend = lesson(page).locator(".legend")
    expect(legend).to_contain_text("right 5", timeout=20_000)
    expect(legend).to_contain_text("missed 41")
    expect(legend).to_contain_text("extra 2")


def test_the_missing_pixel_is_found_by_keyboard(app: Open) -> None:
    page = app(f"{ROW}?step=5")
    front(page).focus()
    for key in ("ArrowUp", *["ArrowRight"] * 9, "Enter"):
        page.keyboard.press(key)
    expect(caption(page)).to_contain_text("1 pixel painted.")
    page.keyboard.press("Space")
    legend = lesson(page).locator(".legend")
    expect(legend).to_contain_text("right 1", timeout=20_000)
    expect(legend).to_contain_text("missed 0")
    expect(legend).to_contain_text("extra 0")


def test_steps_of_a_layer(app: Open, settled: Wait) -> None:
    page = app(f"{ROW}?step=3")
    expect(pane(page, "diagonal").get_by_role("button")).to_contain_text("?")
    page.keyboard.press("c")
    lesson(page).get_by_role("button", name="Check my guess").click()
    for name, steps in (("pixelcnn", "1"), ("row", "28"), ("diagonal", "55")):
        expect(pane(page, name).locator("button span")).to_have_text(steps)
    expect(page).to_have_url(re.compile("guess=C"))
    settled(page)
    app(page.url)
    expect(lesson(page).get_by_role("button", name=re.compile("55: a diagonal"))).to_contain_text("your guess ✓")
    lesson(page).get_by_role("button", name="First (Home)").click()
    lesson(page).get_by_role("button", name="One step forward").click()
    expect(lesson(page).locator(".ls-meter")).to_contain_text("of 55 steps")
    expect(lesson(page).locator(".tb-label")).to_have_text("step 1 of 55")


@pytest.mark.parametrize(("height", "width"), [(5, 9), (9, 5)])
def test_waves_are_the_columns_of_the_skewed_map(browser: Browser, height: int, width: int) -> None:
    torch = pytest.importorskip("torch")
    from pixellab.layers.recurrence import Diagonals

    page = browser.new_page()
    page.set_content("<title>waves</title>")
    page.add_script_tag(content=source("waves"))
    size = {"height": height, "width": width}
    script = "([layer, h, w]) => waves(layer, h, w).map((steps) => [...steps])"
    networks = (
        fields.pixelcnn(7, 3, 1, **size),
        fields.row_lstm(7, 3, 1, **size),
        fields.diagonal_bilstm(7, 1, **size),
    )
    convolution, row, diagonal = (page.evaluate(script, [asdict(n.layers[1]), height, width]) for n in networks)
    page.close()
    assert convolution == [[1] * (height * width)]
    assert row == [[i + 1 for i in range(height) for _ in range(width)]]
    cells = torch.arange(height * width).view(1, height, width, 1, 1)
    for cell, steps in enumerate(diagonal[0]):
        assert cell in Diagonals(height, width).pixels(cells, steps - 1)
    np.testing.assert_array_equal(
        np.reshape(diagonal[1], (height, width)), np.reshape(diagonal[0], (height, width))[:, ::-1]
    )


def test_the_skew_goes_there_and_back(app: Open) -> None:
    page = app(f"{ROW}?step=free&show=skew&size=8x14&scan=right")
    label = lesson(page).locator(".tb-label")
    expect(label).to_have_text("column 7 of 21")
    lesson(page).get_by_role("button", name="Last (End)").click()
    expect(label).to_have_text("one row down")
    lesson(page).get_by_role("button", name="from the left").click()
    lesson(page).get_by_role("button", name="Last (End)").click()
    expect(label).to_have_text("unskewed")


def test_numbers_of_the_pinned_cell(app: Open) -> None:
    page = app(f"{ROW}?step=free&show=cell&target=8,12")
    with np.load(row_diagonal.FIRST_FRAMES / "lstm.npz") as file:
        terms = {name: file[name].astype(float) for name in file.files if file[name].dtype.kind == "f"}
    shown = {
        name: float(lesson(page).locator(f".formula [data-slot='{name}']").text_content().replace("−", "-"))
        for name in ("o-x", "f-h", "before", "c", "h")
    }
    recorded = {
        "o-x": terms["input_to_state"][0, 8, 12],
        "f-h": terms["state_to_state"][1, 8, 12],
        "before": terms["cell"][7, 12],
        "c": terms["cell"][8, 12],
        "h": terms["state"][8, 12],
    }
    assert shown == pytest.approx(recorded, abs=0.02)


def test_a_hover_never_reaches_the_server(sent: list[int], app: Open) -> None:
    page = app(f"{ROW}?step=free")
    expect(caption(page)).to_contain_text("Pixel row 14, column 2")
    page.wait_for_timeout(1000)  # whatever the page still had to say
    before = len(sent)
    for row in range(2, 26, 5):
        page.mouse.move(*at(front(page), row, 26 - row), steps=3)
    assert len(sent) == before


@pytest.mark.parametrize(("pane_", "late"), [("pixelcnn", "1"), ("row", "1"), ("diagonal", "1"), ("diagonal", "0")])
def test_verify_by_gradient_asks_the_model_in_front(app: Open, pane_: str, late: str) -> None:
    page = app(f"{ROW}?step=free&front={pane_}&size=8x14&layers=2&target=5,4&late={late}")
    lesson(page).get_by_role("button", name="Verify by gradient").click()
    found = split(pane_, 5, 4, size="8x14", layers="2", late=late)
    count = (found.seen | found.leak).sum()
    expect(caption(page)).to_contain_text(f"not zero for exactly these {count} pixels.", timeout=60_000)
    expect(caption(page)).to_contain_text("with these layers and random weights")


def test_a_click_on_the_name_in_front_enlarges_its_grid(app: Open) -> None:
    page = app(f"{ROW}?step=free")
    expect(pane(page, "pixelcnn").locator(".rg")).to_be_visible()
    pane(page, "row").get_by_role("button").click()
    expect(pane(page, "pixelcnn").locator(".rg")).to_be_hidden()
    assert float(front(page).get_attribute("data-cell")) >= 20
    expect(page).to_have_url(re.compile("large=1"))
    pane(page, "diagonal").get_by_role("button").click()
    expect(pane(page, "diagonal").locator(".rg")).to_be_visible()
    pane(page, "diagonal").get_by_role("button").click()
    expect(pane(page, "row").locator(".rg")).to_be_visible()


def test_a_phone_shows_one_grid_at_a_time_under_a_magnifier(
    browser: Browser, base_url: str, browser_context_args: dict, settled: Wait
) -> None:
    size = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(**{**browser_context_args, **size})
    page = context.new_page()
    page.goto(f"{base_url}{ROW}?step=free")
    settled(page)
    expect(lesson(page).locator(".rg:visible")).to_have_count(1)
    expect(pane(page, "pixelcnn").get_by_role("button")).to_contain_text("26 %")
    grid = front(page)
    grid.scroll_into_view_if_needed()
    box, side = grid.bounding_box(), float(grid.get_attribute("data-cell"))
    assert side >= 12
    finger = context.new_cdp_session(page)
    point = {"x": box["x"] + 5.5 * side, "y": box["y"] + 9.5 * side}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(lesson(page).locator("figure.front .loupe")).to_be_visible()
    expect(caption(page)).to_contain_text("Pixel row 9, column 5")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(lesson(page).locator("figure.front .loupe")).to_be_hidden()
    expect(page).to_have_url(re.compile("target=9%2C5|target=9,5"))
    context.close()
