"""Geometry against gradients: a pixel is seen exactly where the derivative of the logits is not zero."""

import numpy as np
import pytest
import torch

import pixellab
from pixellab import fields

ARCHITECTURES = pixellab.architectures()


def build(architecture, channels, height, width, layers, **more):
    torch.manual_seed(layers)
    shape = {"channels": channels, "height": height, "width": width}
    model = pixellab.build(architecture, features=6, head_features=6, levels=3, layers=layers, **shape, **more)
    for parameter in model.parameters():  # Positive and small: no ReLU shuts, no gate saturates, nothing cancels.
        torch.nn.init.uniform_(parameter, 0.01, 0.05)
        if parameter.dim() == 1:
            torch.nn.init.ones_(parameter)
    return model


def compare(model, targets):
    for row, column in targets:
        for channel in [None, *range(model.configuration.channels)]:
            strength = fields.gradient(model, row, column, channel, seed=row)
            expected = fields.seen(model, row, column, channel)
            np.testing.assert_array_equal(strength > 0, expected, err_msg=f"{row}, {column}, channel {channel}")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_target_of_a_small_picture(architecture, channels):
    compare(build(architecture, channels, 5, 6, layers=2, first_kernel=3), np.ndindex(5, 6))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), [(5, 9), (9, 5), (13, 13)])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_targets_in_corners_at_edges_and_inside(architecture, layers, height, width, channels):
    targets = [(0, width - 1), (height // 2, 1), (height // 2, width - 2), (height - 1, width // 2)]
    compare(build(architecture, channels, height, width, layers), targets)


def test_other_kernels():
    for architecture in ARCHITECTURES:
        compare(build(architecture, 1, 9, 9, layers=2, first_kernel=5, kernel=5), [(4, 4), (8, 7)])


@pytest.mark.parametrize("lstm", ["row_lstm", "diagonal_bilstm"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width", "factor"), [(5, 9, 2), (9, 5, 4), (13, 13, 4), (10, 11, 8), (6, 6, 4)])
def test_two_scales(lstm, channels, height, width, factor):
    """Targets in the small picture and beside it; where the small one does not fill the last rows and columns, too."""
    settings = {"lstm": lstm, "factor": factor, "small_layers": 1, "conditioning_features": 2}
    model = build("multi_scale", channels, height, width, layers=1, first_kernel=3, **settings)
    targets = [(0, 0), (0, 1), (factor, factor // 2), (height - 1, width - 1), (height // 2, width // 2)]
    targets += [
        (row * factor, column * factor) for row, column in [(1, 0), ((height - 1) // factor, (width - 1) // factor)]
    ]
    compare(model, [(row, column) for row, column in targets if row < height and column < width])


def test_a_condition_moves_no_mask():
    model = build("gated_pixelcnn", 1, 5, 9, layers=2, condition_size=4)
    strengths = [fields.gradient(model, 3, 4, condition=torch.tensor([label])) for label in (0, 3)]
    assert not np.array_equal(*strengths)
    for strength in strengths:
        np.testing.assert_array_equal(strength > 0, fields.seen(model, 3, 4))


def test_given_pictures_and_one_logit_by_hand():
    model = build("gated_pixelcnn", 1, 5, 9, layers=2)
    images = torch.randint(3, (2, 1, 5, 9))
    strength = fields.gradient(model, 2, 4, images=images)
    inputs = model.double().encode(images).requires_grad_()
    logits = model.network(inputs)
    by_hand = [
        torch.autograd.grad(logits[b, k, 0, 2, 4], inputs, retain_graph=True)[0] for b in range(2) for k in range(3)
    ]
    np.testing.assert_allclose(strength, torch.stack(by_hand).abs().amax(dim=(0, 1, 2)).numpy(), rtol=1e-12)


def test_one_level():
    model = build("gated_pixelcnn", 1, 5, 9, layers=2)
    each = [fields.gradient(model, 2, 4, levels=[level]) for level in range(3)]
    np.testing.assert_allclose(np.max(each, axis=0), fields.gradient(model, 2, 4), rtol=1e-12)


def test_the_model_is_left_as_it_was():
    model = build("pixelcnn", 1, 5, 5, layers=1).train()
    fields.gradient(model, 2, 2)
    assert model.training
    assert all(p.dtype == torch.float32 and p.grad is None for p in model.parameters())


def test_many_levels_come_in_parts():
    model = pixellab.build("pixelcnn", features=4, head_features=4, levels=40, layers=1, height=5, width=5)
    assert (fields.gradient(model, 2, 2) > 0).any()


def test_pixels_and_channels_outside_are_refused():
    model = pixellab.build("pixelcnn", features=4, layers=1, height=5, width=9)
    with pytest.raises(ValueError, match="outside the 5×9 picture"):
        fields.gradient(model, 5, 0)
    with pytest.raises(ValueError, match="there is no channel 1"):
        fields.gradient(model, 0, 0, 1)


@pytest.mark.parametrize("options", [{"residual": False}, {"skip": True}, {"residual": False, "skip": True}])
@pytest.mark.parametrize("architecture", ["row_lstm", "diagonal_bilstm"])
def test_residual_and_skip_connections_move_no_mask(architecture, options):
    compare(build(architecture, 3, 6, 7, layers=2, first_kernel=3, **options), [(3, 1), (4, 6)])
