"""Small models in float64, none of whose weights is left at its initial value, and slow loops to compare them with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

import pixellab
from pixellab.models import AutoregressiveModel
from pixellab.models.pixelrnn import PixelRNN


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Matrices of this size gain nothing from a second thread, and lose much when others work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny() -> Callable[..., AutoregressiveModel]:
    """Build a small model with random weights, biases and initial states."""

    def build(architecture: str, *, seed: int = 0, spread: float = 0.4, **given: object) -> AutoregressiveModel:
        settings = {"features": 7, "layers": 3, "head_features": 9, "levels": 3, **given}
        model = pixellab.build(architecture, **settings).double()
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64) * spread)
        return model

    return build


def masked(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray, mask_type: str, channels: int, parts: int = 1, gates: int = 1
) -> np.ndarray:
    """A masked convolution, pixel by pixel and tap by tap, from the rule in words (PixelRNN paper, section 3.4).

    (in, H, W) → (out, H, W), where ``parts`` maps stand one after another in x, and ``gates`` in the result; each of
    them holds its features in the order R, G, B.
    """
    outputs, inputs, kernel_height, kernel_width = weight.shape
    height, width = x.shape[1:]
    source = np.array([f % (inputs // parts) * channels // (inputs // parts) for f in range(inputs)])
    result = np.empty((outputs, height, width))
    for o in range(outputs):
        colour = o % (outputs // gates) * channels // (outputs // gates)
        at_own_pixel = source < colour if mask_type == "A" else source <= colour
        for i in range(height):
            for j in range(width):
                result[o, i, j] = bias[o]
                for a in range(kernel_height):
                    for b in range(kernel_width):
                        row, column = i + a - kernel_height // 2, j + b - kernel_width // 2
                        inside = 0 <= row < height and 0 <= column < width
                        if inside and (row, column) < (i, j):
                            result[o, i, j] += weight[o, :, a, b] @ x[:, row, column]
                        elif (row, column) == (i, j):
                            result[o, i, j] += weight[o, at_own_pixel, a, b] @ x[at_own_pixel, i, j]
    return result


@pytest.fixture
def masked_loops() -> Callable[..., np.ndarray]:
    """The masked convolution in loops."""
    return masked


@pytest.fixture
def loops() -> Callable[[PixelRNN, np.ndarray, Callable], np.ndarray]:
    """The logits (K, C, H, W) of a PixelRNN for a picture (C, H, W), given the loops of its layers.

    These take the weights of a layer by their names, its input (2h, H, W), C, and `masked`; they return (h, H, W).
    """

    def logits(model: PixelRNN, picture: np.ndarray, layer: Callable) -> np.ndarray:
        c = model.configuration
        weights = {name: value.numpy() for name, value in model.state_dict().items()}

        def of(prefix: str) -> dict[str, np.ndarray]:
            return {n[len(prefix) + 1 :]: v for n, v in weights.items() if n.startswith(prefix + ".")}

        def convolve(name: str, x: np.ndarray, mask_type: str = "B", parts: int = 1) -> np.ndarray:
            return masked(x, *of(name).values(), mask_type, c.channels, parts)

        x, collected = convolve("first", 2 * picture / (c.levels - 1) - 1, "A"), []
        for index in range(c.layers):
            state = layer(of(f"layers.{index}"), x, c.channels, masked)
            collected.append(state)
            up = convolve(f"up.{index}", state)
            x = x + up if c.residual else up
        x = convolve("into_head", np.maximum(x, 0))
        if c.skip:
            x = x + convolve("skip", np.concatenate(collected), parts=c.layers)
        x = convolve("head.hidden", np.maximum(x, 0))
        x = convolve("head.softmax", np.maximum(x, 0))
        return x.reshape(c.channels, c.levels, *x.shape[1:]).swapaxes(0, 1)

    return logits
