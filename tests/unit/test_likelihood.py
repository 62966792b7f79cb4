"""Nats and bits: a distribution sums to one, and every unit says the same."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
import torch.nn.functional as F

import pixellab
from pixellab.likelihood import bits_per_dim, cost_map, nll


def every_picture(channels: int, levels: int, height: int, width: int) -> torch.Tensor:
    """All pictures there are: (K ** (C·H·W), C, H, W)."""
    values = list(product(range(levels), repeat=channels * height * width))
    return torch.tensor(values).view(-1, channels, height, width)


def random_model(architecture: str, **sizes: int) -> torch.nn.Module:
    """A model in float64 whose weights are large enough for distributions far from uniform."""
    torch.manual_seed(1)
    model = pixellab.build(architecture, features=9, layers=2, head_features=9, **sizes).double()
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn_like(weight) * 0.7)
    return model


@pytest.mark.parametrize("architecture", pixellab.architectures())
@pytest.mark.parametrize(
    "sizes",
    [
        {"channels": 1, "levels": 2, "height": 2, "width": 2},
        {"channels": 1, "levels": 2, "height": 2, "width": 3},
        {"channels": 3, "levels": 3, "height": 1, "width": 1},
        {"channels": 3, "levels": 3, "height": 1, "width": 2},
    ],
    ids=lambda sizes: "{channels}x{height}x{width}, {levels} levels".format(**sizes),
)
def test_the_probabilities_of_all_pictures_sum_to_one(architecture: str, sizes: dict[str, int]) -> None:
    """What a leak would break: a model that looks ahead gives more than one in all."""
    model, pictures = random_model(architecture, **sizes), every_picture(**sizes)
    probabilities = (-nll(model, pictures, batch_size=256)).exp()
    assert probabilities.sum().item() == pytest.approx(1, abs=1e-9)
    assert probabilities.max() > 3 / len(pictures)


def test_a_leak_shows_in_the_sum() -> None:
    sizes = {"channels": 1, "levels": 2, "height": 2, "width": 3}
    model = random_model("gated_pixelcnn", **sizes)
    leaking = model.layers[0].horizontal
    leaking.put_on(torch.ones_like(leaking.mask))
    total = (-nll(model, every_picture(**sizes))).exp().sum().item()
    assert abs(total - 1) > 1e-6


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_the_cost_of_the_pixels_sums_to_that_of_the_picture(architecture: str) -> None:
    model = random_model(architecture, channels=3, levels=4, height=4, width=6)
    x = torch.randint(4, (5, 3, 4, 6))
    costs = cost_map(model, x)
    assert costs.shape == x.shape
    assert costs.dtype == torch.float64
    assert costs.min() >= 0
    torch.testing.assert_close(costs.sum((1, 2, 3)), nll(model, x))
    own = F.log_softmax(model(x), dim=1).gather(1, x[:, None])[:, 0]
    torch.testing.assert_close(costs, -own.detach())


def test_the_batch_size_changes_nothing() -> None:
    model = random_model("gated_pixelcnn", height=3, width=4, condition_size=3)
    x, condition = torch.randint(2, (5, 1, 3, 4)), torch.tensor([0, 1, 2, 1, 0])
    whole = nll(model, x, condition)
    torch.testing.assert_close(nll(model, x, condition, batch_size=2), whole)
    assert not torch.allclose(nll(model, x, torch.zeros(5, dtype=torch.long)), whole)


def test_no_pictures_cost_nothing() -> None:
    assert nll(random_model("pixelcnn", height=3, width=3), torch.zeros(0, 1, 3, 3, dtype=torch.long)).shape == (0,)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (3, 5, 9)])
@pytest.mark.parametrize("levels", [2, 256])
def test_a_uniform_model_costs_the_bits_of_a_value(shape: tuple[int, int, int], levels: int) -> None:
    """log2 of the number of levels for each value, whatever the shape."""
    nats = math.prod(shape) * math.log(levels)
    assert bits_per_dim(nats, shape) == pytest.approx(math.log2(levels))
    many = bits_per_dim(torch.full((3,), nats, dtype=torch.float64), shape)
    assert many.tolist() == pytest.approx([math.log2(levels)] * 3)


def test_bits_per_dim_of_the_published_figures() -> None:
    """80.10 nats on 784 binary pixels are 0.147 bits each; 3.00 bits/dim on CIFAR-10 are 6388 nats."""
    assert bits_per_dim(80.10, (1, 28, 28)) == pytest.approx(0.1474, abs=1e-4)
    assert bits_per_dim(6388.0, (3, 32, 32)) == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (torch.zeros(1, 3, 3, 3, dtype=torch.long), "come as"),
        (torch.zeros(1, 1, 3, 3), "integers"),
        (torch.full((1, 1, 3, 3), 2), "reach from 2 to 2"),
    ],
)
def test_what_is_no_picture_is_refused(x: torch.Tensor, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        nll(random_model("pixelcnn", height=3, width=3), x)
