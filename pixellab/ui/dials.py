"""What the page *Three dials* needs: pictures of our own model, and the three distributions of one of their pixels."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pixellab import pictures, zoo
from pixellab.errors import PixelLabError
from pixellab.ui import live
from pixellab.ui.components import b64
from pixellab.ui.frames import FIRST_FRAMES
from pixellab.ui.lesson import Control, View
from pixellab.worker import client
from pixellab.worker.requests import Dials

RECORDING = FIRST_FRAMES / "dials.npz"
_ANSWERED = "dials.answered"  # whether the page shows what the last job found
PLACE = "dials"
SAMPLES = 6
CANDIDATES = 24
TEMPERATURES = ("0", "0.7", "1", "1.5")
MIDDLE = 96
"""Of the 256 values: how wide the gap between two humps must be."""

SPIKE = 0.3
"""The likeliest value of two humps has less than this: two spikes would teach less."""

DARK = 64
"""A red below this is dark."""

_VALUE = r"(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])?"


@dataclass(frozen=True)
class Tables:
    """The answer to a `Dials` request, as far as the page shows it.

    values: (n, 3) uint8, all members; red: (256,); green: (ALONG_GREEN, 256); blue: (DRAWN, 256), rows as the
    members of the request; alone: (2, 256) green and blue without regard to the earlier colours, the mean over
    the draws, at the request's temperature. All probabilities are float16 and, but for `alone`, at temperature 1.
    """

    values: np.ndarray
    red: np.ndarray
    green: np.ndarray
    blue: np.ndarray
    alone: np.ndarray

    @classmethod
    def of(cls, job: client.Job) -> Tables:
        """What a finished job has found."""
        table = job.probabilities[0]
        drawn = tempered(table[Dials.DRAWN : Dials.REGRESSED, 1:].astype(np.float64), job.request.temperature)
        return cls(
            job.values[0], table[Dials.PICTURE, 0], table[: Dials.ALONG_GREEN, 1], table[: Dials.DRAWN, 2],
            drawn.mean(0).astype(np.float16),
        )  # fmt: skip

    def payload(self) -> dict[str, str]:
        """As base64 text."""
        return {name: b64(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Recording:
    """Samples (n, 3, H, W) uint8 of a model, and the tables of one pixel of the first."""

    model: str
    pictures: np.ndarray
    row: int
    column: int
    tables: Tables


def tempered(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(log p / T) over the last axis; T = 0: all on the likeliest value."""
    if temperature == 0:
        return np.eye(probabilities.shape[-1])[probabilities.argmax(-1)]
    powers = probabilities ** (1 / temperature)
    return powers / powers.sum(-1, keepdims=True)


def model() -> str | None:
    """The first colour model that comes with the project; None where there is none."""
    for name in zoo.pretrained():
        configuration = zoo.card(name).configuration
        if (configuration.channels, configuration.levels) == (3, 256):
            return name
    return None


def missing() -> str:
    """What keeps the page from being shown, in one sentence; empty where nothing does."""
    if model() is None:
        return "This page needs a trained colour model: train one with `pixellab train tiles-gated` and ship it."
    if not RECORDING.exists():
        return "This page has no recorded pictures yet: record them with `python -m pixellab.ui.record --only dials`."
    return ""


@cache
def recording(path: Path = RECORDING) -> Recording:
    """What the page shows before the model is awake; PixelLabError where the file is broken."""
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        tables = Tables(*(stored[name] for name in ("values", "red", "green", "blue", "alone")))
        return Recording(str(stored["model"]), stored["pictures"], int(stored["row"]), int(stored["column"]), tables)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as fault:
        raise PixelLabError(
            f"The recording {path.name} cannot be read; record it again with "
            "`python -m pixellab.ui.record --only dials`."
        ) from fault


def controls() -> tuple[Control, ...]:
    """The page opens with the recorded pixel."""
    place = f"{recording().row},{recording().column}"
    return (
        Control("mode", "Colours", (("ordered", "in order"), ("alone", "each on its own")), "ordered"),
        Control("paint", "Drawn by", (("softmax", "softmax"), ("regression", "regression")), "softmax"),
        Control("t", "Temperature", tuple((t, t) for t in TEMPERATURES), "1"),
        Control("look", "Show", (("dials", "dials"), ("0", "R in steps"), ("1", "G"), ("2", "B")), "dials"),
        Control("picture", kind="hidden", pattern=r"\d|own", default="0"),
        Control("at", kind="hidden", pattern=r"\d{1,2},\d{1,2}", default=place),
        *(Control(name, kind="hidden", pattern=_VALUE, aside=True) for name in "rgb"),
        Control("then", kind="hidden", pattern=_VALUE),
        Control("seed", kind="hidden", pattern=r"\d{1,4}", default="0"),
    )


