"""Recorded numbers are those of the networks: the terms of an LSTM, and both halves of a gate."""

from __future__ import annotations

import numpy as np
import torch

import pixellab
from pixellab.layers.gated import GatedLayer
from pixellab.teaching import activations


def test_terms_of_the_lstm_add_up_to_its_state() -> None:
    torch.manual_seed(0)
    model = pixellab.build("row_lstm", features=4, layers=1, height=6, width=7, head_features=8).eval()
    with torch.no_grad():
        model.layers[0].initial_cell.uniform_(-1, 1)
        model.layers[0].initial_state.uniform_(-1, 1)
    picture = torch.randint(2, (1, 6, 7))
    terms = activations.lstm_terms(model, picture)
    with torch.no_grad():
        states = model.layers[0](model.first(model.encode(picture[None])))[0].numpy()
    assert any(np.allclose(terms["state"], state, atol=1e-6) for state in states)
    _, f, i, g = terms["input_to_state"] + terms["state_to_state"]
    before = np.vstack([np.full((1, 7), terms["initial_cell"]), terms["cell"][:-1]])
    np.testing.assert_allclose(terms["cell"], before / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i)), atol=1e-5)


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
