"""Recorded numbers are those of the networks: the terms of an LSTM, and both halves of a gate."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import pixellab
from pixellab import fields
from pixellab.errors import PixelLabError
from pixellab.layers.gated import GatedLayer
from pixellab.teaching import activations


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("architecture", ["row_lstm", "diagonal_bilstm"])
def test_terms_of_the_lstm_add_up_to_its_state(architecture: str, layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "LSTM_LAYER", layers)
    torch.manual_seed(0)
    model = pixellab.build(architecture, features=4, layers=layers, height=6, width=7, head_features=8).eval()
    layer, entered = model.layers[-1], []
    with torch.no_grad():
        layer.initial_cell.uniform_(-1, 1)
        layer.initial_state.uniform_(-1, 1)
    picture = torch.randint(2, (1, 6, 7))
    terms = activations.lstm_terms(model, picture)
    layer.register_forward_pre_hook(lambda _, inputs: entered.append(inputs[0]))
    with torch.no_grad():
        model(picture[None])
        states = layer.scan(entered[0])[0][0].numpy()  # of the Diagonal BiLSTM: the scan from the left
    assert any(np.allclose(terms["state"], state, atol=1e-6) for state in states)
    o, f, i, g = terms["input_to_state"] + terms["state_to_state"]
    np.testing.assert_allclose(
        terms["cell"], terms["before"] / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i)), atol=1e-5
    )
    np.testing.assert_allclose(terms["state"], np.tanh(terms["cell"]) / (1 + np.exp(-o)), atol=1e-5)
    inner = terms["cell"][:-1, 1:] if tuple(terms["own"]) == (-1, 0) else terms["cell"][1:, :-1]
    np.testing.assert_array_equal(terms["before"][1:, 1:], inner)
    assert (terms["layer"], terms["layers"], terms["features"]) == (layers, layers, 4)


def test_the_states_read_are_the_hops_of_the_fields() -> None:
    for architecture, network, hop in (
        ("row_lstm", fields.row_lstm(3, 3, 1, height=4, width=4), 1),
        ("diagonal_bilstm", fields.diagonal_bilstm(3, 1, height=4, width=4), 1),
    ):
        model = pixellab.build(architecture, features=4, layers=1, height=4, width=4, head_features=8).eval()
        taps = activations.lstm_terms(model, torch.zeros(1, 4, 4, dtype=torch.long))["taps"]
        assert sorted(map(tuple, taps.tolist())) == sorted(network.layers[1].hops[hop].offsets)


def test_a_model_of_another_kind_is_refused() -> None:
    with pytest.raises(PixelLabError, match="has no lstm to record"):
        activations.record("lstm", "mnist-gated")


def test_halves_of_the_gate_are_what_the_layer_multiplies() -> None:
    torch.manual_seed(0)
    model = pixellab.build("gated_pixelcnn", features=6, layers=4, height=6, width=7, head_features=8).eval()
    gated = []
    handle = model.layers[activations.GATE_LAYER - 1].register_forward_hook(lambda *call: gated.append(call[2][2]))
    halves = activations.gate_halves(model, torch.randint(2, (1, 6, 7)))
    handle.remove()
    assert isinstance(model.layers[0], GatedLayer)
    products = np.tanh(halves["signal"]) / (1 + np.exp(-halves["door"]))
    np.testing.assert_allclose(products, gated[0][0, halves["features"]].detach().numpy(), atol=1e-6)
