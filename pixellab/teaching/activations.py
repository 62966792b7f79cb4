"""What goes on inside our networks, recorded for the lessons: the terms of one LSTM feature, both halves of a gate.

    python -m pixellab.teaching.activations lstm mnist-row-lstm    → first_frames/lstm.npz
    python -m pixellab.teaching.activations gate mnist-gated       → first_frames/gate.npz

The LSTM may be any Row LSTM or Diagonal BiLSTM, shipped or of a run: `pixellab train mnist-row-lstm-tiny` makes one in
five minutes.

The networks read the first picture of the studio's gallery, itself drawn by our own model. To be run again whenever
the models or the gallery change; it takes some seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from pixellab import zoo
from pixellab.errors import PixelLabError
from pixellab.layers.lstm import lstm
from pixellab.layers.row_lstm import RowLSTMLayer
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.pixelrnn import PixelRNN

FIRST_FRAMES = Path(__file__).parents[1] / "ui" / "first_frames"

LSTM_LAYER = 1
"""Which layer's LSTM is shown, from 1: the first one reads what the 7×7 convolution makes of the picture."""

GATE_LAYER = 3
"""Which layer's gates are shown, from 1: early enough to look like the picture, late enough not to be it."""

GATE_FEATURES = 3
"""How many of its features."""


@torch.no_grad()
def lstm_terms(model: PixelRNN, picture: Tensor) -> dict[str, np.ndarray]:
    """Every term of PixelRNN equation 3 for one feature of an LSTM layer, that whose cell state varies most.

    Of a Diagonal BiLSTM, its scan from the left is taken.

    Args:
        picture: (C, H, W) integers.

    Returns:
        ``input_to_state`` and ``state_to_state``, each (4, H, W): what both components bring to the gates o, f, i, g,
        biases with the first; ``before``, ``cell`` and ``state``, (H, W): the cell state that each pixel takes over,
        and what it makes of it; ``taps``, (n, 2), and ``own``, (2,): where the states that it reads lie, and that cell
        state, by rows and columns; ``layer`` of so many ``layers``, and of how many ``features``.
    """
    layer = model.layers[LSTM_LAYER - 1]
    entered = []
    handle = layer.register_forward_pre_hook(lambda _, inputs: entered.append(inputs[0]))
    model(picture[None])
    handle.remove()
    if isinstance(layer, RowLSTMLayer):
        to_state, weights, first = layer.input_to_state, layer.state_to_state, (layer.initial_state, layer.initial_cell)
        taps, own = [(-1, j) for j in range(-(layer.kernel // 2), layer.kernel // 2 + 1)], (-1, 0)
    else:
        to_state, weights = layer.left_to_right, layer.state_to_state[0].unflatten(0, (2, layer.features))
        first = layer.initial_state[0], layer.initial_cell[0]
        taps, own = [(-1, 0), (0, -1)], (0, -1)
    inputs = to_state(entered[0])[0].permute(1, 2, 0)  # (H, W, 4h)
    height, width, _ = inputs.shape
    # Before the picture stands what is learned; beside a row that is read, nothing.
    states = torch.zeros(height + 1, width + 2, layer.features)
    cells = layer.initial_cell.new_zeros(height + 1, width + 2, layer.features)
    states[0, 1:-1], cells[0, 1:-1] = first
    if own == (0, -1):
        states[1:, 0], cells[1:, 0] = first
    carried = torch.zeros_like(inputs)
    for row, column in np.ndindex(height, width):
        at = row + 1, column + 1
        reads = [states[at[0] + i, at[1] + j] for i, j in taps]
        carried[row, column] = torch.stack([read @ weight for read, weight in zip(reads, weights, strict=True)]).sum(0)
        before = cells[at[0] + own[0], at[1] + own[1]]
        states[at], cells[at] = lstm(inputs[row, column] + carried[row, column], before)
    kept = cells[1:, 1:-1]
    k = int(kept.flatten(0, 1).var(dim=0).argmax())
    shifted = cells[:-1, 1:-1] if own == (-1, 0) else cells[1:, :-2]
    terms = {
        "input_to_state": inputs.unflatten(2, (4, -1))[..., k].permute(2, 0, 1),
        "state_to_state": carried.unflatten(2, (4, -1))[..., k].permute(2, 0, 1),
        "before": shifted[..., k],
        "cell": kept[..., k],
        "state": states[1:, 1:-1, k],
    }
    places = {"taps": np.array(taps), "own": np.array(own), "layer": np.array(LSTM_LAYER)}
    counts = {"layers": np.array(len(model.layers)), "features": np.array(layer.features)}
    return {name: term.numpy() for name, term in terms.items()} | places | counts


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
        halves.append(layer.horizontal(horizontal) + layer.vertical_to_horizontal(layer.rows(vertical)))

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
    try:
        path = record(given.what, given.model)
    except PixelLabError as fault:
        parser.error(str(fault))
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB")


def record(what: Literal["lstm", "gate"], name: str) -> Path:
    """Write the first frame of one of both, by the model of that name; PixelLabError if it is not of that kind."""
    model, card = zoo.load(name).eval(), zoo.card(name)
    kind, terms = (PixelRNN, lstm_terms) if what == "lstm" else (GatedPixelCNN, gate_halves)
    if not isinstance(model, kind):
        raise PixelLabError(f"{name} is a {card.title}: it has no {what} to record.")
    c = model.configuration
    with np.load(FIRST_FRAMES / "gallery.npz", allow_pickle=False) as file:
        picture = np.unpackbits(file["bits"][0], count=c.dimensions).reshape(c.shape)
    arrays = terms(model, torch.from_numpy(picture).long())
    halves = {name: array.astype(np.float16 if array.dtype == np.float32 else int) for name, array in arrays.items()}
    path = FIRST_FRAMES / f"{what}.npz"
    np.savez_compressed(path, picture=picture, title=card.title, model=card.name, **halves)
    return path


if __name__ == "__main__":
    main()
