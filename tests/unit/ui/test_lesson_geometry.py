"""What the lessons on masks and on the blind spot compute, and the figures that their words give."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pixellab import fields, masks
from pixellab.ui import blind_spot, masks_lab, verify
from pixellab.ui.components import checked


def view_of(module: object, **changes: str) -> dict[str, str]:
    return {control.name: control.default for control in module.CONTROLS} | changes


@pytest.mark.parametrize("module", [blind_spot, masks_lab])
def test_defaults_are_valid(module: object) -> None:
    for control in module.CONTROLS:
        assert control.valid(control.default), control.name


def test_payloads_are_plain_json() -> None:
    checked(blind_spot.data(view_of(blind_spot)))
    checked(masks_lab.data())


# Blind spot


def split(view: dict[str, str]) -> fields.Split:
    return fields.split(blind_spot.network(view), *blind_spot.cell(view["target"], view["size"]))


def test_figures_of_the_blind_spot_page() -> None:
    first = view_of(blind_spot)
    assert (split(first).seen.sum(), split(first).blind.sum()) == (50, 10)
    for layers in ("5", "50"):
        view = first | {"layers": layers}
        assert not fields.path(blind_spot.network(view), (8, 12), (10, 9))
    larger = split(first | {"k": "5", "layers": "3"})
    assert np.argwhere(larger.blind).tolist() == [[8, 14], [8, 15], [9, 12], [9, 13], [9, 14], [9, 15]]
    wide = blind_spot.network(first | {"first": "7"})
    assert fields.path(wide, (8, 12), (10, 9))
    assert not fields.path(wide, (8, 14), (10, 9))
    paper = first | {"first": "7", "layers": "16", "size": "28x28"}
    assert round(100 * split(paper | {"target": "14,2"}).share) == 45
    assert round(100 * split(paper | {"target": "14,14"}).share) == 86


@pytest.mark.parametrize(("k", "first"), list(itertools.product("357", ("same", "7"))))
@pytest.mark.parametrize("layers", ["2", "5", "9"])
def test_the_formula_gives_the_furthest_column_of_each_row(k: str, first: str, layers: str) -> None:
    view = view_of(blind_spot, k=k, first=first, layers=layers, size="28x28")
    side = int(k if first == "same" else first)
    network = blind_spot.network(view)
    seen = fields.seen(network, 27, 4)
    for up in range(1, int(layers) + 1):
        limit = int(k) // 2 * (up - 1) + side // 2
        assert np.flatnonzero(seen[27 - up]).max() == min(27, 4 + limit)
    assert not seen[27, 5:].any()


def test_the_verifying_network_has_the_layers_of_the_page() -> None:
    for layers, first in itertools.product(("1", "2", "6"), ("same", "7")):
        view = view_of(blind_spot, layers=layers, first=first)
        configuration = blind_spot.configuration(view)
        np.testing.assert_array_equal(
            fields.seen(configuration, 10, 9), fields.seen(blind_spot.network(view), 10, 9)
        )


def test_a_target_outside_a_smaller_picture_moves_inside() -> None:
    assert blind_spot.cell("27,27", "15x19") == (14, 18)


def test_levels_tell_zero_from_small() -> None:
    assert verify.levels(np.array([[0, 1e-12], [1e-6, 1.0]])).tolist() == [[0, 1], [128, 255]]
    assert verify.levels(np.zeros((2, 2))).tolist() == [[0, 0], [0, 0]]
    assert verify.levels(np.array([[0, 0.3]])).tolist() == [[0, 255]]


# Masks and leaks


def lab(masks_: str, **changes: str) -> fields.Split:
    return fields.split(masks_lab.network(view_of(masks_lab, masks=masks_, **changes)), 5, 6)


def test_figures_of_the_masks_page() -> None:
    assert (lab("ABBB").seen.sum(), lab("ABBB").leak.sum()) == (34, 0)
    a = lab("AAAA")
    assert a.seen.sum() == 25
    assert np.flatnonzero(a.seen[5]).tolist() == [2]
    assert np.argwhere(lab("BBBB").leak).tolist() == [[5, 6]]


@pytest.mark.parametrize(
    ("masks_", "sees"),
    [
        ("ABBB", [[0, 0, 0], [1, 0, 0], [1, 1, 0]]),
        ("AABB", [[0, 0, 0], [0, 0, 0], [1, 0, 0]]),
        ("BBBB", [[1, 0, 0], [1, 1, 0], [1, 1, 1]]),
    ],
)
def test_colours_of_the_own_pixel(masks_: str, sees: list[list[int]]) -> None:
    network = masks_lab.network(view_of(masks_lab, masks=masks_, colours="3"))
    found = [fields.colours(network, 5, 6, channel)[:, 5, 6].astype(int).tolist() for channel in range(3)]
    assert found == sees


@pytest.mark.parametrize("tap", range(5, 9))
def test_each_further_tap_leaks(tap: int) -> None:
    taps = "".join("1" if i < 5 or i == tap else "0" for i in range(9))
    assert lab("AMMM", taps=taps).leak[5, 6]


@pytest.mark.parametrize("k", masks_lab.KERNELS)
def test_an_own_kernel_with_the_taps_of_a_mask_is_that_mask(k: int) -> None:
    for mask_type in "AB":
        taps = "".join(str(int(tap)) for tap in masks.kernel_mask(mask_type, k, k).ravel())
        own = lab("AMMM", k=str(k), taps=taps)
        np.testing.assert_array_equal(own.seen, lab("A" + 3 * mask_type, k=str(k)).seen)


def test_the_picture_of_the_masks_counts_what_the_masks_keep() -> None:
    html = masks_lab.picture()
    assert "3×3 mask A; the centre keeps 3 of 9 links" in html
    assert "3×3 mask B; the centre keeps 6 of 9 links" in html
