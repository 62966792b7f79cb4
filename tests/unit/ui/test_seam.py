"""Strokes below a hole, and which endings go on with them."""

from __future__ import annotations

import numpy as np

from pixellab.ui import seam
from pixellab.ui.frames import Frames

HIDDEN = np.zeros((4, 5), bool)
HIDDEN[:2] = True
PICTURE = np.array([[[0, 1, 0, 0, 0], [0, 1, 0, 0, 1], [1, 1, 0, 1, 0], [0, 0, 0, 1, 0]]], np.uint8)


def test_strokes_are_runs_of_white_right_below_the_hole() -> None:
    assert seam.strokes(PICTURE, HIDDEN) == [(2, 0, 2), (2, 3, 4)]


def test_a_stroke_goes_on_where_white_touches_it_from_above() -> None:
    runs = seam.strokes(PICTURE, HIDDEN)
    assert seam.joined(PICTURE, HIDDEN, runs) == 2  # straight up, and up to the right
    wide = PICTURE.copy()
    wide[0, 1] = 1
    assert seam.joined(wide, HIDDEN, runs) == 0, "its edges are elsewhere"
    cut = PICTURE.copy()
    cut[0, 1] = [0, 0, 0, 0, 1]
    assert seam.joined(cut, HIDDEN, runs) == 1


def test_the_sentence_counts_all_endings() -> None:
    order = np.argwhere(HIDDEN).astype(np.uint16)
    values = np.stack([PICTURE[0][HIDDEN], np.zeros(10, np.uint8)], 1)[..., None]
    frames = Frames(PICTURE, HIDDEN, order, values, np.zeros(values.shape, np.float32), None, 2, 10)
    said = seam.sentence(frames, PICTURE, below=False)
    assert "2 strokes begin right below" in said
    assert "In raster order, 2 of 2 × 2 go on" in said
    assert "in the original 2 of 2" in said
    everything = Frames(PICTURE, np.ones((4, 5), bool), order, values, frames.entropy, None, 2, 10)
    assert not seam.sentence(everything, PICTURE, below=True)
