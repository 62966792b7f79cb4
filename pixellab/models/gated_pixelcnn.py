"""Gated PixelCNN and conditional Gated PixelCNN (Gated paper, sections 2.1 to 2.3).

NOTE: the paper's Figure 1 draws vertical kernels that leave out the current row in every layer, which keeps part of
the wedge hidden. Here the picture is shifted down one row once and all vertical kernels read whole rows up to their
own: nothing of the past is hidden, and nothing of the future is seen.
NOTE: the sum of the skip connections of all layers, rather than the last layer's features, feeds the two 1x1 layers
before the softmax.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pixellab.configurations import GatedPixelCNNConfiguration
from pixellab.layers.gated import GatedLayer
from pixellab.layers.gated_stream import GatedLayerStream
from pixellab.masks import colour_slices
from pixellab.models.autoregressive import AutoregressiveModel, Streaming
from pixellab.models.head import Head, HeadStream


class GatedPixelCNN(AutoregressiveModel):
    """Gated PixelCNN: two stacks, no blind spot; with ``condition_size`` > 0 every gate also reads h (equation 4)."""

    def __init__(self, configuration: GatedPixelCNNConfiguration) -> None:
        super().__init__(configuration)
        c = configuration
        common = dict(skip_features=c.head_features, channels=c.channels, condition_size=c.condition_size)
        first = GatedLayer("A", c.channels, c.features, kernel=c.first_kernel, **common)
        later = [
            GatedLayer("B", c.features, c.features, kernel=c.kernel, dropout=c.dropout, **common)
            for _ in range(c.layers - 1)
        ]
        self.layers = nn.ModuleList([first, *later])
        self.head = Head(c)

    def network(self, inputs: Tensor, condition: Tensor | None = None) -> Tensor:
        """See `AutoregressiveModel.network`; ``condition`` is (B,) class indices or (B, condition_size) floats."""
        h = self.embed(condition, inputs)
        vertical, horizontal, skips = shift_down(inputs), inputs, 0
        for layer in self.layers:
            vertical, horizontal, skip = layer(vertical, horizontal, h)
            skips = skips + skip
        return self.head(skips)

    def embed(self, condition: Tensor | None, inputs: Tensor) -> Tensor | None:
        """h as floats (B, condition_size): classes become one-hot.

        Raises:
            ValueError: when a condition is missing, given in vain, or does not fit.
        """
        size = self.configuration.condition_size
        if not size:
            if condition is not None:
                raise ValueError("This model is unconditional: leave condition out.")
            return None
        if condition is None:
            raise ValueError(f"This model needs a condition: class indices (B,) in 0 … {size - 1}, or floats (B, {size}).")
        if condition.dim() == 1 and not condition.is_floating_point():
            if condition.numel() and not 0 <= int(condition.min()) <= int(condition.max()) < size:
                raise ValueError(f"Classes lie in 0 … {size - 1}.")
            condition = F.one_hot(condition.long(), size)
        if condition.shape != (len(inputs), size):
            raise ValueError(f"The condition must be ({len(inputs)}, {size}) floats; it is {tuple(condition.shape)}.")
        return condition.to(inputs)

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> GatedPixelCNNStream:
        """See `AutoregressiveModel.start`."""
        return GatedPixelCNNStream(self, inputs, condition)


class GatedPixelCNNStream(Streaming):
    """Gated PixelCNN from cached state: the vertical stack once a row, the horizontal one once a colour."""

    def __init__(self, model: GatedPixelCNN, inputs: Tensor, condition: Tensor | None) -> None:
        batch, channels, _, width = inputs.shape
        self.model, self.h = model, model.embed(condition, inputs)
        self.picture = inputs.permute(0, 2, 3, 1).contiguous()
        features = model.configuration.features
        gated = inputs.new_zeros(batch, len(model.layers), features + 1)
        gated[:, :, -1] = 1
        self.gated = gated
        self.layers = []
        for index, layer in enumerate(model.layers):
            taps = inputs.new_zeros(batch, (width + layer.kernel // 2) * layer.horizontal.in_channels)
            self.layers.append(GatedLayerStream(layer, taps, gated[:, index], width, self.h))
        self._connect(width, channels)
        self.head = HeadStream(model.head, self._skip_weights(), gated.view(batch, -1))
        self.row = -1

    def _connect(self, width: int, channels: int) -> None:
        """The 1x1 from each layer's gate to the next layer's taps, and every view it writes to or adds."""
        self.links = []
        for source, target in zip(self.layers, self.layers[1:], strict=False):
            out, reach, features = source.layer.out, target.layer.kernel // 2, source.layer.features
            weight = torch.cat([out.masked_weight()[:, :, 0, 0], out.bias[:, None]], dim=1)  # (F, F + 1)
            rows = target.taps.view(len(target.taps), -1, features)
            old = source.taps.view(len(source.taps), -1, source.layer.horizontal.in_channels)
            link = []
            for span in colour_slices(features, channels):
                new = [rows[:, reach + j, span] for j in range(width)]
                residual = source.layer.kernel // 2
                carried = [old[:, residual + j, span] for j in range(width)] if source.layer.residual else None
                link.append((weight[span].T.contiguous(), new, carried))
            self.links.append((source.gated, link, weight))

    def _skip_weights(self) -> Tensor:
        """(layers · (F + 1), head): all skip connections as one product, their biases included."""
        skips = [layer.skip for layer in self.model.layers]
        return torch.cat([torch.cat([s.masked_weight()[:, :, 0, 0], s.bias[:, None]], dim=1) for s in skips], dim=1).T

    def prefill(self, rows: int) -> None:
        """See `Streaming.prefill`. Only the vertical stack outlives a row: the horizontal one need not run."""
        vertical = shift_down(self.picture[:, :rows].permute(0, 3, 1, 2))
        for stream in self.layers:
            stream.remember(vertical)
            if rows:
                above = stream.layer.rows(vertical)
                if stream.above_condition is not None:
                    above = above + stream.above_condition[:, 0, :, None, None]
                signal, door = above.chunk(2, dim=1)
                vertical = torch.tanh(signal) * torch.sigmoid(door)
        self.row = rows - 1

    def enter_row(self, row: int) -> None:
        """See `Streaming.enter_row`: the vertical stack reads the row above."""
        vertical = self.picture[:, row - 1] if row else torch.zeros_like(self.picture[:, 0])
        for stream in self.layers:
            vertical = stream.advance(vertical)
        first = self.layers[0]
        reach = first.layer.kernel // 2
        self.pixels = first.taps.view(len(first.taps), -1, self.picture.shape[3])[:, reach:]
        self.pixels.copy_(self.picture[:, row])
        self.row = row

    def known(self, first: int, last: int) -> None:
        """See `Streaming.known`. Nothing that follows reads the end of a row, so it costs nothing."""
        if last == self.picture.shape[2] or first == last:
            return
        for stream, target, (_, _, weight) in zip(self.layers, self.layers[1:], self.links, strict=False):
            gated, features = stream.segment(first, last), stream.layer.features
            out = gated @ weight[:, :-1].T + weight[:, -1]
            if stream.layer.residual:
                reach = stream.layer.kernel // 2
                out = out + stream.taps.view(len(out), -1, features)[:, reach + first : reach + last]
            reach = target.layer.kernel // 2
            target.taps.view(len(out), -1, features)[:, reach + first : reach + last] = out

    def logits(self, column: int, channel: int) -> Tensor:
        """See `Streaming.logits`: one product and one gate a layer."""
        last = len(self.links)
        for index, stream in enumerate(self.layers):
            stream.step(column, channel)
            if index < last:
                gated, link, _ = self.links[index]
                weight, new, carried = link[channel]
                if carried is None:
                    torch.mm(gated, weight, out=new[column])
                else:
                    torch.addmm(carried[column], gated, weight, out=new[column])
        return self.head.logits(channel)

    def write(self, column: int, channel: int, encoded: Tensor) -> None:
        """See `Streaming.write`."""
        self.picture[:, self.row, column, channel] = encoded
        self.pixels[:, column, channel] = encoded

    def select(self, index: Tensor) -> None:
        """See `Streaming.select`."""
        self.picture.copy_(self.picture[index])
        for stream in self.layers:
            stream.select(index)


def shift_down(x: Tensor) -> Tensor:
    """(B, C, H, W) moved down one row, zeros on top: row i holds what row i-1 held."""
    return F.pad(x, (0, 0, 1, 0))[:, :, :-1]
