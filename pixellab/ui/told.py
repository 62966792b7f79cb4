"""What a conditional model is told: its class, and where it shall be, as controls of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from pixellab.data import sets
from pixellab.ui import address
from pixellab.ui.components import component
from pixellab.zoo import Card

EACH = "each"
"""In the place of a class: a different one for each picture."""

_pad = component(
    "pixellab_pad",
    html='<p class="pad-label">Where</p><canvas class="pad" tabindex="0" role="application"></canvas>'
    '<p class="sr" aria-live="polite"></p>',
    script="pad",
    css=("pad",),
)


@dataclass(frozen=True)
class Question:
    """What a model must be told: one of `classes`, and a cell of `grid` where that is not (0, 0)."""

    classes: tuple[str, ...]
    grid: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, card: Card) -> Question | None:
        """That of a trained model; None where it has to be told nothing, or nothing that pages can ask for."""
        size = getattr(card.configuration, "condition_size", 0)
        known = sets.SETS.get(card.data)
        if not (size and card.labels):
            return None
        if known is not None and known.grid != (0, 0) and size == len(known.classes) + known.grid[0] * known.grid[1]:
            return cls(known.classes, known.grid)
        named = known is not None and len(known.classes) == size
        return cls(known.classes if named else tuple(map(str, range(size))))


@dataclass(frozen=True)
class Told:
    """The answer. label: index of the class, None for a different one for each picture; cell: row and column."""

    question: Question
    label: int | None
    cell: tuple[int, int] = (0, 0)

    def labels(self, n: int) -> list[int]:
        """The class of each of n pictures."""
        return [k % len(self.question.classes) if self.label is None else self.label for k in range(n)]

    def names(self, n: int) -> list[str]:
        """The classes of n pictures in words."""
        return [self.question.classes[label] for label in self.labels(n)]

    def condition(self, n: int) -> int | np.ndarray:
        """The condition of a request for n pictures; see `worker.requests.Condition`."""
        rows, columns = self.question.grid
        if not rows:
            return np.array(self.labels(n), np.int64) if self.label is None else self.label
        what, where = np.eye(len(self.question.classes)), np.zeros(rows * columns)
        where[self.cell[0] * columns + self.cell[1]] = 1
        vectors = np.array([[*what[label], *where] for label in self.labels(n)], np.float32)
        return vectors if self.label is None else vectors[0]


def choose(card: Card, *, each: bool) -> Told | None:
    """The controls for what this model has to be told; nothing, and None, where it has to be told nothing.

    each: whether a different class for each picture is offered.
    """
    question = Question.of(card)
    if question is None:
        return None
    options = [*question.classes, *([EACH] if each else [])]
    address.follow("label", "label", lambda text: text if text in options else None)
    if st.session_state.get("label") not in options:
        st.session_state["label"] = options[0]
    with st.container(horizontal=True, vertical_alignment="top", gap="medium", key="told"):
        label = st.segmented_control(
            "Class", options, key="label", required=True, persist_state="session",
            help=f"*{EACH}*: a different one for each picture" if each else None,
        )  # fmt: skip
        cell = _where(question, label) if question.grid[0] else (0, 0)
    address.note("label", "label", None if label == options[0] else label)
    return Told(question, None if label == EACH else options.index(label), cell)


def _where(question: Question, label: str) -> tuple[int, int]:
    """A small picture in which a place is chosen: row and column of a cell."""
    rows, columns = question.grid

    def read(text: str) -> tuple[int, int] | None:
        match = re.fullmatch(r"(\d{1,3})[,-](\d{1,3})", text)
        cell = (int(match[1]), int(match[2])) if match else (rows, columns)
        return cell if cell[0] < rows and cell[1] < columns else None

    def keep() -> None:
        sent = st.session_state["pad"].get("cell")
        cell = read(sent) if isinstance(sent, str) else None
        if cell is not None:
            st.session_state["where"] = cell

    middle = rows // 2, columns // 2
    address.follow("where", "where", read)
    cell = st.session_state.setdefault("where", middle)
    if not (cell[0] < rows and cell[1] < columns):
        cell = st.session_state["where"] = middle
    with st.container(width=130):
        shown = "" if label == EACH else label
        place = {"rows": rows, "columns": columns, "row": cell[0], "column": cell[1]}
        _pad({**place, "label": shown}, key="pad", on_cell_change=keep)
    address.note("where", "where", None if cell == middle else f"{cell[0]},{cell[1]}")
    return cell


def hint(card: Card) -> str:
    """What a model with classes has to be told that no page can ask for, in one sentence; empty where nothing is."""
    needs = getattr(card.configuration, "condition_size", 0)
    if needs and Question.of(card) is None:
        return f"{card.title} is told a vector of {needs} numbers, which no control here can say; choose another model."
    return ""
