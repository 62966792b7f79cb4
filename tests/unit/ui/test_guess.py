"""The bills of *Guess the pixel*: prices, recorded probabilities, and a chain rule that is exact in any order."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from pixellab.errors import PixelLabError
from pixellab.ui import guess


def test_a_price_is_minus_log2_of_the_share_and_bounded_by_the_floor() -> None:
    assert guess.price(5) == 1
    assert guess.price(7) == pytest.approx(-math.log2(0.7))
    assert guess.price(0) == pytest.approx(math.log2(1000))
    assert 2 ** -guess.price(0) + 2 ** -guess.price(10) == pytest.approx(1)


def test_every_order_gives_every_picture_the_same_probability() -> None:
    counts = guess.windows()
    for picture in itertools.product((0, 1), repeat=4):
        number = int("".join(map(str, picture)), 2)
        for order in itertools.permutations(range(4)):
            product = math.prod(Fraction(*factor) for factor in guess.factors(counts, picture, order))
            assert product == Fraction(counts[number], sum(counts))


def test_the_table_counts_every_window_and_each_pattern_once_more() -> None:
    counts = [1] * 16
    for digit in guess.bills().pictures.astype(int):
        for row, column in itertools.product(range(27), repeat=2):
            a, b, c, d = digit[row : row + 2, column : column + 2].ravel()
            counts[8 * a + 4 * b + 2 * c + d] += 1
    assert counts == guess.windows()


def test_the_recorded_bills_are_those_of_the_model() -> None:
    torch = pytest.importorskip("torch")
    from pixellab import likelihood, zoo

    bills = guess.bills()
    x = torch.from_numpy(bills.pictures.astype(np.int64))[:, None]
    nats = likelihood.cost_map(zoo.load(bills.model), x)[:, 0].numpy()
    np.testing.assert_allclose(bills.nats, nats, rtol=1e-3, atol=1e-5)


def test_the_first_digit_is_long_enough_for_a_game() -> None:
    assert guess.bills().unsure(guess.OPENED["third"])[guess.shown_first()] >= guess.ROUNDS


def test_the_preset_bets_lead_to_a_white_pixel_that_is_not_sure() -> None:
    for digit in range(len(guess.bills().pictures)):
        text = guess.up_to_white(digit)
        nats = guess.bills().nats[digit].ravel().astype(float)
        unsure = [i for i in range(252, 784) if max(p := math.exp(-nats[i]), 1 - p) < guess.SURE]
        cell = unsure[0] + int(text[1:], 36)
        assert guess.bills().pictures[digit].flat[cell]
        assert cell in unsure


def test_a_missing_recording_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(guess, "BILLS", tmp_path / "guess.npz")
    guess.bills.cache_clear()
    with pytest.raises(PixelLabError, match="record"):
        guess.bills()
    guess.bills.cache_clear()
