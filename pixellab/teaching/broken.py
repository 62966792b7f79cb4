"""Deliberately wrong models. Do not use them: each has one mistake, so that lessons and tests can show what it does.

Every class is a right model with one line changed, the line marked ``WRONG``; the same line in the right model is
quoted beside it in `pixellab.teaching.mistakes`, with the mistake and its symptom in words. `pixellab.build` does not
know these models, none of them can be streamed, and `pixellab.causality.check` says what is wrong with each.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.layers.diagonal_bilstm import DiagonalBiLSTMLayer
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.shift import shift_down
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.pixelrnn import PixelRNN
from pixellab.teaching.masked_first import MaskedFirst, RowsAboveLayer
from pixellab.teaching.mistakes import TeachingConfiguration
from pixellab.teaching.naive import Unstreamed
from pixellab.teaching.stack import Stack


class MaskBFirst(Stack):
    """BBBB: every pixel is told its own value."""

    first_mask = "B"  # WRONG: "A"


class MaskAEverywhere(Stack):
    """AAAA: each layer steps over the nearest pixels once more."""

    later_mask = "A"  # WRONG: "B"


class NoColourGroups(Stack):
    """One group for all colours: mask A then hides the whole own pixel, from every colour."""

    def groups(self, features: int) -> np.ndarray:
        """(features,) the colour of each feature."""
        return np.zeros(features, int)  # WRONG: colours apart


class AroundFirst(Stack):
    """A connection that leads around the first layer, and so around the only mask A."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        self.around = MaskedConv2d("B", self.groups(c.channels), self.groups(c.features))

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        x = self.first(inputs) + self.around(inputs)  # WRONG: the first layer alone
        for layer in self.later:
            x = layer(torch.relu(x))
        return self.head(self.into_head(torch.relu(x)))


class UnmaskedLayer(Stack):
    """One convolution of the later ones is an ordinary one."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        self.later[0] = nn.Conv2d(c.features, c.features, c.kernel, padding=c.kernel // 2)  # WRONG: mask B


class BatchNorm(Stack):
    """Batch normalisation: in training mode every feature is measured by all pixels of all pictures."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        self.norm = nn.BatchNorm2d(configuration.features)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        x = self.norm(self.first(inputs))  # WRONG: statistics over all pixels
        for layer in self.later:
            x = layer(torch.relu(x))
        return self.head(self.into_head(torch.relu(x)))


class PictureNorm(Stack):
    """Normalisation of each picture by itself: the mean over all pixels tells how much is still to come."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        self.norm = nn.InstanceNorm2d(configuration.features, affine=True)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        x = self.norm(self.first(inputs))  # WRONG: statistics over all pixels
        for layer in self.later:
            x = layer(torch.relu(x))
        return self.head(self.into_head(torch.relu(x)))


class NotShifted(Unstreamed, GatedPixelCNN):
    """The vertical map of row i has read row i in full, and here it serves row i."""

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        h = self.embed(condition, inputs)
        vertical, horizontal, skips = inputs, inputs, []  # WRONG: moved down one row
        for layer in self.layers:
            vertical, horizontal, gated = layer(vertical, horizontal, h)
            skips.append(gated)
        return self.head(self.skip(torch.cat([*skips[:-1], horizontal], dim=1)))


class AsDrawn(MaskedFirst):
    """The vertical kernels of the Gated paper's Figure 1, none with its own row: nothing leaks, and it stays blind."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        for depth in range(1, c.layers):
            self.layers[depth] = RowsAboveLayer("B", c.features, c.features, c.kernel, c.channels)  # WRONG: GatedLayer


class FedBack(Unstreamed, GatedPixelCNN):
    """The vertical stack reads the horizontal one, whose right neighbours have read the pixel to be predicted."""

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`."""
        h = self.embed(condition, inputs)
        vertical, horizontal, skips = shift_down(inputs), inputs, []
        for layer in self.layers:
            vertical, horizontal, gated = layer(vertical, horizontal, h)
            vertical = vertical + horizontal  # WRONG: no such link
            skips.append(gated)
        return self.head(self.skip(torch.cat([*skips[:-1], horizontal], dim=1)))


class NotShiftedLayer(DiagonalBiLSTMLayer):
    """A Diagonal BiLSTM layer whose right-to-left map is added where it was made."""

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        """(B, 2h, H, W) → the hidden states of both directions, added up, (B, h, H, W)."""
        left, right = self.scan(x, bias)
        return left + right  # WRONG: moved down one row


class DiagonalNotShifted(Unstreamed, PixelRNN):
    """From right to left, the state at (i, j) has read row i from its end to j, and here it is used at (i, j)."""

    def __init__(self, configuration: TeachingConfiguration) -> None:
        c = configuration
        super().__init__(c, [NotShiftedLayer(c.features, c.channels) for _ in range(c.layers)])


BROKEN: dict[str, type[AutoregressiveModel]] = {
    "mask-b-first": MaskBFirst,
    "mask-a-everywhere": MaskAEverywhere,
    "no-colour-groups": NoColourGroups,
    "around-first": AroundFirst,
    "unmasked-layer": UnmaskedLayer,
    "batch-norm": BatchNorm,
    "picture-norm": PictureNorm,
    "gated-as-drawn": AsDrawn,
    "gated-not-shifted": NotShifted,
    "gated-fed-back": FedBack,
    "diagonal-not-shifted": DiagonalNotShifted,
}
"""By the names of `pixellab.teaching.mistakes.MISTAKES`."""
