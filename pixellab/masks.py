"""Mask A and mask B: the zeros in a kernel that make a network autoregressive.

A pixel may depend on the pixels before it in raster order, and, inside itself, a colour on the colours before it
(PixelRNN paper, section 3.4, Figure 2 right, and equation 2). Both rules are zeros in the weights of convolutions:

- **mask A**, used once, in the first layer, where the centre of the kernel *is* the pixel to be predicted;
- **mask B**, used in all later layers, where the centre is a feature that was made of the past alone.

A 5x5 kernel with one colour (1: weight kept, 0: weight forced to zero):

    mask A               mask B
    1 1 1 1 1            1 1 1 1 1
    1 1 1 1 1            1 1 1 1 1
    1 1 0 0 0            1 1 1 0 0
    0 0 0 0 0            0 0 0 0 0
    0 0 0 0 0            0 0 0 0 0

Three colours split the features of every layer into three groups, R, G and B. Which group at the centre tap may
read which (rows: to, columns: from):

    mask A               mask B
         R G B                R G B
    R    0 0 0           R    1 0 0
    G    1 0 0           G    1 1 0
    B    1 1 0           B    1 1 1
"""

from __future__ import annotations

from typing import Literal

import numpy as np

MaskType = Literal["A", "B"]


def colour_groups(features: int, channels: int, gates: int = 1) -> np.ndarray:
    """The colour that each feature belongs to.

    Feature o of ``features`` belongs to colour ``o * channels // features``: contiguous groups, as equal as can be
    (the papers' 128 features fall into 43 + 43 + 42). A layer that is split into ``gates`` equal parts (two in a
    gated layer, four in an LSTM) repeats the grouping in each part, so that splitting keeps colours together.

    Returns:
        (gates * features,) int: 0 for R, 1 for G, 2 for B.

        >>> colour_groups(5, 3).tolist()
        [0, 0, 1, 1, 2]
        >>> colour_groups(3, 3, gates=2).tolist()
        [0, 1, 2, 0, 1, 2]
    """
    if not 1 <= channels <= features:
        raise ValueError(f"{features} features cannot be split into {channels} colour groups.")
    return np.tile(np.arange(features) * channels // features, gates)


def colour_slices(features: int, channels: int) -> list[slice]:
    """The run of features that belongs to each colour, as `colour_groups` lays them out.

    >>> colour_slices(5, 3)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    groups = colour_groups(features, channels).tolist()
    return [slice(groups.index(c), len(groups) - groups[::-1].index(c)) for c in range(channels)]


def kernel_mask(mask_type: MaskType, height: int, width: int) -> np.ndarray:
    """The taps of a kernel that lie in the past of its centre; mask B keeps the centre as well.

    Args:
        height, width: odd sides of the kernel, in pixels.

    Returns:
        (height, width) bool.

        >>> kernel_mask("A", 3, 3).astype(int).tolist()
        [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
        >>> kernel_mask("B", 1, 3).astype(int).tolist()
        [[1, 1, 0]]
    """
    _check(mask_type, height, width)
    order = np.arange(height * width).reshape(height, width)
    centre = order[height // 2, width // 2]
    return order <= centre if mask_type == "B" else order < centre


def mask(mask_type: MaskType, to_groups: np.ndarray, from_groups: np.ndarray, kernel: tuple[int, int]) -> np.ndarray:
    """The mask of a convolution's weight: past taps in full, the centre tap by colour (PixelRNN paper, section 3.4).

    Args:
        to_groups: (out,) colour of each output feature, see `colour_groups`.
        from_groups: (in,) colour of each input feature; of the image itself: ``range(channels)``.
        kernel: odd (height, width).

    Returns:
        (out, in, height, width) bool, the shape of a convolution's weight.

        >>> mask("A", np.arange(3), np.arange(3), (1, 1))[:, :, 0, 0].astype(int).tolist()
        [[0, 0, 0], [1, 0, 0], [1, 1, 0]]
        >>> mask("B", np.arange(3), np.arange(3), (1, 1))[:, :, 0, 0].astype(int).tolist()
        [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    height, width = kernel
    _check(mask_type, height, width)
    past = kernel_mask("A", height, width)
    to, source = np.asarray(to_groups)[:, None], np.asarray(from_groups)[None, :]
    allowed = source < to if mask_type == "A" else source <= to
    result = np.broadcast_to(past, (to.size, source.size, height, width)).copy()
    result[:, :, height // 2, width // 2] = allowed
    return result


def _check(mask_type: str, height: int, width: int) -> None:
    if mask_type not in ("A", "B"):
        raise ValueError(f'A mask is of type "A" or "B", not {mask_type!r}.')
    if height < 1 or width < 1 or height % 2 == 0 or width % 2 == 0:
        raise ValueError(f"A masked kernel has odd sides, so that it has a centre; {height}x{width} has none.")
