"""Two-sided causality, exactly, in float64: what a pixel must not see has a gradient of 0, and what it sees has not.

The numbered traps are mistakes of public implementations of these models.
"""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

import pixellab
from pixellab import fields
from pixellab.layers.gated import gate
from pixellab.layers.masked import MaskedConv2d
from pixellab.models import AutoregressiveModel

SIZES = [(5, 9), (9, 5), (13, 13)]
CASES = [(name, {}) for name in pixellab.architectures()]
CASES += [("row_lstm", {"residual": False, "skip": True}), ("diagonal_bilstm", {"residual": False, "skip": True})]
CASES += [("multi_scale", {"lstm": "row_lstm", "factor": 2, "small_layers": 1})]
CASES += [("gated_pixelcnn", {"condition_size": 2}), ("gated_pixelcnn", {"condition_size": 2, "spatial_features": 3})]


def open_all(model: AutoregressiveModel) -> AutoregressiveModel:
    """Positive, small weights: no ReLU is shut, no gate saturates, nothing cancels. What can be seen is seen."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.01 + 0.04 * torch.rand(parameter.shape, generator=generator))
            if parameter.dim() == 1:
                parameter.fill_(1)
    return model


def dependence(model: AutoregressiveModel, height: int, width: int, channel: int) -> np.ndarray:
    """(H·W, C, H, W) bool: the inputs that move the logits of one colour at each target, all of them by one pass.

    Each target has a picture of its own in the batch, so that a layer that mixes pictures is found out as well.
    """
    c, targets = model.configuration, height * width
    generator = torch.Generator().manual_seed(0)
    inputs = 2 * torch.rand(targets, c.channels, height, width, generator=generator, dtype=torch.float64) - 1
    inputs.requires_grad_()
    condition = torch.zeros(targets, dtype=torch.int64) if getattr(c, "condition_size", 0) else None
    logits = model.network(inputs, condition)[:, :, channel].flatten(2)  # (targets, K, H·W)
    weights = torch.rand(c.levels, generator=generator, dtype=torch.float64)
    own = torch.einsum("tkt,k->", logits, weights)
    return (torch.autograd.grad(own, inputs)[0] != 0).numpy()


def pixels_before(height: int, width: int, model: AutoregressiveModel | None = None) -> np.ndarray:
    """(H·W, H·W) bool: target by pixel, in raster order, or in the order in which a model draws them."""
    rank = np.arange(height * width) if model is None else model.order(height, width).argsort()
    return rank[None] < rank[:, None]


@pytest.mark.parametrize(("height", "width"), SIZES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("architecture", "options"), CASES)
def test_sees_the_past_that_geometry_says_and_nothing_else(tiny, architecture, options, channels, height, width):
    """Training mode as well: there, statistics of the batch would let pixels see each other (trap 7)."""
    size = {"channels": channels, "height": height, "width": width}
    model = open_all(tiny(architecture, features=4, layers=2, head_features=4, levels=2, **size, **options))
    past = pixels_before(height, width, model)
    for channel in range(channels):
        in_evaluation = dependence(model.eval(), height, width, channel)
        np.testing.assert_array_equal(dependence(model.train(), height, width, channel), in_evaluation)
        seen = in_evaluation.reshape(height * width, channels, -1)
        earlier = seen.swapaxes(1, 2)  # (target, pixel, colour)
        future = ~past & ~np.eye(height * width, dtype=bool)
        assert not earlier[future].any(), "a later pixel is seen"
        own = earlier[np.eye(height * width, dtype=bool)]  # (target, colour)
        np.testing.assert_array_equal(own, np.broadcast_to(np.arange(channels) < channel, own.shape))
        np.testing.assert_array_equal(earlier.any(2), fields.table(model, channel))
        for target in [1, width - 1, height * width // 2, height * width - 1]:
            expected = fields.colours(model, *divmod(target, width), channel)
            np.testing.assert_array_equal(seen[target].reshape(expected.shape), expected)


@pytest.mark.parametrize(("architecture", "options"), CASES)
def test_random_weights_and_dropout_let_nothing_through(tiny, architecture, options):
    model = tiny(architecture, channels=3, height=5, width=7, dropout=0.3, **options).train()
    torch.manual_seed(0)
    for channel in range(3):
        seen = dependence(model, 5, 7, channel).reshape(35, 3, 35)
        allowed = np.stack(
            [pixels_before(5, 7, model) | (np.eye(35, dtype=bool) & (colour < channel)) for colour in range(3)], axis=1
        )
        assert not (seen & ~allowed).any()
        assert seen.any()


def test_trap_1_gated_pixelcnn_has_no_blind_spot(tiny):
    model = open_all(tiny("gated_pixelcnn", height=9, width=9, layers=6, first_kernel=3, features=4, head_features=4))
    seen = dependence(model, 9, 9, 0).reshape(81, 81)
    assert seen[40][: 9 * 4 + 4].all(), "all of the past, which lies within reach"
    blind = fields.split(fields.describe(pixellab.configuration("pixelcnn", height=9, width=9)), 4, 4).blind
    assert blind.any(), "where PixelCNN sees nothing"


@pytest.mark.parametrize(("architecture", "options"), CASES)
def test_trap_2_colours_one_by_one(tiny, architecture, options):
    """Mask A twice in a row would cut a group off: G must see R, B must see R and G, R none of its own pixel."""
    model = open_all(tiny(architecture, channels=3, height=4, width=4, features=5, layers=4, **options))
    own = [dependence(model, 4, 4, channel).reshape(16, 3, 16)[np.arange(16), :, np.arange(16)] for channel in range(3)]
    for channel, expected in enumerate(["", "R", "RG"]):
        assert {"".join(np.array(list("RGB"))[row]) for row in own[channel]} == {expected}


def test_trap_3_splitting_gates_keeps_colours_together(tiny):
    """Five features: 2 R, 2 G, 1 B in each gate."""
    mixed = torch.arange(10.0).view(1, 10, 1, 1)
    expected = torch.tanh(mixed[:, :5]) * torch.sigmoid(mixed[:, 5:])
    assert torch.equal(gate(mixed), expected)
    for name, gates in (("gated_pixelcnn", 2), ("row_lstm", 4), ("diagonal_bilstm", 4)):
        layer = tiny(name, channels=3, features=5).layers[1]
        masks = [m.mask for m in layer.modules() if isinstance(m, MaskedConv2d) and m.out_channels == 5 * gates]
        assert masks
        for mask in masks:
            first, *others = mask[:, :, mask.shape[2] // 2, mask.shape[3] // 2].chunk(gates)
            assert first.sum(1).unique().numel() == 3, "three groups"
            assert all(torch.equal(other, first) for other in others), "in each gate, in the same order"


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_trap_8_masks_are_buffers_and_weights_stay_what_they_are(tiny, architecture):
    """Not parameters, not plain attributes (they must follow the model), not written into the weights."""
    model = tiny(architecture, channels=3, height=5, width=5)
    masks = {name for name, _ in model.named_buffers() if name.endswith("mask")}
    assert masks == {f"{name}.mask" for name, m in model.named_modules() if isinstance(m, MaskedConv2d)}
    assert not any(name.endswith("mask") for name, _ in model.named_parameters())
    before = {name: value.clone() for name, value in model.state_dict().items()}
    x = torch.zeros(1, 3, 5, 5, dtype=torch.int64)
    results = []
    threads = [threading.Thread(target=lambda: results.append(model(x).detach())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(torch.equal(result, results[0]) for result in results)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_trap_8_the_next_update_cannot_open_a_mask(tiny):
    model = tiny("row_lstm", height=5, width=5).train()
    parameters = list(model.parameters())
    for _ in range(3):
        slopes = torch.autograd.grad(model(torch.randint(3, (2, 1, 5, 5))).square().sum(), parameters)
        with torch.no_grad():
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter -= 0.01 * slope + 0.01 * torch.ones_like(parameter)
    assert not dependence(model, 5, 5, 0).reshape(25, 25)[~pixels_before(5, 5)].any()


@pytest.mark.parametrize("layers", [1, 3])
def test_trap_12_the_last_pixel_of_the_row_above_is_hidden_from_diagonal_bilstm(tiny, layers):
    """True of the paper: x(i-1, W-1) is seen only where the 7x7 kernel of the first layer reaches it, from W-4 on."""
    height, width = 5, 11
    model = open_all(tiny("diagonal_bilstm", height=height, width=width, layers=layers, features=4, head_features=4))
    seen = dependence(model, height, width, 0).reshape(height, width, height, width)
    for i in range(1, height):
        assert seen[i, :, i - 1, width - 1].tolist() == [j >= width - 4 for j in range(width)]
        others = pixels_before(height, width).reshape(seen.shape)[i].copy()
        others[:, i - 1, width - 1] = False
        assert seen[i][others].all(), "everything else of the past is seen"


def test_trap_12_with_colours_only_the_last_colour_is_hidden(tiny):
    """The features of G and B at the end of the row above have read R, and R and G, of their own pixel."""
    model = open_all(tiny("diagonal_bilstm", channels=3, height=4, width=9, layers=1, features=4, head_features=4))
    for channel in range(3):
        seen = dependence(model, 4, 9, channel).reshape(4, 9, 3, 4, 9)
        assert seen[2, 0, :, 1, 8].tolist() == [True, True, False]
