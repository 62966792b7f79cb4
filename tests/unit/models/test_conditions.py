"""Conditions: a class, a vector, and a map that says where."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

import pixellab
from pixellab.conditions import where

SHAPES = torch.tensor([[[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[1, 1, 1], [1, 0, 1], [1, 1, 1]]])  # a plus and a ring


def scenes(labels: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Shapes of 3x3 in the quarters of 8x8 pictures."""
    pictures = torch.zeros(len(labels), 1, 8, 8, dtype=torch.int64)
    for picture, label, row, column in zip(pictures[:, 0], labels, rows, columns, strict=True):
        picture[4 * row : 4 * row + 3, 4 * column : 4 * column + 3] = SHAPES[label]
    return pictures


def test_the_object_is_drawn_where_it_is_told():
    """Class and place: after a few updates, the right shape stands in the right quarter."""
    torch.manual_seed(0)
    size = {"height": 8, "width": 8, "features": 12, "layers": 3, "head_features": 16}
    model = pixellab.build("gated_pixelcnn", condition_size=6, spatial_features=8, **size).train()
    every = torch.tensor([(label, row, column) for label in range(2) for row in range(2) for column in range(2)]).T
    h = where(*every, classes=2, grid=(2, 2))
    pictures = scenes(*every)
    mean_square = [torch.zeros_like(p) for p in model.parameters()]
    for step in range(100):
        loss = F.cross_entropy(model(pictures, h), pictures)
        slopes = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():  # RMSProp, as in the PixelRNN paper
            for parameter, slope, square in zip(model.parameters(), slopes, mean_square, strict=True):
                square.lerp_(slope.square(), 0.1)
                parameter -= 0.01 * (1 - step / 100) * slope / (square.sqrt() + 1e-4)
    drawn = pixellab.sample(model.eval(), 40, condition=h.repeat_interleave(5, 0), seed=1)
    right = (drawn == pictures.repeat_interleave(5, 0)).flatten(1).all(1)
    assert right.float().mean() > 0.9


def test_a_map_tells_places_apart_and_a_vector_does_not(tiny):
    """Equation 4 adds the same to every pixel; with s = m(h), pixels of an even picture differ."""
    blank = torch.ones(1, 1, 24, 24, dtype=torch.int64)
    inner = (slice(None), slice(None), slice(None), slice(14, 18), slice(10, 14))  # far from all borders
    settings = {"height": 24, "width": 24, "layers": 2, "first_kernel": 3, "condition_size": 3}
    with torch.no_grad():
        even = tiny("gated_pixelcnn", **settings)(blank, torch.tensor([1]))[inner]
        uneven = tiny("gated_pixelcnn", spatial_features=4, **settings)(blank, torch.tensor([1]))[inner]
    assert (even - even[..., :1, :1]).abs().max() < 1e-12
    assert (uneven - uneven[..., :1, :1]).abs().max() > 1e-3


def test_the_map_is_as_large_as_the_picture(tiny):
    for height, width in [(1, 1), (3, 4), (5, 9), (9, 5), (28, 28)]:
        model = tiny("gated_pixelcnn", height=height, width=width, condition_size=3, spatial_features=2)
        assert model.spatial(torch.zeros(2, 3, dtype=torch.float64)).shape == (2, 2, height, width)


@pytest.mark.parametrize("spatial_features", [0, 4])
def test_conditions_that_do_not_fit_are_refused(tiny, spatial_features):
    model = tiny("gated_pixelcnn", height=4, width=5, condition_size=3, spatial_features=spatial_features)
    x = torch.zeros(2, 1, 4, 5, dtype=torch.int64)
    for condition, message in [
        (None, "needs a condition"),
        (torch.tensor([0, 3]), "Classes lie in"),
        (torch.tensor([0]), "must be"),
        (torch.zeros(2, 4), "must be"),
    ]:
        with pytest.raises(ValueError, match=message):
            model(x, condition)
    with pytest.raises(ValueError, match="Rows lie in"):
        where(torch.tensor([0]), torch.tensor([2]), torch.tensor([0]), classes=2, grid=(2, 2))
    if spatial_features:
        with pytest.raises(ValueError, match="places in pictures of 4x5"):
            model(torch.zeros(1, 1, 5, 5, dtype=torch.int64), torch.tensor([1]))


def test_a_map_needs_something_to_be_made_of():
    with pytest.raises(ValueError, match="needs condition_size"):
        pixellab.configuration("gated_pixelcnn", spatial_features=4)
