"""Row LSTM against loops that follow the paper's equations word by word."""

from __future__ import annotations

import numpy as np
import pytest
import torch

OPTIONS = [{}, {"residual": False}, {"skip": True}, {"residual": False, "skip": True}]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def layer_in_loops(weights: dict[str, np.ndarray], x: np.ndarray, channels: int, masked) -> np.ndarray:
    """Equation 3, one pixel after another."""
    kernel, h, _ = weights["state_to_state"].shape
    height, width = x.shape[1:]
    input_to_state = masked(
        x, weights["input_to_state.weight"], weights["input_to_state.bias"], "B", channels, gates=4
    )
    state, cell = np.empty((h, height, width)), np.empty((h, height, width))
    for i in range(height):
        for j in range(width):
            gates = input_to_state[:, i, j]
            for tap in range(kernel):
                above = j + tap - kernel // 2
                if 0 <= above < width:
                    previous = state[:, i - 1, above] if i else weights["initial_state"]
                    gates = gates + previous @ weights["state_to_state"][tap]
            o, f, i_gate, g = gates[:h], gates[h : 2 * h], gates[2 * h : 3 * h], gates[3 * h :]
            before = cell[:, i - 1, j] if i else weights["initial_cell"]
            cell[:, i, j] = sigmoid(f) * before + sigmoid(i_gate) * np.tanh(g)
            state[:, i, j] = sigmoid(o) * np.tanh(cell[:, i, j])
    return state


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize(("height", "width"), [(4, 5), (5, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_equals_nested_loops(tiny, loops, channels, height, width, options):
    model = tiny("row_lstm", channels=channels, height=height, width=width, layers=2, **options)
    picture = torch.randint(3, (1, channels, height, width), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = model(picture)[0].numpy()
    np.testing.assert_allclose(logits, loops(model, picture[0].numpy(), layer_in_loops), rtol=0, atol=1e-12)


def test_wider_kernels_and_other_sizes_of_first_kernel(tiny, loops):
    model = tiny("row_lstm", height=4, width=6, layers=1, kernel=5, first_kernel=3)
    picture = torch.randint(3, (1, 1, 4, 6), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        logits = model(picture)[0].numpy()
    np.testing.assert_allclose(logits, loops(model, picture[0].numpy(), layer_in_loops), rtol=0, atol=1e-12)


def test_state_to_state_is_centred_and_reads_every_colour(tiny):
    """From the state at (0, 4) to those of row 1 (trap 6: not causal, not along the wrong axis)."""
    layer = tiny("row_lstm", channels=3, height=2, width=9, features=6, layers=1).layers[0]
    x = torch.zeros(1, 12, 2, 9, dtype=torch.float64, requires_grad=True)
    # Only input-to-state at the own pixel, so that all that moves sideways moves by state-to-state.
    with torch.no_grad():
        layer.input_to_state.weight[:, :, :, 0] = 0
    for group in range(3):
        (touched,) = torch.autograd.grad(layer(x)[0, 2 * group : 2 * group + 2, 1].sum(0)[4], x)
        columns = touched[0, :, 0].abs().sum(0).nonzero().flatten().tolist()
        assert columns == [3, 4, 5]
        assert (touched[0, :, 0, 4] != 0).all(), "the state above is past in every colour"
        own = touched[0, :, 1, 4].view(3, 4).abs().sum(1) > 0
        assert own.tolist() == [colour <= group for colour in range(3)], "input-to-state has mask B"


def test_initial_states_are_learned(tiny):
    model = tiny("row_lstm", height=5, width=5, layers=2)
    model(torch.zeros(1, 1, 5, 5, dtype=torch.int64)).square().sum().backward()
    for layer in model.layers:
        for parameter in (layer.initial_state, layer.initial_cell):
            assert (parameter.grad != 0).all()


def test_runs_over_any_size_and_under_autocast(tiny):
    model = tiny("row_lstm", height=5, width=5).float()
    for height, width in [(1, 1), (1, 6), (7, 1), (6, 3)]:
        picture = torch.randint(3, (2, 1, height, width))
        logits = model(picture)
        assert logits.shape == (2, 3, 1, height, width)
        with torch.autocast("cpu", torch.bfloat16):
            rough = model(picture)
        assert (logits - rough.float()).abs().max() < 0.2 * logits.abs().max()
