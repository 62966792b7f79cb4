"""What *Three dials* computes and records."""

from __future__ import annotations

import numpy as np
import pytest

from pixellab.ui import dials
from pixellab.worker.requests import Dials

RECORDED = dials.missing() == ""


def test_temperature_is_that_of_the_sampler() -> None:
    torch = pytest.importorskip("torch")
    from pixellab.sampling.draw import distribution

    logits = torch.randn(5, 256, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for t in map(float, dials.TEMPERATURES):
        warm = dials.tempered(torch.softmax(logits, -1).numpy(), t)
        np.testing.assert_allclose(warm, distribution(logits, t).numpy(), atol=1e-12)


def test_two_humps_are_found_and_one_is_not() -> None:
    values = np.arange(256)
    hump = lambda middle: np.exp(-((values - middle) ** 2) / 50)  # noqa: E731
    spikes = np.eye(256)[0] + np.eye(256)[255]
    shapes = np.array([hump(20) + hump(230), hump(128), np.ones(256), spikes])
    scores = dials.two_humps(shapes / shapes.sum(1, keepdims=True))
    assert scores[0] == pytest.approx(0.5, abs=0.01)
    assert scores[0] > max(scores[1:]) + 0.3


@pytest.mark.skipif(not RECORDED, reason="no colour model is shipped")
def test_the_recording_is_what_the_model_says() -> None:
    torch = pytest.importorskip("torch")
    from pixellab import zoo

    known = dials.recording()
    tables = known.tables
    rows = [Dials.PICTURE, Dials.NOW, Dials.ALONG_RED + 62, Dials.ALONG_GREEN + 5]
    batch = torch.from_numpy(known.pictures[0]).long().repeat(len(rows), 1, 1, 1)
    batch[:, :, known.row, known.column] = torch.from_numpy(tables.values[rows].astype(np.int64))
    with torch.inference_mode():
        share = zoo.load(known.model)(batch)[..., known.row, known.column].softmax(1).numpy()
    half = {"rtol": 2e-3, "atol": 1e-6}  # the precision of float16
    np.testing.assert_allclose(tables.red, share[0, :, 0], **half)
    np.testing.assert_allclose(tables.green[rows[:3]], share[:3, :, 1], **half)
    np.testing.assert_allclose(tables.blue[rows], share[:, :, 2], **half)
    assert dials.two_humps(tables.red[None].astype(np.float64))[0] > 0.1
