"""How large the blind spot of plain stacks is, far from every border, and which masks bring it about."""

import numpy as np
import pytest

from pixellab import fields

CENTRE = 30, 30
SIZE = {"height": 61, "width": 61}


def count(masks, kernels, **size):
    """(blind, potential): earlier pixels that are hidden, and all that the kernels could reach."""
    split = fields.split(fields.convolutions(masks, kernels, **(size or SIZE)), *CENTRE)
    return split.blind.sum(), (split.blind | split.seen).sum()


@pytest.mark.parametrize(
    ("side", "layers", "blind", "potential"),
    [(3, 2, 1, 12), (3, 3, 3, 24), (3, 5, 10, 60), (3, 8, 28, 144), (5, 5, 20, 220), (7, 5, 30, 480)],
)
def test_hidden_and_potential(side, layers, blind, potential):
    assert count("A" + "B" * (layers - 1), side) == (blind, potential)


@pytest.mark.parametrize(("side", "percent"), [(5, 10.3), (7, 7.0)])
def test_eight_layers_of_larger_kernels(side, percent):
    blind, potential = count("ABBBBBBB", side)
    assert round(100 * blind / potential, 1) == percent


@pytest.mark.parametrize("layers", range(1, 15))
def test_closed_form_of_3x3_stacks(layers):
    assert count("A" + "B" * (layers - 1), 3) == (layers * (layers - 1) // 2, 2 * layers * (layers + 1))


@pytest.mark.parametrize("side", [3, 5, 7])
@pytest.mark.parametrize("layers", [2, 5, 8])
def test_the_blind_spot_is_a_slope(side, layers):
    field = fields.seen(fields.convolutions("A" + "B" * (layers - 1), side, **SIZE), *CENTRE)
    reach = side // 2
    for up in range(1, layers * reach + 1):
        # A hop of u rows carries up to `reach` columns, so that rows left over do not widen the field.
        furthest = np.flatnonzero(field[CENTRE[0] - up]).max() - CENTRE[1]
        assert furthest == reach * min(up, layers)


def test_a_7x7_first_layer_adds_two_columns():
    plain = fields.seen(fields.convolutions("A" + "B" * 7, 3, **SIZE), *CENTRE)
    wide = fields.seen(fields.pixelcnn(7, 3, 7, **SIZE), *CENTRE)
    for up in range(1, 8):
        row = CENTRE[0] - up
        assert np.flatnonzero(wide[row]).max() - np.flatnonzero(plain[row]).max() == 2


def test_mask_a_once():
    assert fields.seen(fields.convolutions("ABBB", 3), 14, 14).sum() == 34


def test_mask_a_everywhere_hides_the_neighbours():
    field = fields.seen(fields.convolutions("AAAA", 3), 14, 14)
    assert field.sum() == 25
    assert np.flatnonzero(field[14]).tolist() == [10]


def test_mask_b_everywhere_sees_the_target():
    split = fields.split(fields.convolutions("BBBB", 3), 14, 14)
    assert np.argwhere(split.leak).tolist() == [[14, 14]]
    assert split.sentence.endswith("and leaks: it sees itself.")


def test_no_mask_leaks():
    split = fields.split(fields.convolutions(["A", "none"], 3), 14, 14)
    assert split.leak[14, 14]
    assert np.argwhere(split.leak[14, 15:]).ravel().tolist() == [
        0,
        1,
    ]  # By features one row below, mask A looks up.
    assert np.flatnonzero(split.leak[15]).tolist() == [12, 13, 14]
    assert split.sentence.endswith("and leaks: it sees 5 future pixels and itself.")


def test_the_vertical_stack_of_the_drawing_keeps_the_blind_spot():
    for vertical, blind, potential in [
        (fields.MASKED_ALWAYS, 10, 60),
        (fields.MASKED_FIRST, 0, 60),
        (fields.ONE_ROW_LATE, 0, 71),
    ]:
        split = fields.split(fields.gated_pixelcnn(3, 3, 5, vertical=vertical, **SIZE), *CENTRE)
        assert (split.blind.sum(), (split.blind | split.seen).sum()) == (blind, potential)
        assert not split.leak.any()
