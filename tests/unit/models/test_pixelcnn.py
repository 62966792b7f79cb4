"""PixelCNN against loops over pixels and taps."""

from __future__ import annotations

import numpy as np
import pytest
import torch


@pytest.mark.parametrize(("height", "width"), [(4, 5), (5, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_equals_nested_loops(tiny, masked_loops, channels, height, width):
    """The residual block of Figure 5, left: ReLU, 1x1 2h → h, ReLU, 3x3 h → h, ReLU, 1x1 h → 2h; then x is added."""
    model = tiny("pixelcnn", channels=channels, height=height, width=width, layers=2)
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    picture = torch.randint(3, (1, channels, height, width), generator=torch.Generator().manual_seed(1))

    def convolve(name: str, x: np.ndarray, mask_type: str = "B") -> np.ndarray:
        return masked_loops(x, weights[f"{name}.weight"], weights[f"{name}.bias"], mask_type, channels)

    def relu(x: np.ndarray) -> np.ndarray:
        return np.maximum(x, 0)

    x = convolve("first", picture[0].numpy() - 1.0, "A")
    for block in ("blocks.0", "blocks.1"):
        narrow = convolve(f"{block}.down", relu(x))
        x = x + convolve(f"{block}.up", relu(convolve(f"{block}.masked", relu(narrow))))
    x = convolve("head.softmax", relu(convolve("head.hidden", relu(convolve("into_head", relu(x))))))
    expected = x.reshape(channels, 3, height, width).swapaxes(0, 1)
    with torch.no_grad():
        np.testing.assert_allclose(model(picture)[0].numpy(), expected, rtol=0, atol=1e-12)