def data(view: View) -> dict[str, Any]:
    """The pictures, and the tables of the chosen pixel as far as they are known."""
    known = recording()
    height, width = known.pictures.shape[2:]
    own = st.session_state.get("dials.own")
    shown = [*known.pictures, *([] if own is None else [own])]
    answer: dict[str, Any] = {
        "height": height, "width": width, "stops": Dials.STOPS, "draws": Dials.DRAWS,
        "rows": {"picture": Dials.PICTURE, "now": Dials.NOW, "red": Dials.ALONG_RED, "green": Dials.ALONG_GREEN,
                 "drawn": Dials.DRAWN, "regressed": Dials.REGRESSED},
        "pictures": [b64(picture.transpose(1, 2, 0)) for picture in shown], "own": own is not None,
        "tables": None, "pixel": "", "red": "", "error": "",
    }  # fmt: skip
    index = len(known.pictures) if view["picture"] == "own" else int(view["picture"])
    picture = shown[index if index < len(shown) else 0]
    row, column = (min(int(part), side - 1) for part, side in zip(view["at"].split(","), (height, width), strict=True))
    pixel = " ".join(view[name] for name in ("picture", "at", "t", "seed"))
    red = _red(view)
    recorded = pixel == f"0 {known.row},{known.column} 1 0"
    if recorded:
        answer |= {"tables": known.tables.payload(), "pixel": pixel, "red": ""}
    if recorded and red == "":
        return answer
    request = client.Dials(
        known.model, picture, row, column, int(red) if red else None, float(view["t"]), int(view["seed"])
    )
    try:
        job = live.job(PLACE, request)
    except ValueError as fault:
        return answer | {"error": str(fault)}
    ended = st.session_state[_ANSWERED] = job.ended
    if ended and job.state == "done":
        answer |= {"tables": Tables.of(job).payload(), "pixel": pixel, "red": red}
    return answer | {"error": job.error}


def follow() -> None:
    """While the model is at work on a pixel: run the page again when it has answered, or has so in the meantime."""
    if live.running(PLACE):
        live.follow(PLACE, lambda job: None)
    elif not st.session_state.get(_ANSWERED, True):
        st.rerun()


def asked(request: dict[str, str]) -> None:
    """The widget wants a picture of the visitor's: `upload` opens with this script run."""
    st.session_state["dials.asking"] = request["what"] == "upload"


def upload() -> None:
    """While it is asked for: a window that takes a picture."""
    if not st.session_state.get("dials.asking"):
        return

    @st.dialog("A picture of yours", on_dismiss=lambda: st.session_state.update({"dials.asking": False}))
    def window() -> None:
        file = st.file_uploader("PNG, JPEG, WebP or GIF", type=["png", "jpg", "jpeg", "webp", "gif"], key="dials.file")
        if file is None:
            return
        try:
            st.session_state["dials.own"] = pictures.cropped(pictures.read(file.getvalue()), *_size())
        except PixelLabError as fault:
            st.error(str(fault))
            return
        st.session_state["dials.asking"] = False
        for name in ("r", "g", "b", "at"):
            st.query_params.pop(name, None)
        st.query_params.update({"step": "free", "picture": "own"})
        st.rerun()

    window()


def record(lab: client.Lab, _: str) -> None:
    """Draw pictures with the colour model, and keep the tables of the dark pixel with the clearest two humps."""
    name = model()
    if name is None:
        print("No colour model is shipped, so *Three dials* was not recorded.")
        return
    drawing = lab.submit(client.generation(name, n=CANDIDATES, seed=1))
    drawing.wait()
    _done(drawing)
    shape = zoo.card(name).configuration.shape
    samples = drawing.values.transpose(1, 2, 0).reshape(CANDIDATES, *shape)
    order = np.argsort(drawing.nats.sum((0, 2)))
    samples = samples[order[len(order) // 4 :]][:SAMPLES]  # neither the emptiest nor the wildest
    scores = []
    for sample in samples:
        job = lab.submit(client.Distributions(name, sample))
        job.wait()
        _done(job)
        # Of a dark pixel: its green and blue have far to go when the page sets red to 250.
        score = two_humps(job.probabilities[:, 0, 0].astype(np.float64))
        scores.append(np.where(sample[0].ravel() < DARK, score, -np.inf))
    first, cell = np.unravel_index(np.argmax(scores), np.shape(scores))
    samples = np.concatenate([samples[[first]], np.delete(samples, first, axis=0)])
    row, column = divmod(int(cell), shape[2])
    job = lab.submit(client.Dials(name, samples[0], row, column))
    job.wait()
    _done(job)
    np.savez_compressed(RECORDING, model=name, pictures=samples, row=row, column=column, **vars(Tables.of(job)))


def two_humps(probabilities: np.ndarray) -> np.ndarray:
    """(N,) of (N, 256): the weight of the lighter of two humps, less what lies in the gap between them; spikes last."""
    below = probabilities.cumsum(-1)
    left, right = below[:, :-MIDDLE], 1 - below[:, MIDDLE:]
    return (np.minimum(left, right) - (1 - left - right)).max(-1) - (probabilities.max(-1) >= SPIKE)


def _red(view: View) -> str:
    """The red that is set: by the learner, or by the step once its answer is shown."""
    return view["r"] or (view["then"] if view["reveal"] == "1" else "")


def _size() -> tuple[int, int]:
    return recording().pictures.shape[2:]


def _done(job: client.Job) -> None:
    if job.state != "done":
        raise PixelLabError(f"Nothing was recorded: {job.error or job.state}")
