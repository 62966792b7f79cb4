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
    ``forward`` instead of being written into the weight, so that several threads can use one module. What it hides of
    every feature (the rows below the centre, or right of it in a kernel of one row) is not multiplied at all.

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
        self.register_buffer("mask", None, persistent=False)
        self.put_on(torch.from_numpy(mask(mask_type, to_groups, from_groups, kernel)))
        with torch.no_grad():  # The usual initialisation counts masked taps as inputs; undo that.
            kept = self.mask.float().mean().clamp_min(1e-6)
            self.weight.div_(kept.sqrt())

    def put_on(self, shown: Tensor) -> None:
        """Wear another mask: (out, in, height, width), True where the weight is used."""
        self.mask = shown
        seen = shown.any(dim=(0, 1)).nonzero()  # (n, 2) the taps that any feature uses
        self.rows, self.columns = (seen.amax(dim=0) + 1).tolist() if len(seen) else self.kernel_size

    @torch.no_grad()
    def draw(self, gain: float = 2.0) -> None:
        """Begin as He et al. ("Delving deep into rectifiers", 2015, section 2.2) do, of the taps that are shown alone.

        Args:
            gain: variance of a feature, where its inputs have a mean square of 1; 2 makes up for a ReLU after it.
        """
        taps = self.mask.sum(dim=(1, 2, 3), keepdim=True).clamp_min(1)
        self.weight.normal_().mul_((gain / taps).sqrt())
        self.bias.zero_()

    def masked_weight(self) -> Tensor:
        """(out, in, height, width): the weight that is used."""
        return self.weight * self.mask

    def forward(self, x: Tensor) -> Tensor:
        """(B, in, H, W) → (B, out, H, W)."""
        height, width = x.shape[-2:]
        weight = self.masked_weight()[:, :, : self.rows, : self.columns]
        return F.conv2d(x, weight, self.bias, padding=self.padding)[..., :height, :width]
