"""The machinery of the completion studio: the settings, the job that draws, the recorded first frame, the files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from pixellab import pictures, zoo
from pixellab.errors import PixelLabError
from pixellab.ui import address, live, painter, sources
from pixellab.ui.endings import endings
from pixellab.ui.frames import Frames
from pixellab.worker import client

PLACE = "studio"
ENDINGS = 9
RECORDED = Path(__file__).parent / "first_frames" / "studio.npz"
_FRAMES = 48  # of the animated PNG


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


def settings() -> Settings:
    """The controls for model, temperature and seed, in one row."""
    names = models()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model = None
        if names:
            model = st.selectbox(
                "Model", names, format_func=lambda name: zoo.card(name).title, key="model", width=215,
                bind="query-params", persist_state="session",
            )  # fmt: skip
        temperature = st.slider(
            "Temperature", 0.1, 2.0, 1.0, 0.1, key="temperature", width=165,
            bind="query-params", persist_state="session",
        )  # fmt: skip
        seed = st.number_input(
            "Seed", 0, 999_999, 0, key="seed", width=130, bind="query-params", persist_state="session"
        )
    return Settings(model, float(temperature), int(seed))


def hole(picture: np.ndarray) -> np.ndarray:
    """The painter over the picture, with the hole of the address or else its lower half: (H, W) bool."""
    lower_half = np.zeros(picture.shape[1:], bool)
    lower_half[picture.shape[1] // 2 :] = True
    linked = address.cells("hole", lower_half.shape)
    hidden = painter.hole(
        picture, levels=sources.LEVELS, start=lower_half if linked is None else linked, key="hole"
    )
    address.write({"hole": None if np.array_equal(hidden, lower_half) else address.text(hidden)})
    return hidden


def finish(picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> Frames | None:
    """Show the nine endings, as they are drawn; return them once they are complete.

    What the visitor meets first was recorded, so it is there before any model is.
    """
    recorded = _recorded()
    if recorded is not None and _is(recorded, picture, hidden, chosen):
        live.again(PLACE)  # whatever was drawn before is not wanted any more
        _warm(chosen.model)
        endings(recorded, run="recorded", key="endings")
        return recorded
    if chosen.model is None:
        st.info(
            "No trained model is here yet: `pixellab train` makes one, and the endings will follow your brush."
        )
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


def buttons(picture: np.ndarray | None, frames: Frames | None) -> None:
    """Cancel, other endings, the original, the files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        live.cancel_button(PLACE)
        st.button("Nine others", on_click=_other_seed, help="The next seed")
        for label, name, make in (
            ("PNG", "endings.png", sheet),
            ("Animated PNG", "endings-animated.png", film),
        ):
            st.download_button(
                label, (lambda make=make: make(frames)) if frames else b"", name, "image/png", key=f"file.{name}",
                disabled=frames is None, on_click="ignore", icon=":material/download:",
            )  # fmt: skip
        revealed = st.toggle(
            "Reveal the original", key="reveal", bind="query-params", persist_state="session"
        )
    if revealed and picture is not None:
        rgb = pictures.to_rgb(picture[None], sources.LEVELS)[0].repeat(6, 0).repeat(6, 1)
        st.image(rgb, caption="The original", alt="The original picture, nothing hidden")


def sheet(frames: Frames) -> bytes:
    """The finished endings side by side, as a PNG file."""
    return pictures.png(_page(frames, frames.total))


def film(frames: Frames) -> bytes:
    """The endings as they grow, as an animated PNG file."""
    steps = np.unique(np.linspace(0, frames.total, _FRAMES).astype(int))
    return pictures.animated_png((_page(frames, int(step)) for step in steps), milliseconds=80)


def _page(frames: Frames, step: int) -> np.ndarray:
    values = np.broadcast_to(frames.picture, (frames.n, *frames.picture.shape[-3:])).copy()
    drawn, undrawn = frames.order[:step].astype(int), frames.order[step:].astype(int)
    values[:, :, drawn[:, 0], drawn[:, 1]] = frames.values[:step].transpose(1, 2, 0)
    waiting = np.zeros_like(frames.hidden)
    waiting[undrawn[:, 0], undrawn[:, 1]] = True
    rgb = pictures.to_rgb(values, frames.levels, frames.hidden, waiting)
    return pictures.grid(rgb, columns=3, scale=6, gap=2)


def _other_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000


@cache
def _recorded() -> Frames | None:
    try:
        return Frames.load(RECORDED)
    except PixelLabError:
        return None


def _is(recorded: Frames, picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> bool:
    """Whether the recorded endings are those that are asked for now."""
    names = models()
    return (
        (chosen.temperature, chosen.seed) == (1.0, 0)
        and chosen.model in (None, *names[:1])
        and np.array_equal(recorded.picture, picture)
        and np.array_equal(recorded.hidden, hidden)
    )


def _warm(model: str | None) -> None:
    """Have the model loaded while the visitor looks at the recorded endings."""
    if model is not None:
        client.connect().warm(model)
