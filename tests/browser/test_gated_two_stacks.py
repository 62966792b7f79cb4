"""Gated, two stacks, in a browser: masks, shift and wires are judged as the fields judge them; the gate is real."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from pixellab import fields
from pixellab.ui import two_stacks

GATED = "/Gated_two_stacks"
Open = Callable[[str], Page]
Wait = Callable[[Page], None]


def lesson(page: Page) -> Locator:
    return page.locator(".st-key-two_stacks")


def grid(page: Page) -> Locator:
    return lesson(page).locator(".rg").first


def at(page: Page, row: float, column: float, height: int = 15, width: int = 19) -> tuple[float, float]:
    grid(page).scroll_into_view_if_needed()
    box = grid(page).bounding_box()
    cell = float(grid(page).get_attribute("data-cell"))
    return (
        box["x"] + box["width"] - 1 - (width - column - 0.5) * cell,
        box["y"] + box["height"] - 1 - (height - row - 0.5) * cell,
    )


def caption(page: Page) -> Locator:
    return lesson(page).locator(".ls-main > .sentence")


def meter(page: Page) -> Locator:
    return lesson(page).locator(".ls-meter")


def choose(page: Page, control: str, choice: str) -> None:
    lesson(page).locator(f"[data-control={control}]").get_by_role("button", name=choice, exact=True).click()


def split(row: int = 10, column: int = 9, **changes: str) -> fields.Split:
    view = {control.name: control.default for control in two_stacks.CONTROLS} | changes
    return fields.split(two_stacks.network(view), row, column)


def expect_judged(page: Page, row: int = 10, column: int = 9, **changes: str) -> None:
    found = split(row, column, **changes)
    expect(caption(page)).to_have_text(found.sentence)
    leak = int(found.leak.sum())
    expect(meter(page)).to_contain_text(f"{found.blind.sum()} blind")
    expect(meter(page)).to_contain_text(f"and {leak} leak" if leak else "and no leak")


def test_the_wedge_is_still_there_and_the_answer_empties_it(app: Open, settled: Wait) -> None:
    page = app(GATED)
    expect(meter(page)).to_contain_text("10 blind")
    option = lesson(page).get_by_role("button", name=re.compile("The same mask"))
    option.click()
    lesson(page).get_by_role("button", name="Check my guess").click()
    expect(option).to_contain_text("your guess ✗")
    expect(lesson(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=20_000)
    expect_judged(page, mask="first")
    expect(page).to_have_url(re.compile("mask=first"))
    settled(page)
    app(page.url)
    expect(option).to_contain_text("your guess ✗")
    expect_judged(page, mask="first")


def test_every_choice_is_judged_as_the_fields_judge_it(app: Open) -> None:
    page = app(f"{GATED}?step=free")
    expect_judged(page, mask="whole", shift="1")
    for shift, words in (("0", "on its own row"), ("2", "2 rows lower")):
        choose(page, "shift", words)
        expect_judged(page, mask="whole", shift=shift)
    choose(page, "mask", "rows above")
    expect_judged(page, mask="always", shift="2")
    choose(page, "shift", "1 row lower")
    choose(page, "mask", "whole rows")
    choose(page, "back", "wired")
    expect_judged(page, mask="whole", shift="1", back="1")
    choose(page, "down", "cut")
    expect_judged(page, mask="whole", shift="1", back="1", down="0")
    lesson(page).get_by_role("button", name="Our trained model").click()
    expect_judged(page, 14, 14, mask="whole", shift="1", layers="12", first="7", size="28x28")


def test_every_pixel_answers_and_a_click_pins(app: Open) -> None:
    page = app(f"{GATED}?step=3&reveal=1")
    for row, column in ((10, 9), (0, 0), (3, 17), (14, 18)):
        page.mouse.move(*at(page, row, column))
        expect(caption(page)).to_have_text(split(row, column, mask="first", back="1").sentence)
    page.mouse.click(*at(page, 7, 1))
    page.mouse.move(0, 0)
    expect(caption(page)).to_have_text(split(7, 1, mask="first", back="1").sentence)
    expect(page).to_have_url(re.compile(r"target=7%2C1|target=7,1"))


def test_the_answer_is_hidden_until_it_is_asked_for(app: Open) -> None:
    page = app(f"{GATED}?step=2")
    expect(caption(page)).to_contain_text("The target is row 10, column 9")
    expect(meter(page)).to_be_hidden()
    expect(caption(page)).not_to_contain_text("sees")
    page.keyboard.press("b")
    page.keyboard.press("Space")
    expect(lesson(page).get_by_role("button", name=re.compile("^B One"))).to_contain_text("your guess ✓")
    expect(lesson(page).locator(".tb")).to_have_attribute("data-state", "finished", timeout=20_000)
    expect_judged(page, mask="whole")
    page.keyboard.press("PageDown")
    expect(lesson(page).locator("[aria-current=step]")).to_have_text("3")


def test_the_keyboard_moves_and_pins(app: Open) -> None:
    page = app(f"{GATED}?step=free")
    grid(page).focus()
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile(r"target=9%2C8|target=9,8"))
    expect_judged(page, 9, 8, mask="whole", shift="1")


def test_floors_say_the_same(app: Open) -> None:
    page = app(f"{GATED}?step=free&show=floors&back=1&layers=3")
    expect(lesson(page).locator("canvas.floors")).to_have_attribute(
        "aria-label", split(mask="whole", shift="1", back="1", layers="3").sentence
    )
    lesson(page).get_by_role("button", name="First (Home)").click()
    expect(caption(page)).to_contain_text("After 0 of 3 layers down")


def test_the_gate_is_that_of_the_recorded_model(app: Open) -> None:
    page = app(f"{GATED}?step=free&show=gate&target=12,12&feature=1")
    with np.load(two_stacks.FIRST_FRAMES / "gate.npz") as file:
        signal, door = (float(file[half][1, 12, 12]) for half in ("signal", "door"))
    numbers = [math.tanh(signal), 1 / (1 + math.exp(-door))]
    numbers.append(numbers[0] * numbers[1])
    for name, number in zip(("signal", "door", "out"), numbers, strict=True):
        shown = lesson(page).locator(f"figure[data-pane={name}] button span").text_content()
        assert float(shown.replace("−", "-")) == pytest.approx(number, abs=0.006)
    lesson(page).locator(".dimmers input").last.fill("-5")
    expect(lesson(page).locator(".dimmers")).to_contain_text("turned by hand")
    expect(lesson(page).locator(".dimmers")).to_contain_text("σ 0.01")


def test_a_hover_never_reaches_the_server(sent: list[int], app: Open) -> None:
    page = app(f"{GATED}?step=free&size=28x28&layers=16&target=14,14")
    expect(caption(page)).to_contain_text("Pixel row 14, column 14")
    page.wait_for_timeout(1000)  # whatever the page still had to say
    before = len(sent)
    for row in range(2, 26, 5):
        page.mouse.move(*at(page, row, 26 - row, 28, 28), steps=3)
    assert len(sent) == before


def test_verify_by_gradient_asks_the_trained_model_where_it_has_these_layers(app: Open) -> None:
    trained = {"mask": "whole", "shift": "1", "layers": "12", "first": "7", "size": "28x28"}
    page = app(f"{GATED}?step=free&{urlencode(trained)}&target=6,3")
    lesson(page).get_by_role("button", name="Verify by gradient").click()
    expect(caption(page)).to_contain_text("in our trained model mnist-gated", timeout=60_000)
    expect(caption(page)).to_contain_text(f"exactly these {split(6, 3, **trained).seen.sum()} pixels.")


def test_verify_by_gradient_finds_the_leak_of_a_wire(app: Open) -> None:
    wires = {"mask": "first", "back": "1", "layers": "3"}
    page = app(f"{GATED}?step=free&{urlencode(wires)}&shift=0")
    lesson(page).get_by_role("button", name="Verify by gradient").click()
    found = split(**wires, shift="0")
    assert found.leak[10, 9]
    count = (found.seen | found.leak).sum()
    expect(caption(page)).to_contain_text(f"not zero for exactly these {count} pixels.", timeout=60_000)
    expect(caption(page)).to_contain_text("with these layers and random weights")
