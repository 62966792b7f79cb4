"""Gated PixelCNN against loops over pixels and taps, with and without a condition."""

from __future__ import annotations

import numpy as np
import pytest
import torch


def gate(x: np.ndarray) -> np.ndarray:
    """Equation 2: tanh of the one half, sigmoid of the other."""
    half = len(x) // 2
    return np.tanh(x[:half]) / (1 + np.exp(-x[half:]))


def whole_rows(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The vertical convolution: its last row of taps lies on the own row, and no tap is masked."""
    height, width, (_, _, kernel_height, kernel_width) = *x.shape[1:], weight.shape
    result = np.repeat(bias[:, None, None], height, 1).repeat(width, 2)
    for i in range(height):
        for j in range(width):
            for a in range(kernel_height):
                for b in range(kernel_width):
                    row, column = i + a - kernel_height + 1, j + b - kernel_width // 2
                    if row >= 0 and 0 <= column < width:
                        result[:, i, j] += weight[:, :, a, b] @ x[:, row, column]
    return result


@pytest.mark.parametrize("condition_size", [0, 3])
@pytest.mark.parametrize(("height", "width"), [(4, 5), (5, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_equals_nested_loops(tiny, masked_loops, channels, height, width, condition_size):
    size = {"channels": channels, "height": height, "width": width}
    model = tiny("gated_pixelcnn", layers=3, condition_size=condition_size, **size)
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    picture = torch.randint(3, (1, channels, height, width), generator=torch.Generator().manual_seed(1))

    def convolve(name: str, x: np.ndarray, mask_type: str = "B", **given: int) -> np.ndarray:
        return masked_loops(x, weights[f"{name}.weight"], weights[f"{name}.bias"], mask_type, channels, **given)

    horizontal, gated = picture[0].numpy() - 1.0, []
    # The vertical stack reads the picture a row late, so that whole rows are rows of the past.
    vertical = np.concatenate([np.zeros((channels, 1, width)), horizontal[:, :-1]], axis=1)
    for index in range(3):
        name = f"layers.{index}"
        above = whole_rows(vertical, weights[f"{name}.vertical.weight"], weights[f"{name}.vertical.bias"])
        # Trap 4: the link leaves before the gate, and from the map that has read the rows above alone.
        link = np.einsum("of,fij->oij", weights[f"{name}.vertical_to_horizontal.weight"][:, :, 0, 0], above)
        link += weights[f"{name}.vertical_to_horizontal.bias"][:, None, None]
        own = convolve(f"{name}.horizontal", horizontal, "B" if index else "A", gates=2) + link
        if condition_size:
            # Equation 4, for class 1: one column of the matrix, to both gates of both stacks.
            to_vertical, to_horizontal = np.split(weights[f"{name}.condition.weight"][:, 1, 0, 0], 2)
            above, own = above + to_vertical[:, None, None], own + to_horizontal[:, None, None]
        vertical = gate(above)
        gated.append(gate(own))
        out = convolve(f"{name}.out", gated[-1])
        horizontal = out + horizontal if index else out
    features = np.concatenate([*gated[:-1], horizontal])
    x = np.maximum(convolve("skip", features, parts=3), 0)
    x = convolve("head.softmax", np.maximum(convolve("head.hidden", x), 0))
    expected = x.reshape(channels, 3, height, width).swapaxes(0, 1)
    with torch.no_grad():
        logits = model(picture, torch.tensor([1]) if condition_size else None)[0].numpy()
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-12)
