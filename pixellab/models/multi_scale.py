"""Multi-Scale PixelRNN (PixelRNN paper, section 3.6 and Figure 2, centre).

An unconditional PixelRNN draws a small picture: every n/s-th pixel of every n/s-th row. A conditional PixelRNN draws
the large one, pixel by pixel as usual, while a map made of the small picture biases each of its layers.

NOTE: the small picture is a part of the large one, so once it is known, its pixels are certain. The paper does not say
how it counts them. Here they are drawn, and paid for, once, by the small network:

    p(x) = p(small) · Π p(x_i | x_<i, small)    over the pixels i that are not in the small picture

which sums to 1 over all pictures. The conditional network reads the small picture's pixels like all others before x_i.
The logits at a pixel are those of the network that draws it, so that cross entropy is the exact likelihood.
"""

from __future__ import annotations

from dataclasses import fields

from torch import Tensor

from pixellab.configurations import (
    DiagonalBiLSTMConfiguration,
    MultiScaleConfiguration,
    PixelRNNConfiguration,
    RowLSTMConfiguration,
)
from pixellab.layers.deconvolution import Upsampling
from pixellab.models.autoregressive import AutoregressiveModel, Streaming, Walk
from pixellab.models.diagonal_bilstm import DiagonalBiLSTM
from pixellab.models.pixelrnn import PixelRNN
from pixellab.models.row_lstm import RowLSTM

KINDS = {"row_lstm": (RowLSTMConfiguration, RowLSTM), "diagonal_bilstm": (DiagonalBiLSTMConfiguration, DiagonalBiLSTM)}


class MultiScale(AutoregressiveModel):
    """Two PixelRNNs and the deconvolutions between them. Its order is not that of the raster: see `walks`."""

    def __init__(self, configuration: MultiScaleConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        self.factor = c.factor
        height, width = c.small_size
        self.small = self._network(height=height, width=width, layers=c.small_layers)
        self.upsampling = Upsampling(c.channels, c.conditioning_features, c.factor)
        self.large = self._network(c.conditioning_features, height=c.height, width=c.width, layers=c.layers)

    def _network(self, conditioning_features: int = 0, **size: int) -> PixelRNN:
        shared = {f.name: getattr(self.configuration, f.name) for f in fields(PixelRNNConfiguration)}
        kind, network = KINDS[self.configuration.lstm]
        return network(kind(**{**shared, **size}), conditioning_features)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; there is no condition from outside."""
        self._unconditional(condition)
        small = self.subsample(inputs)
        logits = self.large.network(inputs, self.conditioning(inputs)).clone()
        logits[..., :: self.factor, :: self.factor] = self.small.network(small)
        return logits

    def subsample(self, x: Tensor) -> Tensor:
        """The small picture: (…, H, W) → (…, ⌈H/factor⌉, ⌈W/factor⌉)."""
        return x[..., :: self.factor, :: self.factor]

    def conditioning(self, inputs: Tensor) -> Tensor:
        """The map that biases the conditional layers, made of the small picture in ``inputs``: (B, c, H, W)."""
        return self.upsampling(self.subsample(inputs), *inputs.shape[2:])

    def walks(self) -> tuple[Walk, ...]:
        """The small picture first, then all other pixels."""
        return Walk(self.factor, self._start_small), Walk(1, self.start)

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> Streaming:
        """See `AutoregressiveModel.start`: the second walk, when all pixels of the small picture are known."""
        self._unconditional(condition)
        return self.large.start(inputs, self.conditioning(inputs))

    def _start_small(self, inputs: Tensor, condition: Tensor | None) -> Streaming:
        return self.small.start(self.subsample(inputs), condition)

    def _unconditional(self, condition: Tensor | None) -> None:
        if condition is not None:
            raise ValueError("This model is unconditional: leave condition out.")
