"""The frame that all lessons share: a question answered in the widget, its reveal, words, formula, code, free play.

A lesson is a plan (`Lesson`) and a JavaScript widget (see js/lesson.js for what the frame expects of one). All that
a link needs is in the address: the step, the guess, whether the answer is shown, every control; `controls=0` hides
the controls, `class=1` enlarges the type.

    lesson = Lesson("blind_spot", steps=(Step("The flag", "Can five layers see it?", …), …), …)
    view = lesson.view()                       # what the visitor chose, as text by name
    lesson.show({"network": …}, view)          # mounts the component, and the way to the next page
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

import streamlit as st

from pixellab.ui import address, chrome
from pixellab.ui.components import Renderer, component
from pixellab.ui.prose import inline, prose

View = dict[str, str]
"""Every parameter of a lesson's address, by name."""

_FRAME = {"step": "1", "reveal": "0", "guess": "", "class": "0", "controls": "1"}
_GUESS = re.compile(r"[A-D]?|[A-Za-z0-9_-]{2,400}")
_HTML = """
<div class="ls-ask"><div class="ls-bar"><div class="ls-steps segments" role="group" aria-label="Questions"></div>
<button type="button" class="ls-larger" title="Larger type, for a classroom" aria-label="Larger type">Aa</button></div>
<h2 class="ls-question"></h2></div>
<div class="ls-main"><div class="ls-stage"></div><ul class="legend" aria-label="Legend"></ul>
<div class="ls-controls"></div><div class="ls-time"></div><p class="sentence" aria-live="polite"></p></div>
<div class="ls-card">
<div class="ls-options" role="group" aria-label="Answers"></div>
<p class="ls-painting muted"><span></span>
<button type="button" class="ls-clear">Clear</button></p>
<button type="button" class="ls-reveal" title="Space"><span></span></button>
<div class="ls-meter"><b></b><span></span><small></small></div>
<p class="ls-verdict" aria-live="polite"></p>
<div class="ls-text"></div>
<div class="ls-tabs" role="tablist" aria-label="The same in three ways"></div><div class="ls-panels"></div>
<div class="ls-presets" role="group" aria-label="Presets"></div>
<div class="ls-actions"><button type="button" class="ls-next"></button></div></div>
"""


@dataclass(frozen=True)
class Control:
    """One setting of the widget.

    Attributes:
        name: in the address.
        options: value and label of each choice.
        kind: a row of choices, a slider that stops at each, or "hidden": set in the picture; then `pattern` says what
            is valid.
        aside: whether it leaves the answer to a question as it is (a pinned pixel, a tool).
    """

    name: str
    label: str = ""
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""
    kind: Literal["segments", "slider", "hidden"] = "segments"
    pattern: str = ""
    aside: bool = False

    def valid(self, value: str) -> bool:
        """Whether `value` is one of the choices."""
        if self.kind == "hidden":
            return len(value) < 600 and re.fullmatch(self.pattern, value) is not None
        return value in dict(self.options)


@dataclass(frozen=True)
class Step:
    """One guided question. Texts are written as `prose` reads them.

    Attributes:
        name: two or three words.
        options: up to four answers; none: the answer is painted in the widget.
        answer: which of the options is right.
        state: the controls, where they differ from their defaults.
        offers: controls that can be used before the answer is shown.
        verdict: one sentence, shown with the answer.
        text: 60 to 90 words, shown with the answer.
        tabs: "picture", "formula", "code" where they differ from the lesson's.
        how: how the answer is given where there are no options.
    """

    name: str
    question: str
    verdict: str
    text: str
    options: tuple[str, ...] = ()
    answer: int | None = None
    state: View = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    tabs: dict[str, str] = field(default_factory=dict)
    how: str = "Paint with the mouse, a finger, or arrows and Enter. Paint again to erase."

    def __post_init__(self) -> None:
        if bool(self.options) != (self.answer is not None) or len(self.options) > 4:
            raise ValueError(f"{self.name}: up to four options and one answer, or neither.")


