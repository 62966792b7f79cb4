"""What is drawn is drawn as often as the likelihood says, and the likelihoods of all pictures sum to 1."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import pixellab
from pixellab.models import AutoregressiveModel

DRAWS = 4000
CASES = [(name, {}) for name in pixellab.architectures()]
CASES += [("multi_scale", {"lstm": "row_lstm", "factor": 2, "small_layers": 1, "conditioning_features": 3})]
CASES += [("gated_pixelcnn", {"condition_size": 2}), ("gated_pixelcnn", {"condition_size": 2, "spatial_features": 3})]


def chi_square(counts: np.ndarray, probabilities: np.ndarray) -> float:
    """Pearson's statistic, as standard deviations from what is expected (by Wilson and Hilferty's cube root)."""
    expected = probabilities * counts.sum()
    assert expected.min() > 5, "too few draws to tell"
    freedom = len(counts) - 1
    ratio = float(((counts - expected) ** 2 / expected).sum()) / freedom
    return (ratio ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))


def all_pictures(model: AutoregressiveModel) -> torch.Tensor:
    c = model.configuration
    return torch.tensor(list(itertools.product(range(c.levels), repeat=c.dimensions))).view(-1, *c.shape)


def indices(pictures: torch.Tensor, levels: int) -> np.ndarray:
    flat = pictures.flatten(1).numpy()
    return (flat * levels ** np.arange(flat.shape[1])[::-1]).sum(1)


def classes(model: AutoregressiveModel, n: int = 1) -> torch.Tensor | None:
    """The second class, where a model needs one."""
    return torch.ones(n, dtype=torch.int64) if getattr(model.configuration, "condition_size", 0) else None


def uneven(tiny, architecture: str, **given: object) -> tuple[AutoregressiveModel, torch.Tensor, np.ndarray]:
    """A model with all its pictures and their probabilities: none too rare to be counted, some much likelier."""
    for seed in range(50):
        model = tiny(architecture, seed=seed, **given)
        everything = all_pictures(model)
        probabilities = torch.exp(-pixellab.nll(model, everything, classes(model, len(everything)))).numpy()
        if probabilities.min() * DRAWS > 8 and probabilities.max() > 5 * probabilities.min():
            return model, everything, probabilities
    raise AssertionError("no seed gives such a model")


@pytest.mark.parametrize(("architecture", "options"), CASES)
@pytest.mark.parametrize(
    "size",
    [
        {"height": 2, "width": 2, "levels": 2},
        {"height": 1, "width": 2, "levels": 3},
        {"height": 2, "width": 1, "channels": 3, "levels": 2},
    ],
)
def test_every_picture_is_drawn_as_often_as_it_is_likely(tiny, architecture, options, size):
    model, everything, probabilities = uneven(tiny, architecture, **size, **options)
    assert probabilities.sum() == pytest.approx(1, abs=1e-12), "a model that leaks has a sum of its own (trap 9)"
    drawn = pixellab.sample(model, DRAWS, classes(model), seed=3)
    counts = np.bincount(indices(drawn, model.configuration.levels), minlength=len(everything))
    assert abs(chi_square(counts, probabilities)) < 3.5


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_endings_are_drawn_from_what_is_likely_given_the_first_pixels(tiny, architecture):
    """p(last two pixels | first two), of 2x2 binary pictures."""
    model, _, _ = uneven(tiny, architecture, height=2, width=2, levels=2)
    hidden = torch.tensor([[False, False], [True, True]])
    for first in [(0, 1), (1, 1)]:
        pictures = torch.tensor([[*first, *last] for last in itertools.product(range(2), repeat=2)]).view(4, 1, 2, 2)
        joint = torch.exp(-pixellab.nll(model, pictures)).numpy()
        drawn = pixellab.complete(model, pictures[:1], hidden, n=DRAWS, seed=4).images[0]
        assert torch.equal(drawn[:, :, 0], pictures[:1, :, 0].expand(DRAWS, 1, 2))
        counts = np.bincount(indices(drawn[:, :, 1], 2), minlength=4)
        assert abs(chi_square(counts, joint / joint.sum())) < 3.5


@pytest.mark.parametrize("temperature", [1.0, 0.5, 2.0])
def test_trap_10_the_first_pixel_follows_the_softmax(tiny, temperature):
    """Temperature divides the logits, not the sample; and what is drawn is a draw, not the likeliest value."""
    model = tiny("gated_pixelcnn", spread=0.2, height=2, width=2, levels=5)
    with torch.no_grad():
        logits = model(torch.zeros(1, 1, 2, 2, dtype=torch.int64))[0, :, 0, 0, 0]
    drawn = pixellab.sample(model, DRAWS, temperature=temperature, seed=5)[:, 0, 0, 0]
    counts = np.bincount(drawn.numpy(), minlength=5)
    assert abs(chi_square(counts, torch.softmax(logits / temperature, 0).numpy())) < 3.5
