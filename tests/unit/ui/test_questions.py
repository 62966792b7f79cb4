"""The ten questions: what they call right is what the package computes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pixellab import fields
from pixellab.ui import chrome
from pixellab.ui.questions import QUESTIONS, Question


def asked(words: str) -> Question:
    return next(question for question in QUESTIONS if words in question.question)


def test_there_are_ten_with_three_answers_each_and_a_page() -> None:
    assert len(QUESTIONS) == 10
    names = {name for _, name in chrome.pages()}
    for question in QUESTIONS:
        assert len(question.options) == 3
        assert 0 <= question.answer < 3
        assert question.page in names


def test_right_answers_are_not_all_in_one_place() -> None:
    assert len({question.answer for question in QUESTIONS}) == 3


@pytest.mark.parametrize(("masks", "seen"), [("AA", False), ("AB", True), ("AAA", False)])
def test_mask_a_twice_hides_the_left_neighbour(masks: str, seen: bool) -> None:
    network = fields.convolutions(masks, 3, height=15, width=15)
    assert bool(fields.seen(network, 10, 9)[10, 8]) == seen
    assert "No" in asked("*both* with mask A").options[asked("*both* with mask A").answer]


@pytest.mark.parametrize("layers", [4, 8, 30])
def test_five_columns_to_the_right_are_not_reached_at_any_depth(layers: int) -> None:
    network = fields.convolutions("A" + "B" * (layers - 1), [7] * layers, height=15, width=19)
    field = fields.seen(network, 10, 9)
    assert not field[9, 14]
    assert field[9, 12]
    assert asked("Four layers of 7×7").answer == 1


def test_the_diagonal_bilstm_misses_one_pixel() -> None:
    network = fields.diagonal_bilstm(7, 7, height=28, width=28)
    missing = np.argwhere(~fields.seen(network, 14, 2).ravel()[: 14 * 28 + 2])
    assert missing.ravel().tolist() == [13 * 28 + 27]
    assert asked("Diagonal BiLSTM").options[1] == "All but one pixel"


def test_two_rows_late_loses_a_row_and_leaks_nothing() -> None:
    late = replace(fields.ONE_ROW_LATE, late=2)
    split = fields.split(fields.gated_pixelcnn(7, 3, 8, vertical=late, height=28, width=28), 14, 14)
    assert not split.seen[13].any()
    assert split.seen[12].any()
    assert not split.leak.any()
    assert asked("*two* rows late").options[1] == "The row above goes unseen"


def test_83_nats_are_15_bytes() -> None:
    assert round(83 / math.log(2)) == 120
    assert math.ceil(83 / math.log(2) / 8) == 15
    assert 28 * 28 / 8 == 98
