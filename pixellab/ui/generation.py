"""The machinery of the generation page: what is drawn, by which jobs, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from pixellab import zoo
from pixellab.configurations import Configuration
from pixellab.ui import address, downloads, live, sources, studio, told
from pixellab.ui.endings import endings
from pixellab.ui.frames import Frames, recorded
from pixellab.ui.player import player
from pixellab.worker import client

PLACE, PLACE_AGAIN = "generation", "generation-again"
TEMPERATURES = (0.0, 0.7, 1.0, 1.5)
EACH = 3
"""Pictures a temperature, each with random numbers of its own."""


@dataclass(frozen=True)
class View:
    """One way to look at generation: its requests, its recorded first frames, and how many stand in a row."""

    columns: int
    requests: Callable[[studio.Settings], list[client.Completion]]


def _one(chosen: studio.Settings) -> list[client.Completion]:
    return [_of(chosen, 1, keep_probabilities=True)]


def _nine(chosen: studio.Settings) -> list[client.Completion]:
    """Nine pictures; or one of each class, all from the same random numbers."""
    if not by_class(chosen):
        return [_of(chosen, 9)]
    classes = range(len(chosen.told.question.classes))
    return [_of(replace(chosen, told=replace(chosen.told, label=label)), 1) for label in classes]


def _temperatures(chosen: studio.Settings) -> list[client.Completion]:
    return [_of(replace(chosen, temperature=t), EACH) for t in TEMPERATURES]


def _of(chosen: studio.Settings, n: int, *, keep_probabilities: bool = False) -> client.Completion:
    return client.generation(
        chosen.model, n=n, temperature=chosen.temperature, seed=chosen.seed, condition=chosen.condition(n),
        keep_probabilities=keep_probabilities,
    )  # fmt: skip


def by_class(chosen: studio.Settings) -> bool:
    """Whether a picture of each class is asked for."""
    return chosen.told is not None and chosen.told.label is None


VIEWS = {
    "One": View(1, _one),
    "Nine": View(3, _nine),
    "Temperatures": View(len(TEMPERATURES), _temperatures),
}


def view() -> str:
    """The control that chooses one of `VIEWS`."""
    return st.segmented_control(
        "View", list(VIEWS), default="One", required=True, key="view", bind="query-params",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip


def draw(name: str, chosen: studio.Settings) -> Frames | None:
    """Show the pictures of this view as they are drawn; return them once they are complete.

    What the visitor meets first was recorded, so it is there before any model is.
    """
    if name == "Temperatures":
        chosen = replace(chosen, temperature=1.0)  # it has four of its own
    kept = _kept(chosen.model) if name == "One" else 0
    frames = _whole(name, chosen, kept)
    if not kept or frames is None:
        return frames
    return _again(chosen, frames, kept)


def _whole(name: str, chosen: studio.Settings, kept: int) -> Frames | None:
    """The pictures of this view; not shown once they are complete, where all but the first `kept` are drawn again."""
    shown = not kept
    first = recorded(f"generation-{name.lower()}")
    if first is not None and _is_first(chosen):
        live.again(PLACE)
        if shown:
            _show(name, chosen, first, run="recorded", drawn_live=False)
        return first
    if chosen.model is None:
        st.info("No trained model is here yet: `pixellab train` makes one.")
        return None
    if hint := told.hint(zoo.card(chosen.model)):
        st.info(hint)
        return None
    found = live.jobs(PLACE, VIEWS[name].requests(chosen))
    configuration = zoo.card(chosen.model).configuration

    def show(*found: client.Job) -> None:
        if name == "One":
            _heed(kept)
        _show(name, chosen, joined(found, configuration), run=live.run_name(PLACE), drawn_live=True)
        st.progress(sum(job.done for job in found) / sum(job.total for job in found), text=live.status(PLACE))

    done = all(job.state == "done" for job in found)
    if shown or not done:
        live.follow(PLACE, show)
    return joined(found, configuration) if done else None


def _again(chosen: studio.Settings, whole: Frames, kept: int) -> Frames | None:
    """The picture with its first `kept` pixels, and all others drawn from the next seed."""
    picture = np.zeros(whole.picture.shape[-3:], np.uint8)
    rows, columns = whole.order[:kept].astype(int).T
    picture[:, rows, columns] = whole.values[:kept, 0].T
    hidden = np.ones(whole.hidden.shape, bool)
    hidden[rows, columns] = False
    request = _of(replace(chosen, seed=chosen.seed + 1), 1, keep_probabilities=True)
    job = live.job(PLACE_AGAIN, replace(request, image=picture, hidden=hidden))

    def show(job: client.Job) -> None:
        _heed(kept)
        frames = Frames.of(job, picture, hidden, whole.levels)
        _show("One", chosen, frames, run=live.run_name(PLACE_AGAIN), drawn_live=True)
        st.progress(job.done / max(1, job.total), text=f"{kept} pixels kept. {live.status(PLACE_AGAIN)}")

    live.follow(PLACE_AGAIN, show)
    return Frames.of(job, picture, hidden, whole.levels) if job.state == "done" else None


def _heed(kept: int) -> None:
    """Begin the whole page anew when `redraw` was called: a click beside a running job runs only what shows the job."""
    if st.session_state["kept"] != kept:
        st.rerun()


def redraw(kept: int) -> None:
    """Have all but the first `kept` pixels drawn again; 0: the whole picture as it was."""
    st.session_state["kept"] = kept


def redraw_half() -> None:
    """Have the second half of the one picture drawn again."""
    st.session_state["kept"] = _pixels(st.session_state.get("model")) // 2
    st.session_state["view"] = "One"


def _pixels(model: str | None) -> int:
    """Of a picture of a model, or of those that were recorded."""
    configuration = zoo.card(model).configuration if model else None
    return configuration.height * configuration.width if configuration else sources.HEIGHT * sources.WIDTH


def _kept(model: str | None) -> int:
    """How many pixels stay, from the session or the link."""
    address.follow("kept", "kept", lambda text: int(text) if text.isascii() and text.isdigit() else None)
    kept = st.session_state.get("kept", 0)
    if not 0 <= kept < _pixels(model):
        kept = 0
    st.session_state["kept"] = kept
    address.note("kept", "kept", str(kept) if kept else None)
    return kept


def joined(found: tuple[client.Job, ...], configuration: Configuration) -> Frames:
    """What the jobs of a view have drawn, side by side."""
    parts = [Frames.of(job, job.request.image, job.request.hidden, configuration.levels) for job in found]
    return Frames.joined(parts)


def _show(name: str, chosen: studio.Settings, frames: Frames, *, run: str, drawn_live: bool) -> None:
    if name == "One":
        configuration = zoo.card(chosen.model).configuration if chosen.model else None
        player(frames, run=run, key="player", configuration=configuration, live=drawn_live, on_redraw=redraw)
        return
    titles = [f"T = {t:g}" for _ in range(EACH) for t in TEMPERATURES] if name == "Temperatures" else None
    if name == "Nine" and by_class(chosen):
        titles = chosen.told.names(frames.n)
    endings(
        frames, run=f"{name}-{run}", key=f"pictures.{name}", live=drawn_live, columns=columns(name, chosen),
        titles=titles, noun="Picture",
    )  # fmt: skip


def columns(name: str, chosen: studio.Settings) -> int:
    """The most pictures in a row."""
    return 5 if name == "Nine" and by_class(chosen) else VIEWS[name].columns


def settings(name: str) -> studio.Settings:
    """The controls for model, temperature and seed; no temperature where there are four; each class among nine only."""
    return studio.settings(temperature=name != "Temperatures", each=name == "Nine", completes=False)


def buttons(name: str, chosen: studio.Settings, frames: Frames | None) -> None:
    """Cancel, another seed, the files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        live.cancel_button(PLACE_AGAIN if live.running(PLACE_AGAIN) else PLACE)
        st.button("Draw another", on_click=_other_seed, help="The next seed")
        downloads.buttons(frames, name.lower(), columns=columns(name, chosen))


def _is_first(chosen: studio.Settings) -> bool:
    """Whether these are the settings that the first frames were recorded with."""
    model = chosen.model in (None, *studio.models()[:1])
    return model and (chosen.temperature, chosen.seed) == (1.0, 0)


def _other_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000
