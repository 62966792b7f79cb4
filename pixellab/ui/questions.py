"""Ten questions on fresh examples, each with the page on which its answer can be tried; and the `quiz` component."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import streamlit as st

from pixellab.ui import address, chrome
from pixellab.ui.components import component
from pixellab.ui.prose import inline


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        answer: which of the options is right.
        why: shown once an option was chosen.
        page: the page, and with `state` the link, on which one can try it.
    """

    question: str
    options: tuple[str, ...]
    answer: int
    why: str
    page: str
    state: dict[str, str] = field(default_factory=dict)


QUESTIONS = (
    Question(
        "You know every conditional probability of the pixels exactly. You multiply those of one picture in raster "
        "order, and then in a spiral from the middle. What do you find?",
        ("The same number twice", "Raster order gives more", "Only raster order gives a probability"),
        0,
        "The chain rule holds in any order: both products are p(x). A network, though, learns those of one order only.",
        "Guess the pixel",
        {"step": "free"},
    ),
    Question(
        "In a finished pixel you turn G from 90 to 200 and let the model draw on. Which of its colours may change?",
        ("R and B", "B alone", "None: they are drawn at once"),
        1,
        "R was drawn before G and cannot know it; B is drawn given R and G.",
        "Three dials",
        {"step": "free"},
    ),
    Question(
        "Two 3×3 layers, *both* with mask A. Does the target see the pixel just left of it?",
        ("Yes, in one hop", "No", "Only with a third layer A"),
        1,
        "Every hop of mask A leaves its own pixel, so two layers make two hops, and the first one ends on the left "
        "neighbour already: the second must go on, past it.",
        "Masks and leaks",
        {"step": "free"},
    ),
    Question(
        "Somebody adds a residual connection around the *first* layer, the one with mask A. What happens to the loss?",
        ("It rises a little", "Nothing", "It falls towards zero, and samples fail"),
        2,
        "The target’s own value now walks around the mask to its own logits: the network copies instead of predicting.",
        "Masks and leaks",
        {"step": "free"},
    ),
    Question(
        "Four layers of 7×7, the first with mask A. A pixel lies one row up and five columns to the right. Is it seen?",
        ("Yes: 7×7 reaches far", "No, at any depth", "Not with four layers, but with eight"),
        1,
        "One row up buys at most ⌊7/2⌋ = 3 columns to the right; afterwards there is no row left to climb.",
        "Blind spot",
        {"step": "free", "k": "7", "layers": "4", "target": "10,9", "flag": "9,14"},
    ),
    Question(
        "The paper says that a Diagonal BiLSTM sees all of its past. Does row 14, column 2 of a 28×28 picture?",
        ("All of it", "All but one pixel", "A triangle only"),
        1,
        "The last pixel of the row above is missing: its feature does not hold its own value, and nothing to its "
        "right can carry it, once the right-to-left map was moved down one row.",
        "Row and diagonal",
        {"step": "free", "target": "14,2", "front": "diagonal"},
    ),
    Question(
        "In the gated model the vertical map is read *two* rows late instead of one. What follows?",
        ("A leak", "The row above goes unseen", "Nothing: rows are rows"),
        1,
        "The map then ends two rows up, and no other way leads from the row above to the target: a row is lost, and "
        "nothing leaks.",
        "Gated two stacks",
        {"step": "free"},
    ),
    Question(
        "Without cached state, how many passes of the whole network draw *one* binary picture of 28×28?",
        ("1, as in training", "28, one a row", "784, one a pixel"),
        2,
        "Each pixel must be known before the next is asked for. Caching leaves the 784 steps, and makes each small.",
        "Generation",
    ),
    Question(
        "You hide the *upper* half of a 7, and the model draws it in raster order. Will the strokes meet at the seam?",
        ("Yes: it reads what is given", "Only by chance", "Yes, at a low temperature"),
        1,
        "In raster order nothing below a pixel is read. Weighing many endings by how well they explain what lies below "
        "does use it: that is what *look below* is for.",
        "Completion studio",
    ),
    Question(
        "A model pays 83 nats for a digit of 28×28. How large is the file of an ideal arithmetic coder?",
        ("15 bytes", "83 bytes", "98 bytes"),
        0,
        "83 / ln 2 = 120 bits = 15 bytes. One bit a pixel would be 98 bytes, and that is what knowing nothing costs.",
        "Guess the pixel",
        {"step": "free"},
    ),
)

_SAID = re.compile(r"[A-D-]{1,10}")

_quiz = component(
    "pixellab_quiz",
    html='<div class="qz"></div>',
    script="quiz",
    css=("lesson", "quiz"),
)


def show() -> None:
    """The ten questions, one at a time, and the way to the page of the one that is shown."""
    state = st.session_state
    if "quiz.view" not in state:
        now = max(1, address.whole("q", 1, len(QUESTIONS)))
        state["quiz.view"] = {"now": now, "said": _said(st.query_params.get("said", ""))}

    def keep() -> None:
        sent = state["quiz"].get("view")
        if isinstance(sent, dict) and type(sent.get("now")) is int and 1 <= sent["now"] <= len(QUESTIONS):
            state["quiz.view"] = {"now": sent["now"], "said": _said(str(sent.get("said", "")))}

    view = state["quiz.view"]
    address.write({"q": str(view["now"]) if view["now"] > 1 else None, "said": view["said"].rstrip("-") or None})
    st.subheader("Ten questions", anchor=False)
    _quiz({"questions": _plain(), **view}, key="quiz", on_view_change=keep)
    question = QUESTIONS[view["now"] - 1]
    file = next((file for file, name in chrome.pages() if name == question.page), None)
    if file is not None:
        st.page_link(file, label=f"Try it: {question.page} →", query_params=question.state or None, width="content")


def _said(text: str) -> str:
    """An answer a question, "-" where there is none; what a hand has spoilt counts as none."""
    return (text if _SAID.fullmatch(text) else "").ljust(len(QUESTIONS), "-")


def _plain() -> list[dict[str, object]]:
    return [
        {
            "question": inline(q.question), "options": [inline(o) for o in q.options], "answer": q.answer,
            "why": inline(q.why),
        }
        for q in QUESTIONS
    ]  # fmt: skip
