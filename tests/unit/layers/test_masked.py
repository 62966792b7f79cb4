"""The masked convolution multiplies only what its mask can show, and that changes nothing."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

import pixellab
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_groups


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("mask_type", ["A", "B"])
@pytest.mark.parametrize("kernel", [(1, 1), (3, 3), (7, 7), (1, 3), (1, 5)])
def test_what_the_mask_hides_of_all_is_left_out(kernel: tuple[int, int], mask_type: str, channels: int) -> None:
    layer = MaskedConv2d(mask_type, colour_groups(6, channels), colour_groups(9, channels), kernel).double()
    x = torch.randn(2, 6, 5, 4, dtype=torch.float64)
    whole = F.conv2d(x, layer.masked_weight(), layer.bias, padding=layer.padding)
    assert layer.rows == kernel[0] // 2 + 1
    if kernel[0] == 1:
        assert layer.columns <= kernel[1] // 2 + 1
    torch.testing.assert_close(layer(x), whole, rtol=0, atol=1e-14)


def test_another_mask_can_be_put_on() -> None:
    layer = MaskedConv2d("B", colour_groups(2, 1), colour_groups(3, 1), (3, 3)).double()
    shown = torch.ones_like(layer.mask)
    shown[:, :, 1, 1] = False
    layer.put_on(shown)
    x = torch.randn(1, 2, 5, 5, dtype=torch.float64)
    whole = F.conv2d(x, layer.weight * shown, layer.bias, padding=1)
    torch.testing.assert_close(layer(x), whole, rtol=0, atol=1e-14)
    below = x.clone()
    below[..., 3, 2] += 1
    assert (layer(below) - layer(x))[..., 2, 2].abs().min() > 0  # the row below is read now


@pytest.mark.parametrize("mask_type", ["A", "B"])
def test_what_is_drawn_keeps_the_variance_of_the_inputs_that_are_shown(mask_type: str) -> None:
    torch.manual_seed(0)
    layer = MaskedConv2d(mask_type, colour_groups(96, 3), colour_groups(300, 3), (3, 3))
    layer.draw(gain=1.0)
    variance = layer(torch.randn(8, 96, 9, 9))[..., 1:, 1:-1].pow(2).mean(dim=(0, 2, 3))
    for colour in variance.chunk(3):  # each reads another number of taps
        assert colour.mean().item() == pytest.approx(1, abs=0.1)
    assert not layer.bias.any()


def test_a_pixelcnn_begins_with_all_features_alive() -> None:
    """In no block is a feature shut for good, and the blocks add as much as there was, whatever their number."""
    torch.manual_seed(0)
    for layers in (2, 12):
        model = pixellab.build("pixelcnn", features=32, layers=layers, height=12, width=12)
        pictures = torch.randint(2, (16, 1, 12, 12))
        x = begun = model.first(model.encode(pictures))
        for block in model.blocks:
            assert (block.narrow(x).amax(dim=(0, 2, 3)) > 0).all()
            x = block(x)
        assert 1.3 < (x.pow(2).mean() / begun.pow(2).mean()).item() < 3.5
