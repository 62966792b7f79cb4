"""Where the studio's picture comes from: a sample of our own models, the visitor's own drawing, or an upload."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from pixellab import pictures
from pixellab.configurations import Configuration
from pixellab.errors import PixelLabError
from pixellab.ui import address, dials, painter
from pixellab.ui.choices import choices

HEIGHT = WIDTH = 28
LEVELS = 2
GALLERY = Path(__file__).parent / "first_frames" / "gallery.npz"


@dataclass(frozen=True)
class Source:
    """The chosen picture, (C, H, W) uint8 levels, or None while there is none.

    sample: which picture of the gallery it is, if it is one. being_drawn: the visitor is drawing it, so that the
    painter of the hole has to wait.
    """

    picture: np.ndarray | None
    sample: int | None = None
    being_drawn: bool = False


@cache
def gallery() -> np.ndarray:
    """Samples of our own model, (n, 1, 28, 28) uint8 of 0 and 1; PixelLabError where there is no file."""
    try:
        with np.load(GALLERY, allow_pickle=False) as file:
            bits = file["bits"]
    except (OSError, KeyError, ValueError) as fault:
        raise PixelLabError(f"The gallery {GALLERY.name} cannot be read; restore it from the repository.") from fault
    return np.unpackbits(bits, axis=1, count=HEIGHT * WIDTH).reshape(-1, 1, HEIGHT, WIDTH)


def fit(configuration: Configuration) -> bool:
    """Whether there are pictures for a model of this configuration."""
    return _is_digit(configuration) or (configuration.channels, configuration.levels) == (3, 256)


def choose(configuration: Configuration | None) -> Source:
    """Let the visitor choose the picture, by one of three ways; in colour, which nobody draws here, by one of two.

    configuration: of the model that will finish it; None: a digit.
    """
    if configuration is None or _is_digit(configuration):
        return _digit()
    ways = {**({"Sample": _tile} if _tiles(configuration) is not None else {}), "Upload": _colours}
    way = st.segmented_control(
        "Picture", list(ways), default=next(iter(ways)), required=True, key="source.colour", persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    return ways[way](configuration)


def _is_digit(configuration: Configuration) -> bool:
    return configuration.shape == (1, HEIGHT, WIDTH) and configuration.levels == LEVELS


def _tiles(configuration: Configuration) -> np.ndarray | None:
    """Samples of our own colour model, (n, 3, H, W) uint8, of this size; None where there are none."""
    if dials.missing():
        return None
    shown = dials.recording().pictures
    return shown if shown.shape[1:] == configuration.shape else None


def _tile(configuration: Configuration) -> Source:
    shown = _tiles(configuration)
    start = address.whole("tile", 0, len(shown) - 1)
    tile = choices(shown, levels=256, start=start, label="Sample", key="tile")
    address.write({"tile": str(tile) if tile else None})
    return Source(shown[tile], sample=tile)


def _colours(configuration: Configuration) -> Source:
    rgb = _file("A picture", "upload.colour")
    if rgb is None:
        return Source(None)
    return Source(pictures.cropped(rgb, configuration.height, configuration.width).astype(np.uint8))


def _digit() -> Source:
    ways = {"Sample": _sample, "Draw": _drawing, "Upload": _upload}
    way = st.segmented_control(
        "Picture", list(ways), default="Sample", required=True, key="source", bind="query-params",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    source = ways[way]()
    own = source.picture is not None and source.sample is None
    address.write(
        {
            "ink": address.text(source.picture[0]) if own else None,
            "sample": str(source.sample) if source.sample else None,
        }
    )
    return source


def _sample() -> Source:
    shown = gallery()
    start = address.whole("sample", 0, len(shown) - 1)
    sample = choices(shown, levels=LEVELS, start=start, label="Sample", key="sample")
    return Source(shown[sample], sample=sample)


def _drawing() -> Source:
    start = address.cells("ink", (HEIGHT, WIDTH))
    if start is None:
        start = np.zeros((HEIGHT, WIDTH), bool)
    step = st.segmented_control(
        "Step", ["1 · Draw a digit", "2 · Hide a part of it"], default="1 · Draw a digit", required=True,
        key="step", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    drawing = step.startswith("1")
    cells = painter.ink(start=start, key="ink") if drawing else painter.current("ink", start)
    return Source(cells.astype(np.uint8)[None], being_drawn=drawing)


def _upload() -> Source:
    rgb = _file("A picture of a digit", "upload")
    if rgb is not None:
        return Source(_fitted(rgb))
    linked = address.cells("ink", (HEIGHT, WIDTH))
    return Source(None if linked is None else linked.astype(np.uint8)[None])


def _file(label: str, key: str) -> np.ndarray | None:
    """The visitor's file as (3, H, W) uint8, or the last one that could be read; a bad one is said."""
    file = st.file_uploader(label, type=["png", "jpg", "jpeg", "webp", "gif"], key=key)
    if file is not None:
        try:
            st.session_state[f"{key}.rgb"] = pictures.read(file.getvalue())
        except PixelLabError as fault:
            st.error(str(fault))
            return None
    return st.session_state.get(f"{key}.rgb")


def _fitted(rgb: np.ndarray) -> np.ndarray | None:
    """The upload as the model will read it, beside the two controls that decide it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        before, after = st.empty(), st.empty()
        with st.container(width=180):
            invert = st.toggle("Invert", key="upload.invert", help="Where ink and ground were taken for each other")
            threshold = st.slider("Threshold", 0.1, 0.9, 0.5, 0.05, key="upload.threshold", persist_state="session")
    dark_ink = pictures.background_is_light(rgb) != invert
    try:
        picture = pictures.binarise(pictures.digit(rgb, HEIGHT, WIDTH, dark_ink=dark_ink), threshold)
    except PixelLabError as fault:
        st.error(str(fault))
        return None
    square = pictures.cropped(rgb, 4 * HEIGHT, 4 * WIDTH).transpose(1, 2, 0)
    before.image(square, caption="yours", alt="The uploaded picture", width=3 * WIDTH)
    seen = pictures.to_rgb(picture[None], LEVELS)[0].repeat(3, 0).repeat(3, 1)
    after.image(seen, caption="as read", alt=f"The picture as the model reads it: {int(picture.sum())} white pixels")
    return picture
