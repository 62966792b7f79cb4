"""What a learner builds on a page: the sizes and switches of networks that no package would offer. No torch.

`pixellab.teaching.learner_models.build` makes the network, so that a page can ask it for its gradients.
"""

from __future__ import annotations

from dataclasses import dataclass

from pixellab.fields import ONE_ROW_LATE, VerticalStack
from pixellab.teaching.mistakes import TeachingConfiguration


@dataclass(frozen=True, kw_only=True)
class OwnMasks(TeachingConfiguration):
    """Masked convolutions one after another, all with ``kernel``.

    Attributes:
        masks: a letter a layer: "A", "B", "N" for none, "M" for the learner's own.
        taps: of the own kernel, row by row, "1" where it is open.
    """

    masks: str = "ABBB"
    taps: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnWires(TeachingConfiguration):
    """Two gated stacks.

    Attributes:
        vertical: which rows the vertical stack reads, and how many rows lower it is read.
        down: whether each layer's vertical map feeds its horizontal one.
        back: whether the horizontal map of the layer below feeds the vertical one, between the same two places.
    """

    vertical: VerticalStack = ONE_ROW_LATE
    down: bool = True
    back: bool = False


@dataclass(frozen=True, kw_only=True)
class NotLate(TeachingConfiguration):
    """A Diagonal BiLSTM whose right-to-left map is added where it was made."""
