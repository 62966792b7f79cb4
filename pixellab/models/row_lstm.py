"""Row LSTM (PixelRNN paper, section 3.1 and Table 1).

It sees a triangle above the pixel, which grows by one column to each side a row, whatever the depth; layers widen it by
what their input-to-state kernels reach to the left.

NOTE: the paper gives no initial values; the forget gates begin open (bias 1), as is usual for long recurrences.
"""

from __future__ import annotations

from pixellab.configurations import RowLSTMConfiguration
from pixellab.layers.row_lstm import RowLSTMLayer
from pixellab.layers.row_lstm_stream import RowLSTMStream
from pixellab.models.pixelrnn import PixelRNN


class RowLSTM(PixelRNN):
    """PixelRNN whose layers run down the picture, row by row."""

    stream = RowLSTMStream

    def __init__(self, configuration: RowLSTMConfiguration, conditioning_features: int = 0) -> None:
        c = configuration
        layers = [RowLSTMLayer(c.features, c.kernel, c.channels) for _ in range(c.layers)]
        super().__init__(c, layers, conditioning_features)