@dataclass(frozen=True)
class FreePlay:
    """The same widget without questions: a headline, words, and states to begin from."""

    title: str
    text: str
    presets: tuple[tuple[str, View], ...] = ()
    state: View = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Lesson:
    """The plan of a page.

    Attributes:
        name: of the component, and of its module in js/.
        tabs: the panels "picture", "formula", "code": prose, or HTML that begins with "<".
        css: further style sheets.
    """

    name: str
    steps: tuple[Step, ...]
    free: FreePlay
    controls: tuple[Control, ...]
    tabs: dict[str, str]
    css: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Of the component in the session: `.st-key-<name>` on the page."""
        return self.name

    def asked(self, step: str) -> View:
        """The controls with which a step begins."""
        state = self.free.state if step == "free" else self.steps[int(step) - 1].state
        return {control.name: control.default for control in self.controls} | state

    def read(self, parameters: View) -> View:
        """The view of an address; what a hand has spoilt in it counts as absent."""
        view = dict(_FRAME)
        steps = {str(number + 1) for number in range(len(self.steps))} | {"free"}
        valid = {
            "step": steps.__contains__,
            "reveal": {"0", "1"}.__contains__,
            "guess": lambda value: _GUESS.fullmatch(value) is not None,
            "class": {"0", "1"}.__contains__,
            "controls": {"0", "1"}.__contains__,
        }
        view |= {name: parameters[name] for name in _FRAME if name in parameters and valid[name](parameters[name])}
        view |= self.asked(view["step"])
        known = {control.name: control for control in self.controls}
        return view | {n: v for n, v in parameters.items() if n in known and known[n].valid(v)}

    def address(self, view: View) -> View:
        """What of a view has to be in the address, for `read` to lead back to it."""
        plain = _FRAME | self.asked(view["step"])
        return {name: value for name, value in view.items() if value != plain[name]}

    def view(self) -> View:
        """What the visitor has chosen, or the link that led here has."""
        asked, state = self._asked(), st.session_state
        written = state.setdefault(f"{self.key}.written", deque(maxlen=8))
        view = state.get(f"{self.key}.view")
        if view is None or (asked and asked not in written):
            self._take(self.read(asked))
            state[f"{self.key}.version"] = state.get(f"{self.key}.version", 0) + 1
        elif self.key not in state:  # back from another page: the browser has forgotten, the session has not
            self._take(view)
        return state[f"{self.key}.view"]

    def show(
        self,
        data: dict[str, Any],
        *,
        on_ask: Callable[[dict[str, str]], None] | None = None,
        below: Callable[[], None] | None = None,
    ) -> None:
        """Mount the widget with what Python computed for it, and lead to the next page below.

        Args:
            data: plain JSON; may change while the page is open.
            on_ask: called with what the widget asks for (`frame.ask`), a dict.
            below: draws what stands between the widget and the way on.
        """
        state = st.session_state
        self._say_again()
        if self.key not in state or f"{self.key}.start" not in state:
            state[f"{self.key}.start"] = {"version": state[f"{self.key}.version"], "view": self.view()}
        if state[f"{self.key}.start"]["version"] != state[f"{self.key}.version"]:
            state[f"{self.key}.start"] = {"version": state[f"{self.key}.version"], "view": self.view()}

        def keep() -> None:
            view = self._reported(state[self.key].get("view"))
            if view is not None:
                self._take(view)

        def asked() -> None:
            request = state[self.key].get("ask")
            if on_ask is not None and request:
                on_ask(json.loads(request))

        _component(self.name, self.css)(
            {"plan": self._plan, "start": state[f"{self.key}.start"], "data": data},
            key=self.key,
            on_view_change=keep,
            on_ask_change=asked,
        )
        if below is not None:
            below()
        _next_page()

    def _take(self, view: View) -> None:
        """Keep a view for the session, and have the address say so."""
        st.session_state[f"{self.key}.view"] = view
        written = self.address(view)
        st.session_state[f"{self.key}.written"].append(written)
        st.session_state[f"{self.key}.said"] = "now"
        address.write({name: written.get(name) for name in view})

    def _say_again(self) -> None:
        """Write the address anew where the browser never had it: a run overtaken by the next does not come to say it.

        Once it has had it, an older address is the visitor's way back, and stays.
        """
        said, view = f"{self.key}.said", self.view()
        if self._asked() != self.address(view) and st.session_state[said] == "perhaps":
            self._take(view)
        if st.session_state[said] == "now":  # in this run: only a later one tells what has come of it
            st.session_state[said] = "perhaps"
        elif self._asked() == self.address(view):
            st.session_state[said] = "heard"

    def _asked(self) -> View:
        """What of the address is this lesson's."""
        names = [*_FRAME, *(control.name for control in self.controls)]
        return {name: st.query_params[name] for name in names if name in st.query_params}

    def _reported(self, text: object) -> View | None:
        """The view that the browser has sent; None where it is none."""
        try:
            sent = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            return None
        if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
            return None
        return self.read(sent)

    @cached_property
    def _plan(self) -> dict[str, Any]:
        """The plan as the browser reads it."""
        return {
            "controls": [{k: v for k, v in vars(control).items() if k != "pattern"} for control in self.controls],
            "steps": [
                {
                    "name": s.name, "question": inline(s.question), "options": [inline(o) for o in s.options],
                    "answer": s.answer, "paint": not s.options, "how": inline(s.how),
                    "state": s.state, "offers": s.offers,
                    "verdict": inline(s.verdict), "text": prose(s.text), "tabs": _panels(s.tabs),
                }
                for s in self.steps
            ],
            "free": {
                "question": inline(self.free.title), "text": prose(self.free.text), "state": self.free.state,
                "presets": [{"label": label, "state": state} for label, state in self.free.presets],
            },
            "tabs": _panels(self.tabs),
        }  # fmt: skip


@cache
def _component(name: str, css: tuple[str, ...]) -> Renderer:
    return component(f"pixellab_{name}", html=_HTML, script=name, css=("swatches", "timebar", "lesson", *css))


def _panels(tabs: dict[str, str]) -> dict[str, str]:
    return {name: text if text.lstrip().startswith("<") else prose(text) for name, text in tabs.items()}


def _next_page() -> None:
    """The way on, in course order."""
    pages = chrome.pages()
    here = st.context.url.rstrip("/").rpartition("/")[2] if st.context.url else ""
    names = [name.replace(" ", "_") for _, name in pages]
    if here in names and names.index(here) + 1 < len(pages):
        file, name = pages[names.index(here) + 1]
        with st.container(key="lesson-next"):
            st.page_link(file, label=f"Next page: {name} →", width="content")
