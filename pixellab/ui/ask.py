"""One question before a widget, answered with a click: predict, then see. The widget below gives the answer itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pixellab.ui import address
from pixellab.ui.components import component
from pixellab.ui.prose import inline

_ask = component(
    "pixellab_ask",
    html='<div class="ask"><p class="ask-question"></p><div class="segments ask-options" role="group"></div></div>'
    '<p class="ask-verdict" aria-live="polite"></p>',
    script="ask",
    css=("ask",),
)


@dataclass(frozen=True)
class Question:
    """Texts as `prose.inline` reads them.

    options: two to four answers; answer: which of them is right; verdict: shown with the answer.
    """

    text: str
    options: tuple[str, ...]
    answer: int
    verdict: str


def ask(question: Question, *, key: str, on_answer: Callable[[], None]) -> bool:
    """Put the question; return whether it has been answered, here or in the link (`guess=B`).

    on_answer: called once the visitor has answered: has the widget show what is so.
    """
    letters = "ABCD"[: len(question.options)]
    slot = f"{key}.guess"

    def keep() -> None:
        guess = st.session_state[key].get("guess")
        if isinstance(guess, str) and re.fullmatch(f"[{letters}]", guess):
            first = slot not in st.session_state
            st.session_state[slot] = guess
            if first:
                on_answer()

    address.follow("guess", slot, lambda text: text if text in [*letters] else None)
    guess = st.session_state.get(slot)
    data = {
        "question": inline(question.text),
        "options": [inline(option) for option in question.options],
        "answer": question.answer if guess else None,  # not sent before it is wanted
        "verdict": inline(question.verdict) if guess else "",
        "guess": guess or "",
    }
    _ask(data, key=key, on_guess_change=keep)
    address.note("guess", slot, guess)
    return guess is not None
