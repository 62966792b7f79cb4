"""The machinery of the completion studio: settings, the job that draws, the recorded first frame, files."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from pixellab import pictures, zoo
from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError
from pixellab.ui import address, downloads, live, painter, seam, sources, told
from pixellab.ui.cloud import Cloud
from pixellab.ui.endings import endings
from pixellab.ui.frames import Frames, recorded
from pixellab.worker import client

PLACE, PLACE_BELOW = "studio", "studio-below"
"""Of the endings in raster order, and of those that look below: each keeps what it has while the other is shown."""

ENDINGS = 9
PARTICLES = (8, 16, 32, 64)
FIRST = "mnist-gated"
"""The model that pages begin with, where it is here: it drew what was recorded."""


@dataclass(frozen=True)
class Settings:
    """What besides picture and hole decides the endings. model: None where no trained model is here."""

    model: str | None
    temperature: float = 1.0
    seed: int = 0
    told: told.Told | None = None
    below: bool = False
    particles: int = 32

    @property
    def configuration(self) -> Configuration | None:
        """Of the model."""
        return zoo.card(self.model).configuration if self.model else None

    @property
    def levels(self) -> int:
        """K, of the model's pictures."""
        return self.configuration.levels if self.model else sources.LEVELS

    def condition(self, n: int) -> int | np.ndarray | None:
        """Of a request for n pictures."""
        return self.told.condition(n) if self.told else None


def models(*, completes: bool = True) -> list[str]:
    """The trained models, the one that pages begin with first; `completes`: for which the studio has pictures."""
    names = sorted(zoo.pretrained(), key=lambda name: (name != FIRST, name))
    return [name for name in names if not completes or sources.fit(zoo.card(name).configuration)]


def settings(*, temperature: bool = True, each: bool = True, completes: bool = True) -> Settings:
    """The controls for model, temperature and seed, in one row; below them what the model has to be told.

    temperature: whether that one is offered. each: whether a different class for each picture is. completes: for models
    that finish the studio's pictures only.
    """
    names = models(completes=completes)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        model = _model(names) if names else None
        warmth = st.slider(
            "Temperature", 0.1, 2.0, 1.0, 0.1, key="temperature", width=165, disabled=not temperature,
            bind="query-params", persist_state="session",
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 999_999, key="seed", width=130, bind="query-params", persist_state="session")
    asked = told.choose(zoo.card(model), each=each) if model else None
    return Settings(model, float(warmth), int(seed), asked)


def _model(names: list[str]) -> str:
    """The control for the model: in the address by its name, on the page by its title."""
    titles = [zoo.card(name).title for name in names]

    def label(name: str) -> str:
        title = zoo.card(name).title
        return title if titles.count(title) == 1 else f"{title} ({name})"

    address.follow("model", "model", lambda text: text if text in names else None)
    if st.session_state.get("model") not in names:
        st.session_state["model"] = names[0]
    model = st.selectbox("Model", names, format_func=label, key="model", width=215, persist_state="session")
    address.note("model", "model", None if model == names[0] else model)
    return model


def look_below(chosen: Settings) -> Settings:
    """The switch between raster order and looking below, with how many particles run for each ending."""
    address.follow("below", "below", lambda text: {"1": True, "0": False}.get(text))
    known = {str(count): count for count in PARTICLES}
    address.follow("particles", "particles", known.get)
    if st.session_state.setdefault("particles", 32) not in PARTICLES:
        st.session_state["particles"] = 32
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="look-below"):
        below = st.toggle("Look below", key="below", persist_state="session")
        particles = st.session_state["particles"]
        if below:
            particles = st.selectbox(
                "Particles", PARTICLES, key="particles", width=110, persist_state="session",
                label_visibility="collapsed", format_func=lambda count: f"{count} tries",
            )  # fmt: skip
        st.caption(
            "Raster order cannot use what is below the hole; weighing many tries by how well they explain it can.",
            width=290 if below else 400,
        )
    address.note("below", "below", "1" if below else None)
    address.note("particles", "particles", str(particles) if below and particles != 32 else None)
    return replace(chosen, below=below, particles=particles)


