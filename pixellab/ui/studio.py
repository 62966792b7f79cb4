"""The machinery of the completion studio: settings, the job that draws, the recorded first frame, files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pixellab import pictures, zoo
from pixellab.errors import PixelLabError
from pixellab.ui import address, downloads, live, painter, sources
from pixellab.ui.endings import endings
from pixellab.ui.frames import Frames, recorded
from pixellab.worker import client

PLACE = "studio"
ENDINGS = 9


@dataclass(frozen=True)
class Settings:
    """What besides picture and hole decides the endings. model: None where no trained model is here."""

    model: str | None
    temperature: float = 1.0
    seed: int = 0


def models() -> list[str]:
    """The trained models that can finish the studio's pictures."""
    shape = (1, sources.HEIGHT, sources.WIDTH)
    fitting = []
    for name in zoo.pretrained():
        configuration = zoo.card(name).configuration
        if configuration.shape == shape and configuration.levels == sources.LEVELS:
            fitting.append(name)
    return fitting


def settings(*, temperature: bool = True) -> Settings:
    """The controls for model, temperature and seed, in one row; `temperature` says whether that one is offered."""
    names = models()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model = None
        if names:
            model = st.selectbox(
                "Model", names, format_func=lambda name: zoo.card(name).title, key="model", width=215,
                bind="query-params", persist_state="session",
            )  # fmt: skip
        warmth = st.slider(
            "Temperature", 0.1, 2.0, 1.0, 0.1, key="temperature", width=165, disabled=not temperature,
            bind="query-params", persist_state="session",
        )  # fmt: skip
        seed = st.number_input(
            "Seed", 0, 999_999, key="seed", width=130, bind="query-params", persist_state="session"
        )
    return Settings(model, float(warmth), int(seed))


def hole(source: sources.Source) -> np.ndarray:
    """The painter over the picture, with the hole of the address or else its lower half: (H, W) bool."""
    lower_half = np.zeros((sources.HEIGHT, sources.WIDTH), bool)
    lower_half[sources.HEIGHT // 2 :] = True
    linked = address.cells("hole", lower_half.shape)
    start = lower_half if linked is None else linked
    if source.being_drawn:
        hidden = painter.current("hole", start)
    else:
        hidden = painter.hole(source.picture, levels=sources.LEVELS, start=start, key="hole")
    address.write({"hole": None if np.array_equal(hidden, lower_half) else address.text(hidden)})
    return hidden


def finish(picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> Frames | None:
    """Show the nine endings, as they are drawn; return them once they are complete.

    What the visitor meets first was recorded, so it is there before any model is.
    """
    first = recorded("studio")
    if first is not None and _is(first, picture, hidden, chosen):
        live.again(PLACE)  # whatever was drawn before is not wanted any more
        _warm(chosen.model)
        endings(first, run="recorded", key="endings")
        st.progress(1.0, text=f"{first.total} pixels, recorded before you came.")
        return first
    if chosen.model is None:
        st.info("No trained model is here yet. Train one (`pixellab train`), and endings will follow your brush.")
        return None
    if not hidden.any():
        st.info("Nothing is hidden: paint over a part of the picture, and nine endings will grow in it.")
        return None
    request = client.Completion(
        model=chosen.model,
        image=picture,
        hidden=hidden,
        n=ENDINGS,
        temperature=chosen.temperature,
        seed=chosen.seed,
    )
    try:
        job = live.job(PLACE, request)
    except (ValueError, PixelLabError) as fault:
        st.error(str(fault))
        return None

    def show(job: client.Job) -> None:
        frames = Frames.of(job, picture, hidden, sources.LEVELS)
        endings(frames, run=live.run_name(PLACE), key="endings", live=True)
        st.progress(frames.done / max(1, frames.total), text=live.status(PLACE))

    live.follow(PLACE, show)
    return Frames.of(job, picture, hidden, sources.LEVELS) if job.state == "done" else None


def buttons(frames: Frames | None) -> None:
    """Cancel, other endings, the files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        live.cancel_button(PLACE)
        st.button("Nine others", on_click=_other_seed, help="The next seed")
        downloads.buttons(frames, "endings")


def original(picture: np.ndarray) -> None:
    """The picture with nothing hidden, for those who ask."""
    if st.toggle("Reveal the original", key="reveal", bind="query-params", persist_state="session"):
        rgb = pictures.to_rgb(picture[None], sources.LEVELS)[0].repeat(6, 0).repeat(6, 1)
        st.image(rgb, caption="The original", alt="The original picture, nothing hidden")


def _other_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000


def _is(first: Frames, picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> bool:
    """Whether the recorded endings are those that are asked for now."""
    names = models()
    return (
        (chosen.temperature, chosen.seed) == (1.0, 0)
        and chosen.model in (None, *names[:1])
        and np.array_equal(first.picture, picture)
        and np.array_equal(first.hidden, hidden)
    )


def _warm(model: str | None) -> None:
    """Have the model loaded while the visitor looks at the recorded endings."""
    if model is not None:
        client.connect().warm(model)
