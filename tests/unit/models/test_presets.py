"""The presets of the papers, parameter by parameter: every number here was worked out on paper, from Table 1 and h.

Masked weights count as stored, zeros included; biases are one for each output feature.
"""

from __future__ import annotations

import pytest

import pixellab

CIFAR = {"channels": 3, "levels": 256, "height": 32, "width": 32}


def count(architecture: str, preset: str, **given: object) -> int:
    return sum(p.numel() for p in pixellab.build(architecture, preset, **given).parameters())


# 7x7 mask A from 3 colours to 2h = 256 features: 49 · 3 · 256 + 256.
FIRST = 37_888
# 1x1 from 256 to 1024, from 1024 to 1024, from 1024 to 3 · 256: 263,168 + 1,049,600 + 787,200.
HEAD = 2_099_968


def test_pixelcnn():
    # 1x1 256 → 128: 32,896. 3x3 128 → 128: 147,584. 1x1 128 → 256: 33,024. Fifteen times.
    assert count("pixelcnn", "paper", **CIFAR) == FIRST + 15 * 213_504 + HEAD == 5_340_416


def test_row_lstm():
    # Input-to-state 3x1, 256 → 4 · 128: 3 · 256 · 512 + 512 = 393,728. State-to-state 3x1, 128 → 512: 196,608.
    # Two initial states of 128: 256. 1x1 128 → 256: 33,024. Twelve times.
    assert count("row_lstm", "paper", **CIFAR) == FIRST + 12 * 623_616 + HEAD == 9_621_248


def test_diagonal_bilstm():
    # In each direction, input-to-state 1x1, 256 → 512: 131,584. State-to-state, two taps, 128 → 512: 131,072.
    # Two initial states of 128: 256. So 2 · 262,912 = 525,824; and 1x1 128 → 256: 33,024. Twelve times.
    assert count("diagonal_bilstm", "paper", **CIFAR) == FIRST + 12 * 558_848 + HEAD == 8_844_032


def test_diagonal_bilstm_for_mnist():
    # 7x7 from 1 to 32: 1,600. In each of 2 directions, 32 → 64: 2,112; 2 · 16 → 64: 2,048; initial states: 32.
    # 1x1 16 → 32: 544. Seven times. Head: 32 → 32 twice: 2,112; to two levels: 66.
    assert count("diagonal_bilstm", "mnist") == 1_600 + 7 * (2 * 4_192 + 544) + 2_112 + 66 == 66_274


def test_skip_connections():
    # 1x1 from the states of 12 layers, 12 · 128 → 1024.
    for architecture in ("row_lstm", "diagonal_bilstm"):
        without = count(architecture, "paper", **CIFAR)
        assert count(architecture, "paper", skip=True, **CIFAR) - without == 1_573_888
        assert count(architecture, "paper", residual=False, **CIFAR) == without


def test_gated_pixelcnn():
    # First layer, 7x7 from 3 colours, F = 128: vertical 4x7, 3 → 256: 21,760. Horizontal 1x7: 5,632.
    # Link 256 → 256: 65,792. 1x1 128 → 128: 16,512. In all 109,696.
    # Later, 3x3: vertical 2x3, 128 → 256: 196,864. Horizontal 1x3: 98,560. Link, 1x1 as before. In all 377,728.
    # Skip connections, 15 · 128 → 1024: 1,967,104. Head: 1,049,600 + 787,200.
    gated = 109_696 + 14 * 377_728 + 1_967_104 + 1_836_800
    assert count("gated_pixelcnn", "paper", **CIFAR) == gated == 9_201_792
    # h has one weight to each of the 4 · 128 gates of each layer, and no bias.
    assert count("gated_pixelcnn", "paper", condition_size=10, **CIFAR) - gated == 15 * 10 * 512


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_small_presets_fit_a_laptop(architecture):
    assert 20_000 < count(architecture, "small") < 1_000_000
