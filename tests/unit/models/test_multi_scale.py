"""Multi-Scale PixelRNN: two networks, one likelihood, and an order of its own."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch

import pixellab
from pixellab.likelihood import cost_map
from pixellab.sampling.walk import walk

KINDS = ["row_lstm", "diagonal_bilstm"]
SMALL = {"layers": 2, "small_layers": 1, "conditioning_features": 3, "factor": 2}


@pytest.fixture
def model(tiny):
    """Build a small one; the height and width need not be multiples of the factor."""

    def build(**given: object):
        return tiny("multi_scale", **{**SMALL, **given})

    return build


def pictures(model, n: int, seed: int = 1) -> torch.Tensor:
    c = model.configuration
    return torch.randint(c.levels, (n, *c.shape), generator=torch.Generator().manual_seed(seed))


def on_grid(height: int, width: int, factor: int) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return (rows % factor == 0) & (columns % factor == 0)


@pytest.mark.parametrize(("height", "width", "factor"), [(5, 9, 2), (9, 5, 4), (6, 6, 2), (3, 4, 8)])
def test_the_small_picture_comes_first(model, height, width, factor):
    made = model(height=height, width=width, factor=factor)
    order, grid = made.order(height, width), on_grid(height, width, factor)
    assert order.tolist() == [*np.flatnonzero(grid), *np.flatnonzero(~grid)]
    drawn = [pixel.row * width + pixel.column for pixel in pixellab.stream(made, seed=1)]
    assert drawn == order.tolist()


@pytest.mark.parametrize("lstm", KINDS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width", "factor"), [(5, 9, 2), (9, 5, 4)])
def test_sees_what_is_drawn_before_and_nothing_else(model, lstm, channels, height, width, factor):
    """Exact zeros in float64, in the model's own order; the whole small picture is seen where it should be."""
    made = model(
        height=height, width=width, channels=channels, factor=factor, lstm=lstm, features=4, head_features=4, levels=2
    )
    with torch.no_grad():
        for parameter in made.parameters():  # Positive and small, with large biases: no ReLU shuts.
            parameter.copy_(parameter.abs() * 0.1 + 0.01 if parameter.dim() > 1 else torch.ones_like(parameter))
    targets, grid = height * width, on_grid(height, width, factor).flatten()
    rank = made.order(height, width).argsort()
    inputs = 2 * torch.rand(targets, channels, height, width, dtype=torch.float64) - 1
    inputs.requires_grad_()
    for channel in range(channels):
        logits = made.network(inputs)[:, :, channel].flatten(2)
        own = torch.einsum("tkt,k->", logits, torch.rand(2, dtype=torch.float64))
        seen = (torch.autograd.grad(own, inputs)[0] != 0).flatten(2).numpy()  # (target, colour, pixel)
        for target in range(targets):
            later = rank > rank[target]
            assert not seen[target][:, later].any()
            assert seen[target][:, target].tolist() == [colour < channel for colour in range(channels)]
            if grid[target]:
                assert not seen[target][:, ~grid].any()
        # A pixel in the middle reads the small picture on all sides, what lies right and below it too.
        middle = height // 2 * width + width // 2
        middle += int(grid[middle])
        row, column = divmod(middle, width)
        around = [(row // factor + 1) * factor * width + column // factor * factor]
        around += [row // factor * factor * width + (column // factor + 1) * factor]
        assert all(seen[middle][:, place].all() for place in around if place < targets)


@pytest.mark.parametrize("lstm", KINDS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width", "factor"), [(5, 9, 2), (9, 5, 4), (13, 13, 8), (1, 5, 2), (2, 1, 2)])
@torch.inference_mode()
def test_streaming_equals_the_parallel_pass(model, lstm, channels, height, width, factor):
    made = model(height=height, width=width, channels=channels, factor=factor, lstm=lstm)
    x, grid = pictures(made, 2), on_grid(height, width, factor)
    expected = made(x)
    random = np.random.default_rng(1).random((height, width)) < 0.4
    for stops in [np.ones_like(grid), ~grid, grid, random, np.arange(height)[:, None] * np.ones(width) >= height // 2]:
        junk = torch.where(torch.from_numpy(stops), made.configuration.levels - 1 - x, x)
        for place in walk(made, junk, stops, None):
            for channel in range(channels):
                difference = place.logits(channel) - expected[:, :, channel, place.row, place.column]
                assert difference.abs().max() < 1e-9
                place.write(channel, x[:, channel, place.row, place.column])
        assert torch.equal(junk, x)


@pytest.mark.parametrize("lstm", KINDS)
@torch.inference_mode()
def test_members_of_the_batch_can_be_replaced_in_either_walk(model, lstm):
    made = model(height=5, width=6, lstm=lstm)
    x, generator = pictures(made, 4), torch.Generator().manual_seed(2)
    junk, done = torch.zeros_like(x), np.zeros((5, 6), bool)
    for count, place in enumerate(walk(made, junk, np.ones((5, 6), bool), None)):
        expected = made(x)[:, :, 0, place.row, place.column]
        assert (place.logits(0) - expected).abs().max() < 1e-9
        place.write(0, x[:, 0, place.row, place.column])
        done[place.row, place.column] = True
        if count in (2, 7, 8, 20):
            index = torch.randint(4, (4,), generator=generator)
            place.state.select(index)
            junk.copy_(junk[index])
            x = torch.where(torch.from_numpy(done), x[index], pictures(made, 4, seed=count))


@pytest.mark.parametrize("lstm", KINDS)
def test_shared_pixels_are_paid_for_once(model, lstm):
    """NLL of the whole picture: that of the small one, and of the rest given the small one."""
    made = model(height=5, width=7, channels=3, lstm=lstm)
    x, grid = pictures(made, 3), torch.from_numpy(on_grid(5, 7, 2))
    costs = cost_map(made, x)
    torch.testing.assert_close(costs[:, :, grid].flatten(1), cost_map(made.small, made.subsample(x)).flatten(1))
    with torch.no_grad():
        inputs = made.encode(x)
        logits = made.large.network(inputs, made.conditioning(inputs))
        rest = torch.nn.functional.cross_entropy(logits, x, reduction="none")[:, :, ~grid]
    torch.testing.assert_close(pixellab.nll(made, x), pixellab.nll(made.small, made.subsample(x)) + rest.sum((1, 2)))


@pytest.mark.parametrize("lstm", KINDS)
@pytest.mark.parametrize(("height", "width"), [(3, 3), (2, 4)])
def test_the_probabilities_of_all_pictures_sum_to_one(model, lstm, height, width):
    made = model(height=height, width=width, levels=2, lstm=lstm)
    everything = torch.tensor([*itertools.product(range(2), repeat=height * width)]).view(-1, 1, height, width)
    assert torch.exp(-pixellab.nll(made, everything, batch_size=512)).sum() == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("lstm", KINDS)
def test_enlarging_draws_from_what_is_likely_given_the_small_picture(model, lstm):
    """p(large | small) on 2x4 pictures, against all 64 of them, and the small picture comes back bit for bit."""
    made = model(height=2, width=4, levels=2, lstm=lstm)
    small, draws = torch.tensor([[1, 0]]).view(1, 1, 1, 2), 4000
    everything = torch.tensor([*itertools.product(range(2), repeat=8)]).view(-1, 1, 2, 4)
    fitting = everything[(made.subsample(everything) == small).flatten(1).all(1)]
    joint = torch.exp(-pixellab.nll(made, fitting))
    drawn = pixellab.enlarge(made, small, n=draws, seed=1)[0]
    assert torch.equal(made.subsample(drawn), small.expand(draws, -1, -1, -1))
    counts = (drawn.flatten(1)[:, None] == fitting.flatten(1)).all(2).sum(0)
    assert int(counts.sum()) == draws
    expected = joint / joint.sum() * draws
    statistic = ((counts - expected) ** 2 / expected).sum().item()
    assert abs(statistic - 63) < 4 * math.sqrt(2 * 63)


def test_enlarging_needs_the_right_model_and_size(model, tiny):
    made = model(height=5, width=7)
    with pytest.raises(ValueError, match="Only"):
        pixellab.enlarge(tiny("row_lstm", height=5, width=7), torch.zeros(1, 1, 3, 4, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"\(3, 4\)"):
        pixellab.enlarge(made, torch.zeros(1, 1, 3, 3, dtype=torch.int64))
    with pytest.raises(ValueError, match="unconditional"):
        made(pictures(made, 1), torch.tensor([1]))


@pytest.mark.parametrize("lstm", KINDS)
def test_the_map_is_added_to_the_input_to_state_map_of_every_layer(model, lstm):
    """An even map does what a change of the input-to-state biases does; no colour of it is masked."""
    network = model(height=4, width=5, channels=3, lstm=lstm).large
    features = torch.randn(3, dtype=torch.float64)
    even = features[None, :, None, None].expand(1, -1, 4, 5)
    x = torch.randn(1, 3, 4, 5, dtype=torch.float64)
    with torch.no_grad():
        biased = network.network(x, even)
        for layer, bias in zip(network.layers, network.biasing.convolutions, strict=True):
            added = bias.weight[:, :, 0, 0] @ features
            parts = [layer.input_to_state] if lstm == "row_lstm" else [layer.left_to_right, layer.right_to_left]
            for convolution, part in zip(parts, added.chunk(len(parts)), strict=True):
                convolution.bias += part
        torch.testing.assert_close(network.network(x, torch.zeros_like(even)), biased, rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="needs a map"):
        network.network(x)


def test_every_layer_is_biased_where_the_map_says(model):
    """A change of the map at one pixel changes nothing that is drawn before it."""
    network = model(height=5, width=5, lstm="row_lstm").large
    x, conditioning = torch.randn(1, 1, 5, 5, dtype=torch.float64), torch.zeros(1, 3, 5, 5, dtype=torch.float64)
    changed = conditioning.clone()
    changed[:, :, 2, 2] = 1
    with torch.no_grad():
        moved = (network.network(x, changed) - network.network(x, conditioning)).abs().amax((0, 1, 2)).flatten() > 0
    assert moved[12]
    assert not moved[:12].any()


def test_paper_preset():
    # Two Row LSTMs of 12 layers on 3 colours: 9,621,248 each. Upsampling: 3x3, 3 → 128: 3,584; two deconvolutions 4x4,
    # 128 → 128: 262,272 each. Biases: 1x1, 128 → 512, for 12 layers: 786,432.
    size = {"channels": 3, "levels": 256, "height": 32, "width": 32}
    made = pixellab.build("multi_scale", "paper", lstm="row_lstm", **size)
    assert made.small.configuration.shape == (3, 8, 8)
    assert sum(p.numel() for p in made.parameters()) == 2 * 9_621_248 + 3_584 + 2 * 262_272 + 786_432 == 20_557_056


@pytest.mark.parametrize(("given", "message"), [({"factor": 3}, "2, 4 or 8"), ({"lstm": "gru"}, "lstm must be")])
def test_settings_that_do_not_fit_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        pixellab.configuration("multi_scale", **given)
