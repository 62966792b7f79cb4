"""Gated PixelCNN and conditional Gated PixelCNN (Gated paper, sections 2.1 to 2.3).

NOTE: the paper's Figure 1 draws vertical kernels that leave out the current row in every layer, which keeps part of
the wedge hidden. Here the picture is shifted down one row once and all vertical kernels read whole rows up to their
own: nothing of the past is hidden, and nothing of the future is seen.
NOTE: the two 1x1 layers before the softmax read skip connections from the gates of all layers, as one 1x1 convolution,
beside the output of the last layer.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.configurations import GatedPixelCNNConfiguration
from pixellab.layers.deconvolution import Deconvolution
from pixellab.layers.gated import GatedLayer
from pixellab.layers.gated_stream import GatedLayerStream
from pixellab.layers.masked import MaskedConv2d
from pixellab.layers.shift import shift_down
from pixellab.masks import colour_groups, colour_slices
from pixellab.models.autoregressive import AutoregressiveModel, Streaming
from pixellab.models.head import Head, HeadStream


class GatedPixelCNN(AutoregressiveModel):
    """Gated PixelCNN: two stacks, no blind spot; with ``condition_size`` > 0 every gate also reads h (equation 4).

    h is the same at every pixel, so it can say what is drawn, not where. With ``spatial_features`` > 0 it is first
    turned into a map of the picture's size, s = m(h), and each gate reads that at its own pixel (section 2.3).
    """

    def __init__(self, configuration: GatedPixelCNNConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        common = dict(channels=c.channels, condition_size=c.spatial_features or c.condition_size)
        first = GatedLayer("A", c.channels, c.features, kernel=c.first_kernel, **common)
        later = [
            GatedLayer("B", c.features, c.features, kernel=c.kernel, dropout=c.dropout, **common)
            for _ in range(c.layers - 1)
        ]
        self.layers = nn.ModuleList([first, *later])
        self.spatial = None
        if c.spatial_features:
            self.spatial = Deconvolution(c.condition_size, c.spatial_features, c.height, c.width)
        self.skip = MaskedConv2d(
            "B", colour_groups(c.features, c.channels, gates=c.layers), colour_groups(c.head_features, c.channels)
        )
        self.head = Head(c)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; ``condition`` is (B,) class indices or (B, condition_size) floats."""
        h = self.embed(condition, inputs)
        vertical, horizontal, skips = shift_down(inputs), inputs, []
        for layer in self.layers:
            vertical, horizontal, gated = layer(vertical, horizontal, h)
            skips.append(gated)
        return self.head(self.skip(torch.cat([*skips[:-1], horizontal], dim=1)))

    def embed(self, condition: Tensor | None, inputs: Tensor) -> Tensor | None:
        """What the gates read: h as a map of one pixel, (B, condition_size, 1, 1), or s, (B, spatial_features, H, W).

        Classes become one-hot.

        Raises:
            ValueError: when a condition is missing, given in vain, or does not fit.
        """
        size = self.configuration.condition_size
        if not size:
            if condition is not None:
                raise ValueError("This model is unconditional: leave condition out.")
            return None
        if condition is None:
            raise ValueError(
                f"This model needs a condition: class indices (B,) in 0 … {size - 1}, or floats (B, {size})."
            )
        if condition.dim() == 1 and not condition.is_floating_point():
            if condition.numel() and not 0 <= int(condition.min()) <= int(condition.max()) < size:
                raise ValueError(f"Classes lie in 0 … {size - 1}.")
            condition = F.one_hot(condition.long(), size)
        if condition.shape != (len(inputs), size):
            raise ValueError(f"The condition must be ({len(inputs)}, {size}) floats; it is {tuple(condition.shape)}.")
        if self.spatial is None:
            return condition.to(inputs)[:, :, None, None]
        c = self.configuration
        if inputs.shape[2:] != (c.height, c.width):
            raise ValueError(
                f"This model knows places in pictures of {c.height}x{c.width}; these have {tuple(inputs.shape[2:])}."
            )
        return self.spatial(condition.to(inputs))

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> GatedPixelCNNStream:
        """See `AutoregressiveModel.start`."""
        return GatedPixelCNNStream(self, inputs, condition)


