"""One pixel at a time equals all at once: the contract of the whole sampler.

Multi-Scale PixelRNN walks twice; its tests do the same in its own order.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

import pixellab
from pixellab.models import AutoregressiveModel

TOLERANCE = 1e-9
RASTER = [name for name in pixellab.architectures() if name != "multi_scale"]
CASES = [(name, {}) for name in RASTER]
CASES += [("row_lstm", {"residual": False}), ("row_lstm", {"skip": True}), ("row_lstm", {"kernel": 5})]
CASES += [("diagonal_bilstm", {"residual": False}), ("diagonal_bilstm", {"skip": True})]
CASES += [("gated_pixelcnn", {"condition_size": 4}), ("gated_pixelcnn", {"condition_size": 4, "spatial_features": 3})]
CASES += [("gated_pixelcnn", {"kernel": 5})]


def holes(height: int, width: int) -> dict[str, np.ndarray]:
    """Which pixels are drawn: from the first row or from later ones, after given pixels and before them."""
    rows, columns = np.mgrid[:height, :width]
    return {
        "everything": rows >= 0,
        "all but the first row": rows >= 1,
        "the last row": rows == height - 1,
        "a hole": (rows >= 2) & (rows < height - 1) & (columns >= 2) & (columns < width - 1),
        "first and last column": (columns == 0) | (columns == width - 1),
        "two rows apart": (rows == 1) | (rows == height - 1),
        "here and there": np.random.default_rng(height).random((height, width)) < 0.4,
    }


def distance(
    model: AutoregressiveModel, x: torch.Tensor, hidden: np.ndarray, condition: torch.Tensor | None = None
) -> float:
    """Walk as the sampler does, with junk in the hidden pixels until they are drawn; the largest error of a logit."""
    expected, truth = model(x, condition), model.encode(x)
    junk = torch.where(torch.from_numpy(hidden), torch.full_like(truth, 7.5), truth)
    rows = np.flatnonzero(hidden.any(1))
    state, worst = model.start(junk, condition), 0.0
    state.prefill(int(rows[0]))
    for row in range(int(rows[0]), int(rows[-1]) + 1):
        state.enter_row(row)
        reached = 0
        for column in np.flatnonzero(hidden[row]).tolist():
            state.known(reached, column)
            for channel in range(x.shape[1]):
                logits = state.logits(column, channel)
                worst = max(worst, (logits - expected[:, :, channel, row, column]).abs().max().item())
                state.write(column, channel, truth[:, channel, row, column])
            reached = column + 1
        state.known(reached, x.shape[3])
    return worst


def pictures(model: AutoregressiveModel, n: int) -> torch.Tensor:
    c = model.configuration
    return torch.randint(c.levels, (n, *c.shape), generator=torch.Generator().manual_seed(1))


def given(model: AutoregressiveModel, n: int) -> torch.Tensor | None:
    return torch.arange(n) if getattr(model.configuration, "condition_size", 0) else None


@pytest.mark.parametrize(("height", "width"), [(5, 9), (9, 5)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("architecture", "options"), CASES)
@torch.inference_mode()
def test_streaming_equals_the_parallel_pass(tiny, architecture, options, channels, height, width):
    model = tiny(architecture, channels=channels, height=height, width=width, **options)
    x = pictures(model, 2)
    assert model(x, given(model, 2)).std() > 0.1, "the logits must have something to say"
    for name, hidden in holes(height, width).items():
        assert distance(model, x, hidden, given(model, 2)) < TOLERANCE, name


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("architecture", RASTER)
@torch.inference_mode()
def test_streaming_of_a_larger_picture(tiny, architecture, channels):
    model = tiny(architecture, channels=channels, height=13, width=13, layers=2)
    for name in ("everything", "a hole"):
        assert distance(model, pictures(model, 2), holes(13, 13)[name]) < TOLERANCE, name


@pytest.mark.parametrize("channels", [1, 3])
@torch.inference_mode()
def test_a_condition_may_be_any_vector(tiny, channels):
    model = tiny("gated_pixelcnn", channels=channels, height=5, width=9, condition_size=4)
    vectors = torch.randn(2, 4, dtype=torch.float64)
    for hidden in holes(5, 9).values():
        assert distance(model, pictures(model, 2), hidden, vectors) < TOLERANCE


@pytest.mark.parametrize("architecture", RASTER)
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 7), (7, 1), (2, 2)])
@torch.inference_mode()
def test_pictures_of_one_row_or_column(tiny, architecture, height, width):
    model = tiny(architecture, height=height, width=width)
    assert distance(model, pictures(model, 2), np.ones((height, width), bool)) < TOLERANCE


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("architecture", "options"), CASES)
@torch.inference_mode()
def test_members_of_the_batch_can_be_replaced_at_any_pixel(tiny, architecture, options, channels):
    """Resampling of particles: after ``select``, each member goes on as the picture that it was taken from."""
    model = tiny(architecture, channels=channels, height=4, width=5, **options)
    generator, batch = torch.Generator().manual_seed(2), 4
    x, labels = pictures(model, batch), given(model, batch)
    state = model.start(torch.zeros_like(model.encode(x)), labels)
    state.prefill(0)
    for row in range(4):
        state.enter_row(row)
        for column in range(5):
            for channel in range(channels):
                expected = model(x, labels)[:, :, channel, row, column]
                assert (state.logits(column, channel) - expected).abs().max() < TOLERANCE
                state.write(column, channel, model.encode(x[:, channel, row, column]))
            if (row, column) in [(0, 0), (1, 2), (1, 4), (2, 1), (3, 0)]:
                index = torch.randint(batch, (batch,), generator=generator)
                state.select(index)
                # Up to here the members are copies; what follows is drawn anew.
                fresh = torch.randint(3, x.shape, generator=generator)
                past = torch.arange(20).view(4, 5) <= row * 5 + column
                x = torch.where(past, x[index], fresh)
                labels = None if labels is None else labels[index]


@pytest.mark.parametrize("architecture", RASTER)
@torch.inference_mode()
def test_the_same_logits_can_be_asked_for_twice(tiny, architecture):
    model = tiny(architecture, channels=3, height=4, width=5)
    state = model.start(model.encode(pictures(model, 2)))
    state.prefill(2)
    state.enter_row(2)
    state.known(0, 2)
    first = state.logits(2, 0).clone()
    assert torch.equal(state.logits(2, 0), first)
