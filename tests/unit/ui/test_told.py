"""What a model has to be told follows from its card, and a page's answer is a condition that the model takes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch

from pixellab.conditions import where
from pixellab.configurations import configuration
from pixellab.ui.told import Question, Told, hint

DIGITS = tuple("0123456789")


def card(data: str, size: int, labels: bool = True, title: str = "This") -> SimpleNamespace:
    given = configuration("gated_pixelcnn", condition_size=size)
    return SimpleNamespace(data=data, labels=labels, configuration=given, title=title)


def test_the_question_of_a_card() -> None:
    assert Question.of(card("mnist-binarized", 0)) is None
    assert Question.of(card("mnist-binarized", 10)) == Question(DIGITS)
    assert Question.of(card("mnist-where", 26)) == Question(DIGITS, (4, 4))
    assert Question.of(card("elsewhere", 3)) == Question(("0", "1", "2"))
    assert Question.of(card("mnist-binarized", 10, labels=False)) is None


def test_what_cannot_be_asked_for_is_said() -> None:
    assert "vector of 7 numbers" in hint(card("mnist-binarized", 7, labels=False))
    assert not hint(card("mnist-binarized", 10))
    assert not hint(card("mnist-binarized", 0, labels=False))


def test_a_class_for_all_or_one_for_each() -> None:
    assert Told(Question(DIGITS), 3).condition(9) == 3
    each = Told(Question(DIGITS), None)
    assert each.condition(12).tolist() == [*range(10), 0, 1]
    assert each.names(3) == ["0", "1", "2"]


def test_a_place_is_told_as_the_package_does() -> None:
    question = Question(DIGITS, (4, 4))
    told = Told(question, 7, (1, 3)).condition(9)
    expected = where(*torch.tensor([[7], [1], [3]]), classes=10, grid=(4, 4))
    assert np.array_equal(told, expected[0])
    each = Told(question, None, (2, 0)).condition(2)
    expected = where(*torch.tensor([[0, 1], [2, 2], [0, 0]]), classes=10, grid=(4, 4))
    assert np.array_equal(each, expected)
