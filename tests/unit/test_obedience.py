"""Whether a conditional model does what it is told, counted where the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import pixellab
from pixellab import conditions, obedience
from pixellab.data import Images, placed
from pixellab.likelihood import nll

GRID = (4, 4)


@pytest.fixture
def images() -> Images:
    x = placed.place(np.ones((9, 1, 5, 3), bool), 2)
    labels = (np.arange(9) % 3).astype(np.uint8)
    return Images(x, labels, "mnist-where", "test", 2, "", ("a", "b", "c"), placed.cells(x), GRID)


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    sizes = {"features": 4, "layers": 2, "head_features": 4, "condition_size": 19, "spatial_features": 3}
    model = pixellab.build("gated_pixelcnn", **sizes)
    with torch.no_grad():
        model.head.softmax.weight.mul_(100)
        for layer in model.layers:
            layer.condition.weight.mul_(10)
    return model


def test_the_likeliest_class_is_that_of_the_smallest_cost(model: torch.nn.Module, images: Images) -> None:
    pictures = torch.from_numpy(images.x)
    rows, columns = torch.from_numpy(images.places).long().T
    costs = [
        nll(model, pictures, conditions.where(torch.full((9,), c), rows, columns, classes=3, grid=GRID))
        for c in range(3)
    ]
    passes: list[int] = []
    found = obedience.likeliest_classes(model, images, batch_size=4, progress=passes.append)
    assert torch.equal(found, torch.stack(costs).argmin(0))
    assert passes == [4, 4, 1] * 3


def test_the_own_labels_do_not_matter(model: torch.nn.Module, images: Images) -> None:
    others = Images(
        images.x, 2 - images.labels, images.name, "test", 2, "", images.classes, images.places, GRID
    )
    assert torch.equal(obedience.likeliest_classes(model, images), obedience.likeliest_classes(model, others))


def test_samples_are_told_what_is_returned_and_repeat(model: torch.nn.Module) -> None:
    drawn, labels, places = obedience.draw_where(model, 5, classes=3, grid=GRID, seed=4, batch_size=3)
    told = conditions.where(labels, *places.T, classes=3, grid=GRID)
    assert torch.equal(drawn[:3], pixellab.sample(model, 3, condition=told[:3], seed=4))
    assert torch.equal(drawn[3:], pixellab.sample(model, 2, condition=told[3:], seed=5))
    again = obedience.draw_where(model, 5, classes=3, grid=GRID, seed=4, batch_size=3)
    assert all(torch.equal(*pair) for pair in zip((drawn, labels, places), again, strict=True))
    assert set(labels.tolist()) <= {0, 1, 2}
    assert places.max() < 4


def test_the_data_lie_where_they_were_asked_for(images: Images) -> None:
    pictures, places = torch.from_numpy(images.x), torch.from_numpy(images.places)
    assert obedience.lands(pictures, places).all()
    assert not obedience.lands(pictures, (places + 2) % 4).any()
    assert obedience.lands(torch.zeros(2, 1, 28, 28, dtype=torch.int64), places[:2]).tolist() == [False, False]
