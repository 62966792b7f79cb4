"""The smallest right model: masked convolutions one after another, mask A first and mask B from then on.

PixelCNN without its residual blocks. Nothing stands between the masks and what they do, so that a mask that is wrong
shows at once: the models of `pixellab.teaching.broken` begin here.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import MaskType, colour_groups
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.head import Head
from pixellab.teaching.mistakes import TeachingConfiguration
from pixellab.teaching.naive import Unstreamed


class Stack(Unstreamed, AutoregressiveModel):
    """ABB…B: ``layers`` convolutions, the first included, with a ReLU between any two, and the head."""

    first_mask: MaskType = "A"
    later_mask: MaskType = "B"

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        picture, features, head = self.groups(c.channels), self.groups(c.features), self.groups(c.head_features)
        side = (c.kernel, c.kernel)
        self.first = MaskedConv2d(self.first_mask, picture, features, (c.first_kernel, c.first_kernel))
        self.later = nn.ModuleList(MaskedConv2d(self.later_mask, features, features, side) for _ in range(c.layers - 1))
        self.into_head = MaskedConv2d("B", features, head)
        self.head = Head(c)

    def groups(self, features: int) -> np.ndarray:
        """(features,) the colour of each feature."""
        return colour_groups(features, self.configuration.channels)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; there is no condition."""
        x = self.first(inputs)
        for layer in self.later:
            x = layer(torch.relu(x))
        return self.head(self.into_head(torch.relu(x)))