class GatedPixelCNNStream(Streaming):
    """Gated PixelCNN from cached state: the vertical stack once a row, the horizontal one once a colour."""

    def __init__(self, model: GatedPixelCNN, inputs: Tensor, condition: Tensor | None) -> None:
        batch, channels, _, width = inputs.shape
        self.model, self.condition = model, model.embed(condition, inputs)
        self.picture = inputs.permute(0, 2, 3, 1).contiguous()
        self.pixels: Tensor | None = None  # The current row, in the first layer's taps; `picture` gets it at its end.
        features, depth = model.configuration.features, len(model.layers)
        # For the current pixel: what each layer's gate gives, the output of the last layer, and ones for biases.
        self.gated = inputs.new_zeros(batch, depth + 1, features + 1)
        self.gated[:, :, -1] = 1
        self.layers = []
        for index, layer in enumerate(model.layers):
            taps = inputs.new_zeros(batch, (width + layer.kernel // 2) * layer.horizontal.in_channels)
            self.layers.append(GatedLayerStream(layer, taps, self.gated[:, index], width))
        targets = [(s.taps.view(batch, -1, features), s.layer.kernel // 2) for s in self.layers[1:]]
        runs = colour_slices(features, channels)
        self.links = [OutLink(s, *t, runs) for s, t in zip(self.layers, targets, strict=False)]
        # The last layer's output is needed at the current pixel only: each column is the same place.
        last = self.gated[:, -1:, :features].expand(-1, width, -1)
        self.links.append(OutLink(self.layers[-1], last, 0, runs))
        self.head = HeadStream(model.head, self._skip_weight(), self.gated.view(batch, -1))
        self.steps = [
            [
                [
                    layer.step(column, colour) + link.step(column, colour)
                    for layer, link in zip(self.layers, self.links, strict=True)
                ]
                for column in range(width)
            ]
            for colour in range(channels)
        ]
        self.row = -1

    def _skip_weight(self) -> Tensor:
        """((layers + 1) · (F + 1), head): the skip convolution on `gated`: the last gate itself is not read."""
        skip, features = self.model.skip, self.model.configuration.features
        read = skip.masked_weight()[:, :, 0, 0].T.reshape(len(self.layers), features, -1)
        weight = read.new_zeros(len(self.layers) + 1, features + 1, read.shape[2])
        weight[: len(self.layers) - 1, :features] = read[:-1]
        weight[-1, :features] = read[-1]
        weight[-1, -1] = skip.bias
        return weight.flatten(0, 1)

    def prefill(self, rows: int, copies: int = 1) -> None:
        """See `Streaming.prefill`. Only the vertical stack outlives a row: the horizontal one need not run."""
        vertical = shift_down(self.picture[::copies, :rows].permute(0, 3, 1, 2))
        for stream in self.layers:
            stream.remember(vertical, copies)
            if rows:
                above = stream.layer.rows(vertical)
                if self.condition is not None:
                    above = above + stream.layer.condition(self.condition[::copies, :, :rows]).chunk(2, dim=1)[0]
                signal, door = above.chunk(2, dim=1)
                vertical = torch.tanh(signal) * torch.sigmoid(door)
        self.row, self.pixels = rows - 1, None

    def enter_row(self, row: int) -> None:
        """See `Streaming.enter_row`: the vertical stack reads the row above."""
        if self.row == row - 1 and self.pixels is not None:
            self.picture[:, row - 1] = self.pixels
        vertical = self.picture[:, row - 1] if row else torch.zeros_like(self.picture[:, 0])
        condition = None
        if self.condition is not None:
            # A vector is a map of one row and one column.
            condition = self.condition[:, :, min(row, self.condition.shape[2] - 1)].transpose(1, 2)
        for stream in self.layers:
            vertical = stream.advance(vertical, condition)
        first = self.layers[0]
        reach = first.layer.kernel // 2
        self.pixels = first.taps.view(len(first.taps), -1, self.picture.shape[3])[:, reach:]
        self.pixels.copy_(self.picture[:, row])
        self.row = row

    def known(self, first: int, last: int) -> None:
        """See `Streaming.known`. Nothing that follows reads the end of a row, so it costs nothing."""
        if last == self.picture.shape[2] or first == last:
            return
        for link in self.links[:-1]:
            link.segment(first, last)

    def logits(self, column: int, channel: int) -> Tensor:
        """See `Streaming.logits`: one product and one gate a layer."""
        for above, taps, weight, mixed, signal, door, gated, carried, gates, out, target in self.steps[channel][column]:
            torch.addmm(above, taps, weight, out=mixed)
            torch.mul(signal.tanh_(), door.sigmoid_(), out=gated)
            torch.addmm(carried, gates, out, out=target)
        return self.head.logits(channel)

    def write(self, column: int, channel: int, encoded: Tensor) -> None:
        """See `Streaming.write`."""
        self.pixels[:, column, channel] = encoded

    def select(self, index: Tensor) -> None:
        """See `Streaming.select`."""
        self.picture.copy_(self.picture[index])
        if self.condition is not None:
            self.condition = self.condition[index]
        for stream in self.layers:
            stream.select(index)


class OutLink:
    """The 1x1 convolution behind a horizontal gate, with its residual connection, written to where it is read next.

    Args:
        source: the layer.
        target: (B, offset + W, F) the taps of the next layer; column j of the picture is ``target[:, offset + j]``.
        runs: the features of each colour.
    """

    def __init__(self, source: GatedLayerStream, target: Tensor, offset: int, runs: list[slice]) -> None:
        out, width = source.layer.out, source.width
        self.source, self.weight, self.gated = source, out.masked_weight()[:, :, 0, 0], source.gated
        self.target, self.runs = target[:, offset:], runs
        with_bias = torch.cat([self.weight, out.bias[:, None]], dim=1).T
        self.with_bias = [with_bias[:, run].contiguous() for run in runs]
        # The first layer has no residual: it adds zeros.
        self.carried = target.new_zeros(1).expand(len(target), width, target.shape[2])
        if source.layer.residual:
            taps = source.taps.view(len(target), -1, source.layer.horizontal.in_channels)
            self.carried = taps[:, source.layer.kernel // 2 :]

    def step(self, column: int, colour: int) -> tuple[Tensor, ...]:
        """What one colour of one pixel takes: residual, gates, weight → target."""
        run = self.runs[colour]
        return (
            self.carried[:, column, run],
            self.gated,
            self.with_bias[colour],
            self.target[:, column, run],
        )

    def segment(self, first: int, last: int) -> None:
        """Known pixels, all at once."""
        out = self.source.segment(first, last) @ self.weight.T + self.source.layer.out.bias
        self.target[:, first:last] = out + self.carried[:, first:last]
