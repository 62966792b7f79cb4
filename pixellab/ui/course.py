"""The two ways through the pages: in class, by the clock, and on one's own, by the questions."""

from __future__ import annotations

from dataclasses import dataclass

from pixellab.ui import chrome


@dataclass(frozen=True)
class Stop:
    """What a page is for: minutes in class (0: homework), and the question it answers."""

    minutes: int
    question: str


STOPS = {
    "Guess the pixel": Stop(6, "How can a picture be a product of guesses?"),
    "Three dials": Stop(5, "Why are red, green and blue drawn one after another?"),
    "Masks and leaks": Stop(6, "Which zeros keep a model from cheating?"),
    "Blind spot": Stop(7, "Which part of its past can a pixel never see?"),
    "Row and diagonal": Stop(5, "What does recurrence buy, and what does it cost?"),
    "Gated two stacks": Stop(6, "How does a convolution see all of the past?"),
    "Generation": Stop(5, "How does a picture come from nothing?"),
    "Completion studio": Stop(4, "What can a half-hidden picture become?"),
    "Compare and check": Stop(0, "Which model is best, and how would one know?"),
}
"""By the name of the page. A page that is not here is left out of both ways."""

Path = tuple[str, str, list[tuple[str, str]]]


def paths() -> list[Path]:
    """Title, sentence, and (file, label) of each stop of the two ways, of pages that exist."""
    here = [(file, name, STOPS[name]) for file, name in chrome.pages() if name in STOPS]
    minutes = sum(stop.minutes for _, _, stop in here)
    return [
        (
            f"In class · {minutes} minutes",
            "With a projector: Space plays, Page Up and Page Down step.",
            [(file, f"{name} · {stop.minutes} min") for file, name, stop in here if stop.minutes],
        ),
        (
            "On my own",
            "At your own pace; every page begins alive, so just start to click.",
            [(file, stop.question) for file, _, stop in here],
        ),
    ]