def hole(source: sources.Source, chosen: Settings) -> np.ndarray:
    """The painter over the picture, with the hole of the address or else its lower half: (H, W) bool."""
    lower_half = np.zeros(source.picture.shape[1:], bool)
    lower_half[len(lower_half) // 2 :] = True
    linked = address.cells("hole", lower_half.shape)
    start = lower_half if linked is None else linked
    if source.being_drawn:
        hidden = painter.current("hole", start)
    else:
        draft = getattr(chosen.configuration, "factor", 1)
        hidden = painter.hole(
            source.picture, levels=chosen.levels, start=start, key="hole", draft=draft, below=chosen.below
        )
    address.write({"hole": None if np.array_equal(hidden, lower_half) else address.text(hidden)})
    return hidden


def hide_top() -> None:
    """Hide the top half, as if the visitor had."""
    shape = st.session_state.get("hole.cells", np.zeros((sources.HEIGHT, sources.WIDTH), bool)).shape
    top = np.zeros(shape, bool)
    top[: shape[0] // 2] = True
    painter.put("hole", top)


def finish(picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> Frames | None:
    """Show the nine endings, as they are drawn; return them once they are complete.

    What the visitor meets first was recorded, so it is there before any model is.
    """
    first = recorded("studio")
    if first is not None and _is(first, picture, hidden, chosen):
        live.again(PLACE)  # whatever was drawn before is not wanted any more
        live.leave(PLACE_BELOW)
        _warm(chosen.model)
        endings(first, run="recorded", key="endings")
        st.progress(1.0, text=f"{first.total} pixels, recorded before you came.")
        return first
    if chosen.model is None:
        st.info("No trained model is here yet. Train one (`pixellab train`), and endings will follow your brush.")
        return None
    if hint := told.hint(zoo.card(chosen.model)):
        st.info(hint)
        return None
    if not hidden.any():
        st.info("Nothing is hidden: paint over a part of the picture, and nine endings will grow in it.")
        return None
    place = PLACE_BELOW if chosen.below else PLACE
    live.leave(PLACE if chosen.below else PLACE_BELOW)
    try:
        job = live.job(place, _request(picture, hidden, chosen))
    except (ValueError, PixelLabError) as fault:
        st.error(str(fault))
        return None
    titles = chosen.told.names(ENDINGS) if chosen.told and chosen.told.label is None else None

    def show(job: client.Job) -> None:
        film = _film(job, picture, hidden, chosen)
        key = "endings-below" if chosen.below else "endings"
        endings(film, run=live.run_name(place), key=key, live=True, titles=titles)
        text = live.status(place)
        if chosen.below and job.state == "done":
            drawn = int(hidden.sum())
            text = f"{drawn} pixels drawn in {ENDINGS} × {chosen.particles} tries, {film.total - drawn} given read."
        st.progress(film.done / max(1, film.total), text=text)

    live.follow(place, show)
    if job.state != "done":
        return None
    film = _film(job, picture, hidden, chosen)
    return film.frames() if isinstance(film, Cloud) else film


def _request(picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> client.Completion:
    wanted = dict(
        model=chosen.model, image=picture, hidden=hidden, n=ENDINGS, temperature=chosen.temperature, seed=chosen.seed,
        condition=chosen.condition(ENDINGS),
    )  # fmt: skip
    return client.LookBelow(**wanted, particles=chosen.particles) if chosen.below else client.Completion(**wanted)


def _film(job: client.Job, picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> Frames | Cloud:
    if chosen.below:
        return Cloud.of(job, picture, chosen.levels)
    return Frames.of(job, picture, hidden, chosen.levels)


def joins(frames: Frames | None, original: np.ndarray, *, below: bool) -> None:
    """Say how the endings meet what is below the hole, where there is a seam and ink along it."""
    if frames is None or not frames.total or frames.levels != 2:
        return
    if sentence := seam.sentence(frames, original, below=below):
        st.caption(sentence)


def buttons(frames: Frames | None, *, below: bool = False) -> None:
    """Cancel, other endings, the files."""
    with st.container(horizontal=True, vertical_alignment="center"):
        live.cancel_button(PLACE_BELOW if below else PLACE)
        st.button("Nine others", on_click=_other_seed, help="The next seed")
        downloads.buttons(frames, "endings")


def original(picture: np.ndarray, levels: int) -> None:
    """The picture with nothing hidden, for those who ask."""
    if st.toggle("Reveal the original", key="reveal", bind="query-params", persist_state="session"):
        rgb = pictures.to_rgb(picture[None], levels)[0].repeat(6, 0).repeat(6, 1)
        st.image(rgb, caption="The original", alt="The original picture, nothing hidden")


def _other_seed() -> None:
    st.session_state["seed"] = (st.session_state.get("seed", 0) + 1) % 1_000_000


def _is(first: Frames, picture: np.ndarray, hidden: np.ndarray, chosen: Settings) -> bool:
    """Whether the recorded endings are those that are asked for now."""
    names = models()
    return (
        (chosen.temperature, chosen.seed, chosen.below) == (1.0, 0, False)
        and chosen.model in (None, *names[:1])
        and np.array_equal(first.picture, picture)
        and np.array_equal(first.hidden, hidden)
    )


def _warm(model: str | None) -> None:
    """Have the model loaded while the visitor looks at the recorded endings."""
    if model is not None:
        client.connect().warm(model)
