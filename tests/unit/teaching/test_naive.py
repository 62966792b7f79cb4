"""Drawing by one full pass for every value: the same distribution as streaming, value by value."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import pixellab
from pixellab.teaching.mistakes import TeachingConfiguration
from pixellab.teaching.naive import draw
from pixellab.teaching.stack import Stack


@pytest.mark.parametrize("channels", [1, 3])
def test_every_value_is_picked_by_its_own_softmax(channels: int) -> None:
    torch.manual_seed(0)
    c = TeachingConfiguration(channels=channels, levels=4, height=3, width=5, features=6, head_features=6)
    model = Stack(c).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0, 0.7)
    pictures = draw(model, 7, seed=3)
    assert pictures.shape == (7, channels, 3, 5)
    uniforms = torch.rand(channels, 3, 5, 7, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    with torch.no_grad():
        edges = torch.softmax(model(pictures), dim=1).double().cumsum(1)  # (7, K, C, H, W)
    drawn = (edges <= uniforms.permute(3, 0, 1, 2)[:, None] * edges[:, -1:]).sum(1)
    np.testing.assert_array_equal(pictures, drawn)


def test_the_mode_stays_and_seeds_decide() -> None:
    model = Stack(TeachingConfiguration(height=4, width=4, features=4, head_features=4)).train()
    assert torch.equal(draw(model, 2, seed=1), draw(model, 2, seed=1))
    assert not torch.equal(draw(model, 8, seed=1), draw(model, 8, seed=2))
    assert model.training


def test_right_models_are_drawn_as_they_are_streamed() -> None:
    """Frequencies of all 16 pictures of 2×2 against exp(-nll)."""
    torch.manual_seed(0)
    model = Stack(
        TeachingConfiguration(height=2, width=2, features=4, head_features=4, layers=2, first_kernel=3)
    ).eval()
    torch.nn.init.normal_(model.head.softmax.weight, 0, 2)
    every = torch.tensor([[number >> bit & 1 for bit in range(4)] for number in range(16)]).view(16, 1, 2, 2)
    with torch.no_grad():
        probabilities = torch.exp(-pixellab.nll(model, every)).numpy()
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)
    drawn = draw(model, 4000, seed=0).flatten(1).numpy() @ (1 << np.arange(4))
    counts = np.bincount(drawn, minlength=16)
    expected = 4000 * probabilities
    assert ((counts - expected) ** 2 / expected).sum() < 37.7  # chi-square, 15 degrees of freedom, 0.1 %
