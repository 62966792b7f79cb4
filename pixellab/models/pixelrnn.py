"""What Row LSTM and Diagonal BiLSTM have in common (PixelRNN paper, sections 3.3 and 3.4, Figure 5, right, Table 1).

A 7x7 convolution of mask A makes 2h features. Each LSTM layer turns them into states of h features, a 1x1 convolution
of mask B brings these back to 2h, and the layer's input is added. Two 1x1 layers and a softmax follow.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from pixellab.configurations import PixelRNNConfiguration
from pixellab.layers.biasing import Biasing, BiasingStream
from pixellab.layers.lstm_stream import LSTMStream
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.masked_stream import MaskedConvStream
from pixellab.masks import colour_groups, colour_slices
from pixellab.models.autoregressive import AutoregressiveModel, Streaming
from pixellab.models.head import Head, HeadStream


class PixelRNN(AutoregressiveModel):
    """A stack of LSTM layers; a subclass says of which kind, and what streams them (``stream``).

    Args:
        configuration: with ``residual``, the input of each layer is added to its output; with ``skip``, the layers
            before the softmax also read the states of every layer.
        layers: LSTM layers from 2h to h features.
        conditioning_features: of the map that a conditional model is biased with (section 3.6); 0 for none.
    """

    stream: type[LSTMStream]

    def __init__(
        self, configuration: PixelRNNConfiguration, layers: list[nn.Module], conditioning_features: int = 0
    ) -> None:
        super().__init__(configuration)
        c = configuration
        narrow, wide = colour_groups(c.features, c.channels), colour_groups(2 * c.features, c.channels)
        into_head = colour_groups(c.head_features, c.channels)
        self.first = MaskedConv2d("A", np.arange(c.channels), wide, (c.first_kernel, c.first_kernel))
        self.layers = nn.ModuleList(layers)
        self.up = nn.ModuleList([MaskedConv2d("B", narrow, wide) for _ in layers])
        self.biasing = None
        if conditioning_features:
            self.biasing = Biasing(conditioning_features, layers[0].gate_features, c.layers)
        self.into_head = MaskedConv2d("B", wide, into_head)
        self.skip = None
        if c.skip:
            self.skip = MaskedConv2d("B", colour_groups(c.features, c.channels, gates=c.layers), into_head)
        self.head = Head(c)
        self.dropout = nn.Dropout(c.dropout)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; ``condition`` is the map (B, conditioning_features, H, W), if any."""
        self._check_condition(condition)
        biases = [None] * len(self.layers) if condition is None else self.biasing(condition)
        x, states = self.first(inputs), []
        for layer, up, bias in zip(self.layers, self.up, biases, strict=True):
            state = self.dropout(layer(x, bias))
            x = self.upsample(up, state, x)
            states.append(state)
        features = self.into_head(torch.relu(x))
        if self.skip is not None:
            features = features + self.skip(torch.cat(states, dim=1))
        return self.head(features)

    def upsample(self, up: MaskedConv2d, state: Tensor, x: Tensor) -> Tensor:
        """From the state of a layer (B, h, H, W) and its input (B, 2h, H, W) to the input of the next."""
        out = up(state)
        return x + out if self.configuration.residual else out

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> PixelRNNStream:
        """See `AutoregressiveModel.start`."""
        self._check_condition(condition)
        biasing = None if condition is None else BiasingStream(self.biasing, condition)
        layers = self.stream(self.layers, self.up, self.configuration.residual, inputs, inputs.shape[3], biasing)
        return PixelRNNStream(self, layers, inputs)

    def _check_condition(self, condition: Tensor | None) -> None:
        if condition is not None and self.biasing is None:
            raise ValueError("This model is unconditional: leave condition out.")
        if condition is None and self.biasing is not None:
            raise ValueError("This model needs a map as its condition.")


class PixelRNNStream(Streaming):
    """A PixelRNN from cached state: the first convolution, the layers, the head."""

    def __init__(self, model: PixelRNN, layers: LSTMStream, inputs: Tensor) -> None:
        channels, width = model.configuration.channels, inputs.shape[3]
        self.model, self.layers, self.row = model, layers, -1
        self.picture = inputs.permute(0, 2, 3, 1).contiguous()
        self.first = MaskedConvStream(model.first, inputs, width, channels)
        features = 2 * model.configuration.features
        runs = colour_slices(features, channels)
        self.begin = [
            [(self.first.taps(j, colour), layers.inputs[0, :, j, run]) for j in range(width)]
            for colour, run in enumerate(runs)
        ]
        self.end = [layers.inputs[-1, :, j] for j in range(width)]
        self.sources = [] if model.skip is None else [layers.source(slice(None), j) for j in range(width)]
        weight = self._into_head()
        # What the head reads of a pixel: ReLU of the last layer's output, a 1, and the sources of skip connections.
        ready = inputs.new_zeros(len(inputs), len(weight))
        self.ready, self.skipped = ready[:, :features], ready[:, features + 1 :]
        ready[:, features] = 1
        if self.sources:
            self.skipped = self.skipped.unflatten(1, (len(model.layers), -1)).transpose(0, 1)
        self.head = HeadStream(model.head, weight, ready)

    def _into_head(self) -> Tensor:
        """The convolutions that lead to the head, as one matrix."""
        into, skip = self.model.into_head, self.model.skip
        weight = [into.masked_weight()[:, :, 0, 0].T, into.bias[None]]
        if skip is not None:
            parts = skip.masked_weight()[:, :, 0, 0].chunk(len(self.model.layers), dim=1)
            share = skip.bias / len(parts)
            weight += [self.layers.behind(part, share) for part in parts]
        return torch.cat(weight)

    def prefill(self, rows: int, copies: int = 1) -> None:
        """See `Streaming.prefill`."""
        inputs = self.picture[::copies, :rows].permute(0, 3, 1, 2)
        self.first.remember(inputs, copies)
        if rows:
            x = self.model.first(inputs)
            biasing = self.layers.biasing
            biases = [None] * len(self.model.layers) if biasing is None else biasing.above(rows, copies)
            for index, (up, bias) in enumerate(zip(self.model.up, biases, strict=True)):
                x = self.model.upsample(up, self.layers.remember(index, x, bias, copies), x)
        self.row = rows - 1

    def enter_row(self, row: int) -> None:
        """See `Streaming.enter_row`."""
        self.first.enter_row()
        self.first.own.copy_(self.picture[:, row])
        self.layers.enter_row(row)
        self.row = row

    def known(self, first: int, last: int) -> None:
        """See `Streaming.known`. To the end of a row: the rows below read it."""
        if first < last:
            self.layers.inputs[0, :, first:last] = self.first.segment(first, last)
            self.layers.known(first, last)

    def logits(self, column: int, channel: int) -> Tensor:
        """See `Streaming.logits`."""
        first, begin = self.begin[channel][column]
        torch.addmm(*first, out=begin)
        self.layers.step(column, channel)
        torch.clamp_min(self.end[column], 0, out=self.ready)
        if self.sources:
            self.skipped.copy_(self.sources[column])
        return self.head.logits(channel)

    def write(self, column: int, channel: int, encoded: Tensor) -> None:
        """See `Streaming.write`."""
        self.picture[:, self.row, column, channel] = encoded
        self.first.own[:, column, channel] = encoded

    def select(self, index: Tensor) -> None:
        """See `Streaming.select`."""
        self.picture.copy_(self.picture[index])
        self.first.select(index)
        self.layers.select(index)
