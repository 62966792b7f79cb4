"""What the lessons on recurrence and on two stacks compute, and the figures that their words give."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pixellab import fields
from pixellab.ui import prose, row_diagonal, two_stacks
from pixellab.ui.components import checked


def view_of(module: object, **changes: str) -> dict[str, str]:
    return {control.name: control.default for control in module.CONTROLS} | changes


@pytest.mark.parametrize("module", [row_diagonal, two_stacks])
def test_defaults_are_valid_and_payloads_plain(module: object) -> None:
    for control in module.CONTROLS:
        assert control.valid(control.default), control.name
    checked(module.data())


# Row and diagonal


def split(model: str, row: int, column: int, **changes: str) -> fields.Split:
    return fields.split(row_diagonal.networks(view_of(row_diagonal, **changes))[model], row, column)


def test_shares_near_the_left_edge() -> None:
    shares = {model: f"{split(model, 14, 2).share:.0%}" for model in ("pixelcnn", "row", "diagonal")}
    assert shares == {"pixelcnn": "26%", "row": "45%", "diagonal": "100%"}
    assert {split("diagonal", 14, 2, layers=layers).seen.sum() for layers in "17"} == {393}
    assert {split("row", 14, 2, layers=str(n)).seen.sum() for n in row_diagonal.LAYERS} == {177}
    assert split("pixelcnn", 14, 2, layers="15").seen.sum() == 177


def test_the_triangle_of_a_row_lstm() -> None:
    found = split("row", 6, 1, size="8x14", layers="1")
    assert (found.seen.sum(), found.seen.sum() + found.blind.sum() + found.out_of_reach.sum()) == (46, 85)
    for up in range(1, 7):
        assert np.flatnonzero(found.seen[6 - up]).max() == 1 + 3 + (up - 1)
    np.testing.assert_array_equal(found.seen, split("pixelcnn", 6, 1, size="8x14", layers="15").seen)


def test_a_map_that_is_not_shifted_leaks() -> None:
    leak = np.argwhere(split("diagonal", 5, 4, size="8x14", layers="1", late="0").leak)
    assert leak.tolist() == [[5, column] for column in range(4, 13)]
    for n in row_diagonal.LAYERS:
        assert not split("diagonal", 5, 4, size="8x14", layers=str(n)).leak.any()


def test_one_pixel_stays_hidden_from_a_diagonal_bilstm() -> None:
    for layers, column in itertools.product(map(str, row_diagonal.LAYERS), range(14)):
        found = split("diagonal", 5, column, size="8x14", layers=layers)
        hidden = np.argwhere(found.blind | found.out_of_reach).tolist()
        assert hidden == ([[4, 13]] if column < 10 else []), (layers, column)


def test_recorded_lstm_obeys_equation_3() -> None:
    with np.load(row_diagonal.FIRST_FRAMES / "lstm.npz") as file:
        terms = {name: file[name].astype(float) for name in file.files if file[name].dtype.kind == "f"}
    o, f, i, g = terms["input_to_state"] + terms["state_to_state"]
    cell = terms["before"] / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    np.testing.assert_allclose(terms["cell"], cell, atol=0.02)
    np.testing.assert_allclose(terms["state"], np.tanh(terms["cell"]) / (1 + np.exp(-o)), atol=0.005)


# Gated, two stacks


def stacks(row: int = 10, column: int = 9, **changes: str) -> fields.Split:
    return fields.split(two_stacks.network(view_of(two_stacks, **changes)), row, column)


def counts(**changes: str) -> tuple[int, int]:
    """How many pixels stay blind, and how many leak."""
    found = stacks(**changes)
    return int(found.blind.sum()), int(found.leak.sum())


def test_masks_and_shifts() -> None:
    found = {(mask, shift): counts(mask=mask, shift=shift) for mask in two_stacks.MASKS for shift in "012"}
    assert found["always", "0"] == (10, 0)
    assert found["whole", "0"] == (0, 6)
    assert found["whole", "2"] == (11, 0)
    assert stacks(mask="first").seen.sum() == stacks(mask="always").seen.sum() + 10 == 60
    assert [choice for choice, both in found.items() if both == (0, 0)] == [("first", "0"), ("whole", "1")]


def test_unwired_choices_are_the_networks_of_the_fields() -> None:
    named = {
        ("always", "0"): fields.MASKED_ALWAYS,
        ("first", "0"): fields.MASKED_FIRST,
        ("whole", "1"): fields.ONE_ROW_LATE,
    }
    for (mask, shift), vertical in named.items():
        network = fields.gated_pixelcnn(3, 3, 5, vertical=vertical, height=15, width=19)
        for row, column in ((10, 9), (3, 0), (14, 18)):
            expected = fields.split(network, row, column)
            found = stacks(row, column, mask=mask, shift=shift)
            np.testing.assert_array_equal(found.seen, expected.seen)
            np.testing.assert_array_equal(found.blind, expected.blind)


@pytest.mark.parametrize(("mask", "shift"), [("first", "0"), ("whole", "1")])
def test_a_wire_back_lets_the_target_see_itself(mask: str, shift: str) -> None:
    leaks = {n: counts(mask=mask, shift=shift, back="1", layers=n)[1] for n in ("1", "2", "3", "5")}
    assert leaks == {"1": 0, "2": 0, "3": 1, "5": 3}
    assert stacks(mask=mask, shift=shift, back="1", layers="3").leak[10, 9]


def test_a_cut_wire_leaves_the_own_row() -> None:
    found = stacks(mask="first", down="0")
    assert np.argwhere(found.seen).tolist() == [[10, column] for column in range(4, 9)]
    assert found.blind.sum() > 0
    assert not found.leak.any()


def test_no_wedge_is_not_all_of_the_past() -> None:
    right = {"mask": "whole", "shift": "1", "first": "7", "size": "28x28"}
    found = stacks(14, 14, layers="8", **right)
    assert (found.seen.sum(), found.blind.sum(), found.out_of_reach.sum()) == (241, 0, 165)
    assert f"{found.share:.0%}" == "59%"
    assert stacks(14, 14, layers="12", **right).share == 1
    assert f"{stacks(27, 27, layers='12', **right).share:.0%}" == "31%"


def test_code_is_shown_without_importing_it() -> None:
    shown = prose.source_in("layers/lstm.py", "lstm", lit={"output": "torch.sigmoid(output)"})
    assert '<span data-lit="output" tabindex="0">torch.sigmoid(output)</span>' in shown
    assert "One step of the recurrence" not in shown
    assert "pixellab/layers/lstm.py" in shown
    with pytest.raises(ValueError, match="has no"):
        prose.source_in("layers/lstm.py", "gru")
    with pytest.raises(ValueError, match="has no"):
        prose.source_in("layers/lstm.py", "lstm", lit={"x": "not in it"})
