"""From features to logits: two times ReLU and a 1x1 convolution of mask B (PixelRNN paper, Table 1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pixellab.configurations import Configuration
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_groups, colour_slices
from pixellab.models.autoregressive import arrange_logits


class Head(nn.Module):
    """ReLU, 1x1 mask B, ReLU, 1x1 mask B: (B, head_features, H, W) → logits (B, K, C, H, W)."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__()
        c = configuration
        self.channels = c.channels
        groups = colour_groups(c.head_features, c.channels)
        self.hidden = MaskedConv2d("B", groups, groups)
        self.softmax = MaskedConv2d("B", groups, colour_groups(c.levels * c.channels, c.channels))
        with torch.no_grad():  # Begin near the uniform distribution.
            self.softmax.weight.mul_(0.1)
            self.softmax.bias.zero_()

    def forward(self, features: Tensor) -> Tensor:
        """(B, head_features, H, W) → (B, K, C, H, W)."""
        hidden = self.hidden(torch.relu(features))
        return arrange_logits(self.softmax(torch.relu(hidden)), self.channels)


class HeadStream:
    """The head of one pixel, colour by colour.

    Args:
        head: the module.
        into: (n, head_features) the product that makes the head's input from ``source``.
        source: (B, n) the features of the current pixel, a buffer that the layers fill.
    """

    def __init__(self, head: Head, into: Tensor, source: Tensor) -> None:
        self.source = source
        width = into.shape[1]
        runs = colour_slices(width, head.channels)
        hidden = head.hidden.masked_weight()[:, :, 0, 0].T
        softmax = head.softmax.masked_weight()[:, :, 0, 0].T
        levels = softmax.shape[1] // head.channels
        self.first, self.second = source.new_zeros(len(source), width), source.new_zeros(len(source), width)
        self.steps = []
        for channel, run in enumerate(runs):
            out = slice(channel * levels, (channel + 1) * levels)
            self.steps.append(
                (
                    into[:, run].contiguous(),
                    self.first[:, run],
                    head.hidden.bias[run],
                    hidden[:, run].contiguous(),
                    self.second[:, run],
                    head.softmax.bias[out],
                    softmax[:, out].contiguous(),
                )
            )

    def logits(self, channel: int) -> Tensor:
        """(B, K) logits of one colour, from what ``source`` holds now."""
        into, first, hidden_bias, hidden, second, bias, softmax = self.steps[channel]
        torch.mm(self.source, into, out=first)
        first.relu_()
        torch.addmm(hidden_bias, self.first, hidden, out=second)
        second.relu_()
        return torch.addmm(bias, self.second, softmax)
