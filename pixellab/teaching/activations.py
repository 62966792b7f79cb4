"""What goes on inside our networks, recorded for the lessons: the terms of one LSTM feature, both halves of a gate.

    pixellab train mnist-row-lstm-tiny
    python -m pixellab.teaching.activations lstm runs/mnist-row-lstm-tiny    → first_frames/lstm.npz
    python -m pixellab.teaching.activations gate mnist-gated                 → first_frames/gate.npz

The networks read the first picture of the studio's gallery, itself drawn by our own model. To be run again whenever
the models or the gallery change; it takes some seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from pixellab import zoo
from pixellab.layers.lstm import lstm
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.row_lstm import RowLSTM

FIRST_FRAMES = Path(__file__).parents[1] / "ui" / "first_frames"

GATE_LAYER = 3
"""Which layer's gates are shown, from 1: early enough to look like the picture, late enough not to be it."""

GATE_FEATURES = 3
"""How many of its features."""


@torch.no_grad()
def lstm_terms(model: RowLSTM, picture: Tensor) -> dict[str, np.ndarray]:
    """Every term of PixelRNN equation 3 for one feature of the first layer, that whose cell state varies most.

    Args:
        picture: (C, H, W) integers.

    Returns:
        ``input_to_state`` and ``state_to_state``, each (4, H, W): what both components bring to the gates o, f, i, g,
        biases with the first; ``cell`` and ``state``, (H, W); ``initial_cell`` and ``initial_state``, ().
    """
    layer = model.layers[0]
    from_input = layer.input_to_state(model.first(model.encode(picture[None])))[0].permute(1, 2, 0)  # (H, W, 4h)
    weight = layer.state_to_state.flatten(0, 1)
    state, cell = (x.expand(from_input.shape[1], -1) for x in (layer.initial_state, layer.initial_cell))
    rows = []
    for inputs in from_input:
        carried = layer.taps(state[None])[0] @ weight
        state, cell = lstm(inputs + carried, cell)
        rows.append((inputs.unflatten(1, (4, -1)), carried.unflatten(1, (4, -1)), cell, state))
    inputs, carried, cells, states = (torch.stack(parts) for parts in zip(*rows, strict=True))
    k = int(cells.flatten(0, 1).var(dim=0).argmax())
    terms = {
        "input_to_state": inputs[..., k].permute(2, 0, 1),
        "state_to_state": carried[..., k].permute(2, 0, 1),
        "cell": cells[..., k],
        "state": states[..., k],
        "initial_cell": layer.initial_cell[k],
        "initial_state": layer.initial_state[k],
    }
    return {name: term.numpy() for name, term in terms.items()}


@torch.no_grad()
def gate_halves(model: GatedPixelCNN, picture: Tensor) -> dict[str, np.ndarray]:
    """Both halves of the horizontal stack's gate before their nonlinearities, of the features that vary most.

    Args:
        picture: (C, H, W) integers.

    Returns:
        ``signal`` and ``door``, each (`GATE_FEATURES`, H, W): what goes into tanh and into the sigmoid; ``features``,
        which they are; ``layer`` of so many ``layers``.
    """
    halves = []

    def keep(layer: torch.nn.Module, maps: tuple[Tensor, Tensor, Tensor | None]) -> None:
        vertical, horizontal, _ = maps
        halves.append(layer.horizontal_taps(horizontal) + layer.vertical_to_horizontal(layer.rows(vertical)))

    handle = model.layers[GATE_LAYER - 1].register_forward_pre_hook(keep)
    model(picture[None])
    handle.remove()
    signal, door = halves[0][0].chunk(2)
    # A telling feature uses both halves: its signal changes sign, and its door is open here and shut there.
    telling = torch.tanh(signal).flatten(1).std(dim=1) * torch.sigmoid(door).flatten(1).std(dim=1)
    chosen = telling.topk(GATE_FEATURES).indices
    places = {"features": chosen.numpy(), "layer": np.array(GATE_LAYER), "layers": np.array(len(model.layers))}
    return {"signal": signal[chosen].numpy(), "door": door[chosen].numpy(), **places}


def main() -> None:
    """Record one of both."""
    parser = argparse.ArgumentParser(prog="python -m pixellab.teaching.activations", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("what", choices=("lstm", "gate"))
    parser.add_argument("model", help="a shipped model, or the folder of a run")
    given = parser.parse_args()
    model = zoo.load(given.model).eval()
    c = model.configuration
    with np.load(FIRST_FRAMES / "gallery.npz", allow_pickle=False) as file:
        picture = np.unpackbits(file["bits"][0], count=c.dimensions).reshape(c.shape)
    record = lstm_terms if given.what == "lstm" else gate_halves
    arrays = record(model, torch.from_numpy(picture).long())
    path = FIRST_FRAMES / f"{given.what}.npz"
    halves = {name: array.astype(np.float16 if array.dtype == np.float32 else int) for name, array in arrays.items()}
    np.savez_compressed(path, picture=picture, **halves)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
