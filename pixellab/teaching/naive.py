"""Models that are drawn by one full pass of the network for every value, as the papers say it: slow, and plain to see.

A model that is wrong cannot be streamed: from what would it look at pixels that are not drawn yet? One pass for every
value is what somebody who wrote it would run, and its pictures show what the mistake does.
"""

from __future__ import annotations

from typing import NoReturn

import torch
from torch import Tensor

from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.sampling.draw import pick


class Unstreamed:
    """A base class for models without `AutoregressiveModel.start`."""

    def start(self, inputs: Tensor, condition: Tensor | None = None) -> NoReturn:
        """Refuse.

        Raises:
            ValueError: always; says what to call instead.
        """
        raise ValueError(f"{type(self).__name__} is for lessons and has no stream: use pixellab.teaching.naive.draw.")


@torch.no_grad()
def draw(model: AutoregressiveModel, n: int, seed: int = 0) -> Tensor:
    """Pictures from nothing, one pass of the whole network for each value, in raster order, colour by colour.

    What is not drawn yet is 0. The model stays in the mode, training or evaluation, in which it is given.

    Returns:
        (n, C, H, W) integers in 0 … K-1.
    """
    shape = model.configuration.shape
    uniforms = torch.rand((*shape, n), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    pictures = torch.zeros((n, *shape), dtype=torch.long)
    for row in range(shape[1]):
        for column in range(shape[2]):
            for channel in range(shape[0]):
                logits = model(pictures)[:, :, channel, row, column]
                probabilities = torch.softmax(logits, dim=1)
                pictures[:, channel, row, column] = pick(probabilities, uniforms[channel, row, column])
    return pictures
