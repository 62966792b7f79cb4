"""The frame of the lessons: addresses lead back to the view that wrote them, and spoilt ones do no harm."""

from __future__ import annotations

import pytest

from pixellab.masks import kernel_mask
from pixellab.ui.lesson import Control, FreePlay, Lesson, Step
from pixellab.ui.prose import prose, source, words

LESSON = Lesson(
    "example",
    controls=(
        Control("k", "Kernel", (("3", "3×3"), ("5", "5×5")), "3"),
        Control("layers", "Layers", tuple((str(n), str(n)) for n in range(1, 9)), "5", kind="slider"),
        Control("target", kind="hidden", pattern=r"\d{1,2},\d{1,2}", default="10,9"),
    ),
    steps=(
        Step("one", "Which?", "So.", "Words.", options=("this", "that"), answer=1),
        Step("two", "Paint it.", "So.", "Words.", state={"k": "5", "target": "3,4"}),
    ),
    free=FreePlay("Free", "Play.", state={"layers": "8"}),
    tabs={"formula": "a < b"},
)
PLAIN = {"step": "1", "reveal": "0", "guess": "", "class": "0", "controls": "1"}
PLAIN |= {"k": "3", "layers": "5", "target": "10,9"}


@pytest.mark.parametrize(
    "view",
    [
        PLAIN,
        PLAIN | {"guess": "B", "reveal": "1"},
        PLAIN | {"step": "2", "k": "5", "target": "3,4", "guess": "AAH4_-0"},
        PLAIN | {"step": "2", "k": "3", "target": "3,4", "controls": "0"},
        PLAIN | {"step": "free", "layers": "2", "class": "1", "target": "0,27"},
    ],
)
def test_an_address_leads_back_to_its_view(view: dict[str, str]) -> None:
    assert LESSON.read(LESSON.address(view)) == view


def test_the_address_tells_only_what_differs_from_the_step() -> None:
    assert LESSON.address(PLAIN) == {}
    assert LESSON.address(LESSON.read({"step": "2"})) == {"step": "2"}
    assert LESSON.address(LESSON.read({"step": "2", "k": "3", "reveal": "0"})) == {"step": "2", "k": "3"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", "3"), ("step", "0"), ("step", "<b>"), ("reveal", "2"), ("guess", "E"), ("guess", "a b"),
        ("class", "x"), ("controls", ""), ("k", "4"), ("layers", "9"), ("target", "1,2,3"), ("target", "x" * 700),
        ("other", "1"),
    ],
)  # fmt: skip
def test_what_a_hand_has_spoilt_counts_as_absent(name: str, value: str) -> None:
    assert LESSON.read({name: value}) == PLAIN


def test_a_question_has_options_and_an_answer_or_neither() -> None:
    for wrong in ({"options": ("a", "b")}, {"answer": 1}, {"options": tuple("abcde"), "answer": 0}):
        with pytest.raises(ValueError, match="options"):
            Step("x", "Which?", "So.", "Words.", **wrong)


def test_text_cannot_smuggle_in_markup() -> None:
    assert prose("<script>\n\n2 < 3 & 4") == "<p>&lt;script&gt;</p><p>2 &lt; 3 &amp; 4</p>"


def test_words_are_those_that_a_reader_reads() -> None:
    assert words("One [blind spot](#blind), *two* {{seen}} 3×3 − and [Δrow](@up).\n\nEnd.") == 9


def test_code_is_that_of_the_package_and_says_when_it_has_changed() -> None:
    html = source(kernel_mask, lit={"half": "width // 2"})
    assert '<span data-lit="half" tabindex="0">width // 2</span>' in html
    assert "pixellab/masks.py" in html
    assert "Returns:" not in html
    with pytest.raises(ValueError, match="no 'width // 3'"):
        source(kernel_mask, lit={"half": "width // 3"})
