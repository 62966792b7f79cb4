"""One pixel of a colour picture, taken apart: what each of its three softmaxes says for many earlier colours."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.draw import distribution, pick
from pixellab.worker.requests import Dials


@torch.inference_mode()
def dials(model: AutoregressiveModel, request: Dials) -> tuple[np.ndarray, np.ndarray]:
    """Values (n, 3) and probabilities (n, 3, K) at temperature 1, for the members that `Dials` describes.

    The pixels before are read once. Then the same pixel is written again and again: nothing but its own colours
    changes, so each member costs two small products.
    """
    row, column, levels = request.row, request.column, model.configuration.levels
    state = model.start(model.encode(torch.from_numpy(request.image)[None].long()))
    state.prefill(row)
    state.enter_row(row)
    state.known(0, column)
    codes = model.encode(torch.arange(levels))
    values = np.zeros((request.n, 3), np.uint8)
    probabilities = np.zeros((request.n, 3, levels), np.float32)
    red = state.logits(column, 0)[0].clone()

    def member(index: int, choose: list) -> None:
        for channel in range(3):
            logits = red if channel == 0 else state.logits(column, channel)[0]
            probabilities[index, channel] = logits.float().softmax(0).numpy()
            value = choose[channel](logits)
            values[index, channel] = value
            state.write(column, channel, codes[value : value + 1])

    own = request.image[:, row, column].tolist()
    member(request.PICTURE, [_always(value) for value in own])
    if request.seed:
        numbers = np.random.default_rng(request.seed).random(3)
    else:  # the numbers that give the picture's own values
        numbers = [_middle(probabilities[request.PICTURE, c], value) for c, value in enumerate(own)]
    follow = [_drawn(number, request.temperature) for number in numbers]
    for index, value in enumerate(stops(own[0], levels)):
        member(request.ALONG_RED + index, [_always(value), *follow[1:]])
    now = [follow[0] if request.red is None else _always(request.red), *follow[1:]]
    member(request.NOW, now)
    fixed, green = values[request.NOW].tolist()[:2]
    for index, value in enumerate(stops(green, levels)):
        member(request.ALONG_GREEN + index, [_always(fixed), _always(value), follow[2]])
    random = np.random.default_rng(request.seed)
    for index, numbers in enumerate(random.random((request.DRAWS, 3))):
        member(request.DRAWN + index, [_drawn(number, request.temperature) for number in numbers])
    for index, numbers in enumerate(random.standard_normal((request.DRAWS, 3))):
        member(request.REGRESSED + index, [_gaussian(number, request.temperature) for number in numbers])
    return values, probabilities


def stops(value: int, levels: int = 256) -> list[int]:
    """Every fourth value from 2 on, with `value` in the place of its neighbour."""
    return [value if value // 4 == k else 4 * k + 2 for k in range(levels // 4)]


def _always(value: int):
    return lambda logits: value


def _drawn(number: float, temperature: float):
    def choose(logits: Tensor) -> int:
        return int(pick(distribution(logits, temperature)[None], torch.tensor([number]))[0])

    return choose


def _gaussian(number: float, temperature: float):
    """As regression would: a Gaussian with the mean and the spread of the same distribution, rounded to a level."""

    def choose(logits: Tensor) -> int:
        share = distribution(logits, temperature).double()
        level = torch.arange(len(share), dtype=torch.float64)
        mean = (share * level).sum()
        spread = (share * (level - mean) ** 2).sum().sqrt()
        return int((mean + number * spread).round().clamp(0, len(share) - 1))

    return choose


def _middle(probabilities: np.ndarray, value: int) -> float:
    """The number in the middle of a value's share of [0, 1)."""
    share = probabilities.astype(np.float64)
    return float((share[:value].sum() + share[value] / 2) / share.sum())
