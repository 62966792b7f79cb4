"""Diagonal BiLSTM against loops that follow the paper's equations word by word."""

from __future__ import annotations

import numpy as np
import pytest
import torch

OPTIONS = [{}, {"residual": False}, {"skip": True}, {"residual": False, "skip": True}]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def direction(weights: dict[str, np.ndarray], x: np.ndarray, channels: int, masked, name: str) -> np.ndarray:
    """One direction, pixel by pixel: no map is skewed, mirrored or shifted here."""
    which, step = {"left_to_right": (0, 1), "right_to_left": (1, -1)}[name]
    h = weights["initial_state"].shape[1]
    from_above, from_before = weights["state_to_state"][which, :h], weights["state_to_state"][which, h:]
    height, width = x.shape[1:]
    input_to_state = masked(x, weights[f"{name}.weight"], weights[f"{name}.bias"], "B", channels, gates=4)
    state, cell = np.empty((h, height, width)), np.empty((h, height, width))
    for i in range(height):
        for j in range(width)[::step]:
            first_column = j == (0 if step == 1 else width - 1)
            above = state[:, i - 1, j] if i else weights["initial_state"][which]
            before = weights["initial_state"][which] if first_column else state[:, i, j - step]
            cell_before = weights["initial_cell"][which] if first_column else cell[:, i, j - step]
            gates = input_to_state[:, i, j] + above @ from_above + before @ from_before
            o, f, i_gate, g = gates[:h], gates[h : 2 * h], gates[2 * h : 3 * h], gates[3 * h :]
            cell[:, i, j] = sigmoid(f) * cell_before + sigmoid(i_gate) * np.tanh(g)
            state[:, i, j] = sigmoid(o) * np.tanh(cell[:, i, j])
    return state


def layer_in_loops(weights: dict[str, np.ndarray], x: np.ndarray, channels: int, masked) -> np.ndarray:
    """Section 3.2: "the right output map is then shifted down by one row and added to the left output map"."""
    result = direction(weights, x, channels, masked, "left_to_right")
    right = direction(weights, x, channels, masked, "right_to_left")
    for i in range(1, x.shape[1]):
        result[:, i] += right[:, i - 1]
    return result


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize(("height", "width"), [(4, 5), (5, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_equals_nested_loops(tiny, loops, channels, height, width, options):
    model = tiny("diagonal_bilstm", channels=channels, height=height, width=width, layers=2, **options)
    picture = torch.randint(3, (1, channels, height, width), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = model(picture)[0].numpy()
    np.testing.assert_allclose(logits, loops(model, picture[0].numpy(), layer_in_loops), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 6), (6, 1), (3, 7), (7, 3)])
def test_every_shape_of_a_diagonal(tiny, loops, height, width):
    model = tiny("diagonal_bilstm", height=height, width=width, layers=1)
    picture = torch.randint(3, (1, 1, height, width), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = model(picture)[0].numpy()
    np.testing.assert_allclose(logits, loops(model, picture[0].numpy(), layer_in_loops), rtol=0, atol=1e-12)


def test_each_direction_scans_from_its_corner(tiny):
    """Which inputs the two states at (2, 3) have read, before the shift (trap 5)."""
    layer = tiny("diagonal_bilstm", channels=3, height=4, width=7, features=6, layers=1).layers[0]
    x = torch.zeros(1, 12, 4, 7, dtype=torch.float64, requires_grad=True)
    rows, columns = np.mgrid[:4, :7]
    for state, region in zip(layer.scan(x), [columns <= 3, columns >= 3], strict=True):
        for group in range(3):
            (touched,) = torch.autograd.grad(
                state[0, 2 * group : 2 * group + 2, 2, 3].sum(), x, retain_graph=True
            )
            seen = (touched[0].view(3, 4, 4, 7).abs().sum(1) > 0).numpy()
            expected = np.broadcast_to((rows <= 2) & region, seen.shape).copy()
            expected[:, 2, 3] = [colour <= group for colour in range(3)]
            np.testing.assert_array_equal(seen, expected)


def test_right_to_left_is_moved_down_a_row(tiny):
    """The layer's output at (2, 3) has read nothing right of column 3 in its own row, and all of it above (trap 5)."""
    layer = tiny("diagonal_bilstm", height=4, width=7, features=6, layers=1).layers[0]
    x = torch.zeros(1, 12, 4, 7, dtype=torch.float64, requires_grad=True)
    (touched,) = torch.autograd.grad(layer(x)[0, :, 2, 3].sum(), x)
    rows, columns = np.mgrid[:4, :7]
    seen = (touched[0].abs().sum(0) > 0).numpy()
    np.testing.assert_array_equal(seen, (rows < 2) | ((rows == 2) & (columns <= 3)))


def test_initial_states_are_learned(tiny):
    model = tiny("diagonal_bilstm", height=5, width=5, layers=2)
    model(torch.zeros(1, 1, 5, 5, dtype=torch.int64)).square().sum().backward()
    for layer in model.layers:
        for parameter in (layer.initial_state, layer.initial_cell):
            assert (parameter.grad != 0).all()


def test_runs_under_autocast(tiny):
    model = tiny("diagonal_bilstm", height=5, width=9).float()
    picture = torch.randint(3, (2, 1, 5, 9))
    with torch.no_grad():
        logits = model(picture)
        with torch.autocast("cpu", torch.bfloat16):
            rough = model(picture)
    assert (logits - rough.float()).abs().max() < 0.2 * logits.abs().max()
