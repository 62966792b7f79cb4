"""Guess the pixel in a browser: bets, bills, question and reveal, links, keys, three orders."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from pixellab.ui import guess

Open = Callable[[str], Page]
Sweep = Callable[[Locator], None]
LESSON = ".st-key-guess"
# Streamlit says now and then that it is still there; a hover would say more often.
HEARTBEATS = 1


def opened(app: Open, query: str = "") -> Page:
    page = app(f"/Guess_the_pixel{query}")
    expect(page.locator(f"{LESSON} .px[data-ready]")).to_be_visible(timeout=20_000)
    return page


def rounds(bets: str, digit: int) -> list[tuple[float, float]]:
    """What learner and model pay for each bet, as Python computes it."""
    picture = guess.bills().pictures[digit].ravel()
    nats = guess.bills().nats[digit].ravel().astype(float)
    sure = [max(p := math.exp(-n), 1 - p) >= guess.SURE for n in nats]
    cell = next(i for i in range(guess.OPENED["third"], 784) if not sure[i])
    paid = []
    for token in re.findall(r"_..|.", bets):
        if token[0] == "_":
            cell += int(token[1:], 36)
            continue
        white = int(token, 16)
        paid.append((guess.price(white if picture[cell] else 10 - white), nats[cell] / math.log(2)))
        cell += 1
    return paid


def test_a_bet_is_paid_by_both_as_python_computes_it(app: Open) -> None:
    page = opened(app)
    page.locator(f"{LESSON} input[type=range]").first.press("7")
    expect(page.locator(f"{LESSON} .gp-side[data-value='1']")).to_contain_text("7 chips")
    expect(page.locator(f"{LESSON} .gp-side[data-value='1']")).to_contain_text(f"{guess.price(7):.2f} bits")
    page.locator(f"{LESSON} .gp-bet").click()
    ((mine, model),) = rounds("7", guess.shown_first())
    expect(page.locator(f"{LESSON} .gp-said")).to_contain_text(f": {mine:.2f} bits. The model gave it")
    expect(page.locator(f"{LESSON} .gp-said")).to_contain_text(f"%: {model:.2f} bits.")


def test_thirty_bets_with_the_keyboard_settle_the_question(app: Open) -> None:
    page = opened(app)
    page.locator(f"{LESSON} .ls-options button").nth(1).click()
    chips = page.locator(f"{LESSON} input[type=range]").first
    for bet in range(guess.ROUNDS):
        chips.press(str(bet * 7 % 10))
        chips.press("Enter")
    expect(page.locator(f"{LESSON} .ls-verdict")).to_be_visible()
    expect(page).to_have_url(re.compile(r"(?=.*reveal=1)(?=.*bets=)"))  # written one after the other
    bets = re.search(r"bets=([^&]+)", page.url)[1]
    paid = rounds(bets, guess.shown_first())
    mine, model = (sum(column) for column in zip(*paid, strict=True))
    assert len(paid) == guess.ROUNDS
    expect(page.locator(f"{LESSON} .ls-verdict")).to_have_text(
        f"You paid {mine:.1f} bits for {guess.ROUNDS}, the model {model:.1f}."
    )
    right = page.locator(f"{LESSON} .ls-options button.right")
    expect(right).to_contain_text("trained model" if model < mine else "I have")
    expect(page.locator(f"{LESSON} .ls-options button.mine")).to_contain_text("your guess")


def test_a_link_leads_to_the_same_score(app: Open) -> None:
    page = opened(app, "?step=free&digit=4&bets=5a_0b028")
    mine, model = (sum(column) for column in zip(*rounds("5a_0b028", 4), strict=True))
    expect(page.locator(f"{LESSON} .ls-meter b")).to_have_text(f"{mine:.1f} bits")
    expect(page.locator(f"{LESSON} .ls-meter small")).to_have_text(f"the model paid {model:.1f}")


def test_sure_pixels_are_skipped_in_one_go(app: Open) -> None:
    page = opened(app, "?step=free&open=nothing&pace=every")
    page.locator(f"{LESSON} .gp-skip").click()
    bits = guess.bills()
    truth = [math.exp(-n) for n in bits.nats[0].ravel().astype(float)]
    unsure = next(i for i, p in enumerate(truth) if max(p, 1 - p) < guess.SURE)
    shared = -sum(math.log2(p) for p in truth[:unsure])
    sentence = page.locator(f"{LESSON} .ls-main > .sentence")
    expect(sentence).to_contain_text(f"Next: row {unsure // 28}, column {unsure % 28}.")
    expect(sentence).to_contain_text(f"{unsure} skipped, where both pay the model’s {shared:.1f} bits")


def test_the_whole_bill_is_that_of_the_model(app: Open) -> None:
    page = opened(app, "?step=2")
    page.keyboard.press("b")
    page.keyboard.press(" ")
    total = guess.bills().total_bits[guess.shown_first()]
    expect(page.locator(f"{LESSON} .ls-meter b")).to_have_text(f"{total:.1f} bits")
    expect(page.locator(f"{LESSON} .ls-options button.right")).to_contain_text(f"About {total:.0f} bits")


def test_a_hover_is_answered_in_the_page(sent: list[int], app: Open, sweep: Sweep) -> None:
    page = opened(app, "?step=2&reveal=1")
    page.wait_for_timeout(600)
    before = len(sent)
    sweep(page.locator(f"{LESSON} .rg"))
    assert len(sent) <= before + HEARTBEATS


def test_three_orders_multiply_to_one_fraction(app: Open) -> None:
    page = opened(app, "?step=4&reveal=1&toy=0110")
    counts = guess.windows()
    picture = (0, 1, 1, 0)
    for name, order in guess.ORDERS.items():
        lane = page.locator(f"{LESSON} .od-lane[data-order={name}]")
        expected = [f"{n:,}" for factor in guess.factors(counts, picture, order) for n in factor]
        expect(lane.locator(".od-factor .od-fraction b")).to_have_text(expected)
        expect(lane.locator(".od-product b")).to_have_text([f"{counts[6]:,}", f"{sum(counts):,}"])
    page.locator(f"{LESSON} .od-picture button").first.click()
    expect(page.locator(f"{LESSON} .od-product b").first).to_have_text(f"{counts[14]:,}")
