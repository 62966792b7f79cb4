"""What a conditional model is told of pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pixellab import conditions
from pixellab.data import Images


@pytest.fixture
def placed() -> Images:
    x, cells = np.zeros((2, 1, 2, 2), np.uint8), np.array([[0, 1], [1, 2]], np.uint8)
    return Images(x, np.array([1, 0], np.uint8), "mnist", "test", 2, classes=("a", "b"), places=cells, grid=(2, 3))


def test_classes_are_told_as_they_are(placed: Images) -> None:
    assert conditions.of(replace(placed, places=None, grid=(0, 0))).tolist() == [1, 0]
    assert conditions.length(replace(placed, places=None, grid=(0, 0))) == 2


def test_class_and_place_are_two_ones(placed: Images) -> None:
    assert conditions.of(placed).tolist() == [[0, 1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 1]]
    assert conditions.of(placed).shape[1] == conditions.length(placed)


def test_another_class_may_be_told(placed: Images) -> None:
    told = conditions.of(placed, torch.tensor([0, 0]))
    assert told[:, :2].tolist() == [[1, 0], [1, 0]]
    assert torch.equal(told[:, 2:], conditions.of(placed)[:, 2:])


def test_without_labels_there_is_nothing_to_tell(placed: Images) -> None:
    bare = replace(placed, labels=None)
    assert conditions.length(bare) == 0
    with pytest.raises(ValueError, match="no labels"):
        conditions.of(bare)
