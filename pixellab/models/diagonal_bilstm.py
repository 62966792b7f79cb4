"""Diagonal BiLSTM (PixelRNN paper, section 3.2 and Table 1).

It sees all of the past, but for one pixel: the last of the row above, x(i-1, W-1). The first layer leaves out the own
pixel, so the features at that row's end have not read it; from right to left a row is read no further than to its end,
and then moved down. Only where the kernel of the first layer reaches it, in the last columns, it is seen.

NOTE: the paper gives no initial values; the forget gates begin open (bias 1), as is usual for long recurrences.
"""

from __future__ import annotations

from pixellab.configurations import DiagonalBiLSTMConfiguration
from pixellab.layers.diagonal_bilstm import DiagonalBiLSTMLayer
from pixellab.layers.diagonal_bilstm_stream import DiagonalBiLSTMStream
from pixellab.models.pixelrnn import PixelRNN


class DiagonalBiLSTM(PixelRNN):
    """PixelRNN whose layers run over the diagonals, from both sides."""

    stream = DiagonalBiLSTMStream

    def __init__(self, configuration: DiagonalBiLSTMConfiguration, conditioning_features: int = 0) -> None:
        c = configuration
        layers = [DiagonalBiLSTMLayer(c.features, c.channels) for _ in range(c.layers)]
        super().__init__(c, layers, conditioning_features)
