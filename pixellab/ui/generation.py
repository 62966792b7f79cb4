"""The machinery of the generation page: what is drawn, by which jobs, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from pixellab import zoo
from pixellab.configurations import Configuration
from pixellab.ui import downloads, live, studio
from pixellab.ui.endings import endings
from pixellab.ui.frames import Frames, recorded
from pixellab.ui.player import player
from pixellab.worker import client

PLACE = "generation"
TEMPERATURES = (0.0, 0.7, 1.0, 1.5)
EACH = 3
"""Pictures a temperature, each with random numbers of its own."""


@dataclass(frozen=True)
class View:
    """One way to look at generation: its requests, its recorded first frames, and how many stand in a row."""

    columns: int
    requests: Callable[[studio.Settings], list[client.Completion]]


def _several(n: int) -> Callable[[studio.Settings], list[client.Completion]]:
    return lambda chosen: [client.generation(chosen.model, n=n, temperature=chosen.temperature, seed=chosen.seed)]


def _temperatures(chosen: studio.Settings) -> list[client.Completion]:
    return [client.generation(chosen.model, n=EACH, temperature=t, seed=chosen.seed) for t in TEMPERATURES]


VIEWS = {
    "One": View(1, _several(1)),
    "Nine": View(3, _several(9)),
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
    first = recorded(f"generation-{name.lower()}")
    if first is not None and _is_first(chosen):
        live.again(PLACE)
        _show(name, chosen, first, run="recorded", drawn_live=False)
        return first
    if chosen.model is None:
        st.info("No trained model is here yet: `pixellab train` makes one.")
        return None
    found = live.jobs(PLACE, VIEWS[name].requests(chosen))
    configuration = zoo.card(chosen.model).configuration

    def show(*found: client.Job) -> None:
        _show(name, chosen, joined(found, configuration), run=live.run_name(PLACE), drawn_live=True)
        st.progress(sum(job.done for job in found) / sum(job.total for job in found), text=live.status(PLACE))

    live.follow(PLACE, show)
    return joined(found, configuration) if all(job.state == "done" for job in found) else None


def joined(found: tuple[client.Job, ...], configuration: Configuration) -> Frames:
    """What the jobs of a view have drawn, side by side."""
    parts = [Frames.of(job, job.request.image, job.request.hidden, configuration.levels) for job in found]
    return Frames.joined(parts)


def _show(name: str, chosen: studio.Settings, frames: Frames, *, run: str, drawn_live: bool) -> None:
    if name == "One":
        configuration = zoo.card(chosen.model).configuration if chosen.model else None
        player(frames, run=run, key="player", configuration=configuration, live=drawn_live)
        return
    titles = [f"T = {t:g}" for _ in range(EACH) for t in TEMPERATURES] if name == "Temperatures" else None
    endings(
        frames, run=f"{name}-{run}", key=f"pictures.{name}", live=drawn_live, columns=VIEWS[name].columns,
        titles=titles, noun="Picture",
    )  # fmt: skip


def settings(name: str) -> studio.Settings:
    """The controls for model, temperature and seed; no temperature where there are four."""
    return studio.settings(temperature=name != "Temperatures")


def buttons(name: str, frames: Frames | None) -> None:
    """Cancel, another seed, the files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        live.cancel_button(PLACE)
        st.button("Draw another", on_click=_other_seed, help="The next seed")
        downloads.buttons(frames, name.lower(), columns=VIEWS[name].columns)


def _is_first(chosen: studio.Settings) -> bool:
    """Whether these are the settings that the first frames were recorded with."""
    model = chosen.model in (None, *studio.models()[:1])
    return model and (chosen.temperature, chosen.seed) == (1.0, 0)


def _other_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000
