"""The networks that learners build have exactly the fields that the pages draw, by gradients in float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from pixellab import fields
from pixellab.teaching import learner_models
from pixellab.teaching.learner import NotLate, OwnMasks, OwnWires
from pixellab.ui import masks_lab, row_diagonal, two_stacks

TARGETS = [(0, 0), (0, 5), (1, 12), (5, 6), (10, 12), (10, 0)]


def view_of(module: object, changes: dict[str, str]) -> dict[str, str]:
    return {control.name: control.default for control in module.CONTROLS} | changes


def check(make: Callable[[], torch.nn.Module], geometry: fields.Network, targets: list[tuple[int, int]]) -> None:
    torch.manual_seed(0)
    model = make().eval()
    for row, column in targets:
        moved = fields.gradient(model, row, column) > 0
        np.testing.assert_array_equal(moved, fields.seen(geometry, row, column), err_msg=f"{row}, {column}")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"masks": "AAAA"},
        {"masks": "BBBB", "k": "5"},
        {"masks": "ABNB"},
        {"masks": "AMMM", "taps": "111111000"},
        {"masks": "AMMM", "taps": "111010000"},
        {"masks": "MMMM", "taps": "010100000"},
        {"masks": "AMBB", "k": "5", "taps": "11111" * 2 + "11100" + "00000" * 2},
        {"colours": "3"},
        {"colours": "3", "masks": "AABB"},
        {"colours": "3", "masks": "BMMM", "taps": "111100000"},
        {"colours": "3", "masks": "AMMM"},
    ],
)
def test_own_masks(changes: dict[str, str]) -> None:
    view = view_of(masks_lab, changes)
    configuration = masks_lab.configuration(view)
    assert isinstance(configuration, OwnMasks)
    check(lambda: learner_models.build(configuration), masks_lab.network(view), TARGETS)


@pytest.mark.parametrize("colour", range(3))
def test_own_masks_keep_the_colours_apart(colour: int) -> None:
    view = view_of(masks_lab, {"colours": "3", "masks": "AMMM", "taps": "111100000"})
    torch.manual_seed(0)
    model = learner_models.build(masks_lab.configuration(view))
    geometry = fields.seen(masks_lab.network(view), 5, 6, colour)
    np.testing.assert_array_equal(fields.gradient(model, 5, 6, colour) > 0, geometry)


@pytest.mark.parametrize("mask", two_stacks.MASKS)
@pytest.mark.parametrize("shift", "012")
@pytest.mark.parametrize(("down", "back"), ["10", "11", "00", "01"])
def test_own_wires(mask: str, shift: str, down: str, back: str) -> None:
    view = view_of(two_stacks, {"mask": mask, "shift": shift, "down": down, "back": back, "layers": "4"})
    configuration = two_stacks.configuration(view)
    if isinstance(configuration, OwnWires):
        check(lambda: learner_models.build(configuration), two_stacks.network(view), [*TARGETS, (14, 18)])
    else:
        assert (mask, shift, down, back) == ("whole", "1", "1", "0")


@pytest.mark.parametrize("layers", ["1", "2"])
def test_not_late(layers: str) -> None:
    changes = {"late": "0", "front": "diagonal", "size": "8x14", "layers": layers}
    view = view_of(row_diagonal, changes)
    configuration = row_diagonal.configuration(view)
    assert isinstance(configuration, NotLate)
    geometry = row_diagonal.networks(view)["diagonal"]
    check(lambda: learner_models.build(configuration), geometry, [(0, 0), (5, 4), (7, 13), (3, 13)])
