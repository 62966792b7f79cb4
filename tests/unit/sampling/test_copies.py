"""What the endings of a picture have in common is read once: the same numbers, in a fraction of the time."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from torch import nn

import pixellab
from pixellab.sampling import stream
from pixellab.sampling.walk import walk

HEIGHT, WIDTH, ENDINGS = 6, 7, 3
CASES = [(name, {}) for name in pixellab.architectures()]
CASES += [("gated_pixelcnn", {"condition_size": 4}), ("gated_pixelcnn", {"condition_size": 4, "spatial_features": 3})]
CASES += [("multi_scale", {"lstm": "row_lstm", "factor": 2})]
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
HOLES = {
    "the last rows": ROWS >= 4,
    "a hole": (ROWS >= 2) & (ROWS < 5) & (COLUMNS >= 2) & (COLUMNS < 5),
    "beside the small picture": (ROWS % 4 + COLUMNS % 4 > 0) & (ROWS >= 3),
    "everything": ROWS >= 0,
}


def build(architecture: str, channels: int, **options: object) -> pixellab.models.AutoregressiveModel:
    torch.manual_seed(1)
    size = {"channels": channels, "height": HEIGHT, "width": WIDTH, "levels": 3}
    if architecture == "multi_scale":
        options = {"small_layers": 1, "conditioning_features": 3, **options}
    model = pixellab.build(architecture, features=7, layers=2, head_features=9, **size, **options).double()
    for parameter in model.parameters():
        nn.init.normal_(parameter, 0, 0.4)
    return model


def given(model: pixellab.models.AutoregressiveModel, count: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Pictures and, for a conditional model, classes."""
    c = model.configuration
    pictures = torch.randint(c.levels, (count, *c.shape), generator=torch.Generator().manual_seed(2))
    return pictures, torch.arange(count) if getattr(c, "condition_size", 0) else None


def one_by_one(model, pictures, stops, condition, copies=1):
    """`walk`, reading every ending of a picture from its first pixel on."""
    return walk(model, pictures, stops, condition)


@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("architecture", "options"), CASES)
def test_endings_are_those_of_pictures_read_one_by_one(monkeypatch, architecture, options, channels, hole):
    model, hidden = build(architecture, channels, **options), torch.from_numpy(HOLES[hole])
    images, classes = given(model, 2)
    settings = {"n": ENDINGS, "condition": classes, "seed": 3}
    once = list(stream(model, images, hidden, **settings))
    monkeypatch.setattr(sys.modules["pixellab.sampling.stream"], "walk", one_by_one)
    for pixel, expected in zip(once, stream(model, images, hidden, **settings), strict=True):
        np.testing.assert_array_equal(pixel.values, expected.values)
        np.testing.assert_allclose(pixel.probabilities, expected.probabilities, rtol=0, atol=1e-7)


@pytest.mark.parametrize(("architecture", "options"), CASES)
def test_particles_are_those_of_pictures_read_one_by_one(monkeypatch, architecture, options):
    model, hidden = build(architecture, 1, **options), torch.from_numpy(HOLES["a hole"])
    images, classes = given(model, 2)
    settings = {"n": 2, "condition": classes, "particles": 4, "seed": 4, "method": "look_below"}
    once = pixellab.complete(model, images, hidden, **settings)
    monkeypatch.setattr(sys.modules["pixellab.sampling.look_below"], "walk", one_by_one)
    expected = pixellab.complete(model, images, hidden, **settings)
    assert torch.equal(once.images, expected.images)
    torch.testing.assert_close(once.log_weights, expected.log_weights, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rows", [1, 2, 4])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("architecture", "options"), CASES)
@torch.inference_mode()
def test_logits_are_those_of_the_parallel_pass(architecture, options, channels, rows):
    """Pictures alike in their first rows, and, where a small picture is drawn before, in all of that."""
    model = build(architecture, channels, **options)
    images, classes = given(model, 2)
    below, stops = given(model, 2 * ENDINGS)[0], rows <= ROWS
    if architecture == "multi_scale":
        stops = stops & ((ROWS % model.factor > 0) | (COLUMNS % model.factor > 0))
    truth = torch.where(torch.from_numpy(stops), below, images.repeat_interleave(ENDINGS, 0))
    condition = None if classes is None else classes.repeat_interleave(ENDINGS, 0)
    expected, pictures = model(truth, condition), torch.where(torch.from_numpy(stops), 0, truth)
    for place in walk(model, pictures, stops, condition, ENDINGS):
        for channel in range(channels):
            difference = place.logits(channel) - expected[:, :, channel, place.row, place.column]
            assert difference.abs().max() < 1e-9
            place.write(channel, truth[:, channel, place.row, place.column])


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_no_convolution_reads_a_picture_twice(monkeypatch, architecture):
    model, hidden = build(architecture, 1), torch.from_numpy(HOLES["the last rows"])
    if architecture == "multi_scale":
        hidden &= torch.from_numpy(HOLES["beside the small picture"])
        monkeypatch.setattr(model, "conditioning", lambda x: x.new_zeros(len(x), 3, HEIGHT, WIDTH))
    counts, convolve = set(), nn.functional.conv2d

    def counted(read: torch.Tensor, *others: object, **settings: object) -> torch.Tensor:
        counts.add(len(read))
        return convolve(read, *others, **settings)

    monkeypatch.setattr(nn.functional, "conv2d", counted)
    next(stream(model, given(model, 2)[0], hidden, n=ENDINGS))
    assert counts == {2}


def test_a_condition_for_each_ending_is_heeded():
    model, hidden = build("gated_pixelcnn", 1, condition_size=4), torch.from_numpy(HOLES["the last rows"])
    images, endings = given(model, 1)[0], torch.tensor([0, 1, 2])
    each = [
        pixellab.complete(model, images, hidden, 3, condition=endings[k : k + 1], seed=5).images[0, k] for k in range(3)
    ]
    assert torch.equal(
        pixellab.complete(model, images, hidden, 3, condition=endings, seed=5).images[0], torch.stack(each)
    )
