"""Where the studio's picture comes from: a sample of the model, the visitor's own drawing, or an upload."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import streamlit as st

from pixellab import pictures
from pixellab.errors import PixelLabError
from pixellab.ui import address, painter
from pixellab.ui.choices import choices

HEIGHT = WIDTH = 28
LEVELS = 2
GALLERY = Path(__file__).parent / "first_frames" / "gallery.npz"
DEFAULT = 0
"""Which picture of the gallery is shown first."""


@cache
def gallery() -> np.ndarray:
    """Samples of our own model, (n, 1, 28, 28) uint8 of 0 and 1; PixelLabError where there is no file."""
    try:
        with np.load(GALLERY, allow_pickle=False) as file:
            bits = file["bits"]
    except (OSError, KeyError, ValueError) as fault:
        raise PixelLabError(f"The gallery {GALLERY.name} cannot be read; restore it from the repository.") from fault
    return np.unpackbits(bits, axis=1, count=HEIGHT * WIDTH).reshape(-1, 1, HEIGHT, WIDTH)


def choose() -> np.ndarray | None:
    """Let the visitor choose the picture: (1, 28, 28) uint8 of 0 and 1, or None as long as there is none."""
    ways = {"Sample": _sample, "Draw": _drawing, "Upload": _upload}
    source = st.segmented_control(
        "Picture", list(ways), default="Sample", required=True, key="source", bind="query-params",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    picture = ways[source]()
    own = picture is not None and source != "Sample"
    sample = st.session_state.get("sample.choice", DEFAULT)
    address.write(
        {
            "ink": address.text(picture[0]) if own else None,
            "sample": str(sample) if source == "Sample" and sample != DEFAULT else None,
        }
    )
    return picture


def _sample() -> np.ndarray:
    shown = gallery()
    start = address.whole("sample", DEFAULT, len(shown) - 1)
    return shown[choices(shown, levels=LEVELS, start=start, label="Sample", key="sample")]


def _drawing() -> np.ndarray:
    start = address.cells("ink", (HEIGHT, WIDTH))
    if start is None:
        start = np.zeros((HEIGHT, WIDTH), bool)
    with st.expander("Draw here", expanded=True):
        return painter.ink(start=start, key="ink").astype(np.uint8)[None]


def _upload() -> np.ndarray | None:
    file = st.file_uploader("A picture of a digit", type=["png", "jpg", "jpeg", "webp", "gif"], key="upload")
    if file is not None:
        try:
            st.session_state["upload.rgb"] = pictures.read(file.getvalue())
        except PixelLabError as fault:
            st.error(str(fault))
            return None
    rgb = st.session_state.get("upload.rgb")
    if rgb is None:
        linked = address.cells("ink", (HEIGHT, WIDTH))
        return None if linked is None else linked.astype(np.uint8)[None]
    return _fitted(rgb)


def _fitted(rgb: np.ndarray) -> np.ndarray | None:
    """The upload as the model will see it, with the two controls that decide it."""
    before, after, controls = st.columns([1, 1, 2], vertical_alignment="center")
    with controls:
        dark_ink = st.toggle("Dark ink on a light ground", pictures.background_is_light(rgb), key="upload.dark")
        threshold = st.slider("Threshold", 0.1, 0.9, 0.5, 0.05, key="upload.threshold", persist_state="session")
    try:
        picture = pictures.binarise(pictures.digit(rgb, HEIGHT, WIDTH, dark_ink=dark_ink), threshold)
    except PixelLabError as fault:
        st.error(str(fault))
        return None
    square = pictures.cropped(rgb, 112, 112).transpose(1, 2, 0)
    before.image(square, caption="yours", alt="The uploaded picture")
    seen = pictures.to_rgb(picture[None], LEVELS)[0].repeat(4, 0).repeat(4, 1)
    after.image(seen, caption="as read", alt=f"The picture as the model reads it: {int(picture.sum())} white pixels")
    return picture
