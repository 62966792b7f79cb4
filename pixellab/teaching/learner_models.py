"""The networks that learners build on the pages, with the layers of the package, so that their gradients can be asked.

Their weights are random, and so is what they would draw: only which pixels move which logits is of interest.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.layers.gated import GatedLayer, gate
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.shift import shift_down
from pixellab.masks import colour_groups
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.head import Head
from pixellab.teaching.broken import DiagonalNotShifted
from pixellab.teaching.learner import NotLate, OwnMasks, OwnWires
from pixellab.teaching.masked_first import RowsAboveLayer
from pixellab.teaching.mistakes import TeachingConfiguration
from pixellab.teaching.naive import Unstreamed


class MasksModel(Unstreamed, AutoregressiveModel):
    """Convolutions with the masks of `OwnMasks`. Between them tanh: a ReLU that is shut would hide an open way."""

    def __init__(self, configuration: OwnMasks) -> None:
        super().__init__(configuration)
        c = configuration
        picture, features = colour_groups(c.channels, c.channels), colour_groups(c.features, c.channels)
        self.layers = nn.ModuleList(
            _convolution(letter, features if depth else picture, features, c) for depth, letter in enumerate(c.masks)
        )
        self.into_head = MaskedConv2d("B", features, colour_groups(c.head_features, c.channels))
        self.head = Head(c)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; there is no condition."""
        x = inputs
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.head(self.into_head(x))


def _convolution(letter: str, from_groups: list[int], to_groups: list[int], c: OwnMasks) -> nn.Conv2d:
    if letter == "N":
        return nn.Conv2d(len(from_groups), len(to_groups), c.kernel, padding=c.kernel // 2)
    made = MaskedConv2d("B" if letter == "M" else letter, from_groups, to_groups, (c.kernel, c.kernel))
    if letter == "M" and len(c.taps) == c.kernel**2:
        half = c.kernel // 2
        centre_a = MaskedConv2d("A", from_groups, to_groups, (c.kernel, c.kernel)).mask[:, :, half, half]
        centre_b = made.mask[:, :, half, half]
        open_ = torch.tensor([tap == "1" for tap in c.taps]).view(c.kernel, c.kernel)
        shown = open_.expand_as(made.mask).clone()
        shown[:, :, half, half] = centre_b if open_[half, half] else centre_a
        made.put_on(shown)
    return made


class WiredLayer(GatedLayer):
    """A gated layer whose wires can be cut or added; the vertical map stands where it was made."""

    def wire(self, wires: OwnWires, back: bool) -> WiredLayer:
        """Add the wires; ``back``: whether there is a horizontal map below to feed the vertical one."""
        self.wires = wires
        self.horizontal_to_vertical = nn.Conv2d(self.features, 2 * self.features, 1) if back else None
        return self

    def forward(self, vertical: Tensor, horizontal: Tensor, condition: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """See `GatedLayer.forward`; there is no condition."""
        above, late = self.rows(vertical), self.wires.vertical.late
        if self.horizontal_to_vertical is not None:
            above = above + self.horizontal_to_vertical(F.pad(horizontal, (0, 0, 0, late))[:, :, late:])
        own, down = self.horizontal(horizontal), self.vertical_to_horizontal(above)
        for _ in range(late):
            down = shift_down(down)
        gated = gate(own + down if self.wires.down else own)
        out = self.out(gated)
        return gate(above), out + horizontal if self.residual else out, gated


class WiredRowsAboveLayer(RowsAboveLayer, WiredLayer):
    """The same, with a vertical kernel that stops above its own row."""

    forward = WiredLayer.forward


class WiresModel(Unstreamed, GatedPixelCNN):
    """Two stacks with the masks and wires of `OwnWires`."""

    def __init__(self, configuration: OwnWires) -> None:
        super().__init__(configuration)
        c = configuration
        for depth in range(c.layers):
            whole = c.vertical.later if depth else c.vertical.first
            side, read = (c.kernel, c.features) if depth else (c.first_kernel, c.channels)
            layer = WiredLayer if whole else WiredRowsAboveLayer
            made = layer("B" if depth else "A", read, c.features, side, c.channels)
            self.layers[depth] = made.wire(c, back=c.back and depth > 0)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; there is no condition."""
        vertical, horizontal, skips = inputs, inputs, []
        for layer in self.layers:
            vertical, horizontal, gated = layer(vertical, horizontal, None)
            skips.append(gated)
        return self.head(self.skip(torch.cat([*skips[:-1], horizontal], dim=1)))


MODELS: dict[type[TeachingConfiguration], type[AutoregressiveModel]] = {
    OwnMasks: MasksModel,
    OwnWires: WiresModel,
    NotLate: DiagonalNotShifted,
}


def build(configuration: TeachingConfiguration) -> AutoregressiveModel:
    """The network that a learner has configured, with random weights."""
    return MODELS[type(configuration)](configuration)
