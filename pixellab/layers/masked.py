"""The masked convolution."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.masks import MaskType, mask


class MaskedConv2d(nn.Conv2d):
    """A convolution whose weight is multiplied by mask A or B (PixelRNN paper, section 3.4), size kept.

    The mask is a buffer (it follows the module to another device and is no parameter), and it is applied in
    ``forward`` instead of being written into the weight, so that several threads can use one module.

    Args:
        mask_type: "A" or "B".
        from_groups: (in,) colour of each input feature, see `pixellab.masks.colour_groups`.
        to_groups: (out,) colour of each output feature.
        kernel: odd (height, width).
    """

    def __init__(
        self, mask_type: MaskType, from_groups: np.ndarray, to_groups: np.ndarray, kernel: tuple[int, int] = (1, 1)
    ) -> None:
        height, width = kernel
        super().__init__(len(from_groups), len(to_groups), kernel, padding=(height // 2, width // 2))
        self.register_buffer(
            "mask", torch.from_numpy(mask(mask_type, to_groups, from_groups, kernel)), persistent=False
        )
        with torch.no_grad():  # The usual initialisation counts masked taps as inputs; undo that.
            kept = self.mask.float().mean().clamp_min(1e-6)
            self.weight.div_(kept.sqrt())

    def masked_weight(self) -> Tensor:
        """(out, in, height, width): the weight that is used."""
        return self.weight * self.mask

    def forward(self, x: Tensor) -> Tensor:
        """(B, in, H, W) → (B, out, H, W)."""
        return F.conv2d(x, self.masked_weight(), self.bias, padding=self.padding)
