"""What can go wrong with a mask, a shift or a connection: in words, in one line of code, and as a receptive field.

No torch: pages show all this without a model. The models themselves are in `pixellab.teaching.broken`.

    >>> mistake = MISTAKES["mask-a-everywhere"]
    >>> print(mistake.mistake)
    Mask A in every layer: each one steps over the nearest pixels again.
    >>> from pixellab import fields
    >>> fields.split(mistake.network(TeachingConfiguration(first_kernel=3, kernel=3)), 14, 14).sentence
    'Pixel row 14, column 14: AAAA sees 25 of 406 earlier pixels (6 %), no future pixel.'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from pixellab.configurations import Configuration, GatedPixelCNNConfiguration, PixelRNNConfiguration
from pixellab.fields import Network
from pixellab.teaching import geometry

Kind = Literal["right", "leaks", "hides"]


@dataclass(frozen=True, kw_only=True)
class TeachingConfiguration(PixelRNNConfiguration, GatedPixelCNNConfiguration):
    """The sizes of a model for a lesson, right or wrong, whatever it is a copy of.

    It has no architecture: `pixellab.build` does not take it, no checkpoint is written with it, and `pixellab.fields`
    wants the `Variant.network` instead of guessing which of the models is meant.

    ``layers`` counts the first one in a stack and a gated model, and the LSTM layers alone in a Diagonal BiLSTM.
    """

    architecture: ClassVar[str] = ""
    presets: ClassVar[dict[str, dict[str, object]]] = {}

    features: int = 16
    layers: int = 4
    first_kernel: int = 5
    kernel: int = 5
    head_features: int = 32


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A model for a lesson.

    Attributes:
        name: for addresses and files, "mask-b-first".
        title: for people.
        right: the name of the right model, of which this one is a copy with one line changed; its own if it is right.
        kind: whether it "leaks" (sees what it must not: no likelihood), or "hides" (what it should see: a likelihood,
            only a poor one).
        network: its geometry from its sizes.
        mistake: a sentence; so is ``symptom``: what training and drawing show.
        wrong, instead: the line of `pixellab.teaching.broken` that is wrong, and that of the right model;
            "" where the right model has none.
    """

    name: str
    title: str
    right: str
    kind: Kind
    network: Callable[[Configuration], Network]
    mistake: str = ""
    symptom: str = ""
    wrong: str = ""
    instead: str = ""


RIGHT: dict[str, Variant] = {
    v.name: v
    for v in (
        Variant(
            name="stack",
            title="ABBB: mask A first, then mask B",
            right="stack",
            kind="right",
            network=geometry.stack,
        ),
        Variant(
            name="stack-rgb",
            title="ABBB in three colours",
            right="stack-rgb",
            kind="right",
            network=geometry.stack,
        ),
        Variant(
            name="gated",
            title="Gated: two stacks, the vertical one a row late",
            right="gated",
            kind="right",
            network=geometry.gated,
        ),
        Variant(
            name="diagonal",
            title="Diagonal BiLSTM: the right-to-left map a row late",
            right="diagonal",
            kind="right",
            network=geometry.diagonal,
        ),
    )
}

MISTAKES: dict[str, Variant] = {
    v.name: v
    for v in (
        Variant(
            name="mask-b-first",
            title="BBBB: mask B in the first layer too",
            right="stack",
            kind="leaks",
            network=geometry.mask_b_first,
            mistake="Mask B in the first layer: there the centre of the kernel is the very pixel to be predicted.",
            symptom="The loss falls to nothing, as each pixel only has to be copied; drawn, the pictures stay empty.",
            wrong='first_mask = "B"',
            instead='first_mask: MaskType = "A"',
        ),
        Variant(
            name="mask-a-everywhere",
            title="AAAA: mask A in every layer",
            right="stack",
            kind="hides",
            network=geometry.mask_a_everywhere,
            mistake="Mask A in every layer: each one steps over the nearest pixels again.",
            symptom="Nothing leaks, but the pixel to the left is never seen: the loss stays high, strokes fall apart.",
            wrong='later_mask = "A"',
            instead='later_mask: MaskType = "B"',
        ),
        Variant(
            name="no-colour-groups",
            title="No colour groups",
            right="stack-rgb",
            kind="hides",
            network=geometry.no_colour_groups,
            mistake="One group for the features of all colours: mask A then hides the whole own pixel.",
            symptom="Nothing leaks, but R, G and B of a pixel do not know of one another: specks of wrong colours.",
            wrong="return np.zeros(features, int)",
            instead="return colour_groups(features, self.configuration.channels)",
        ),
        Variant(
            name="around-first",
            title="A connection around the first layer",
            right="stack",
            kind="leaks",
            network=geometry.around_first,
            mistake="A connection leads around the first layer, and so around the only mask A.",
            symptom="As with mask B first: the loss falls to nothing, and the pictures stay empty.",
            wrong="x = self.first(inputs) + self.around(inputs)",
            instead="x = self.first(inputs)",
        ),
        Variant(
            name="unmasked-layer",
            title="One layer without a mask",
            right="stack",
            kind="leaks",
            network=geometry.unmasked_layer,
            mistake="One later layer is an ordinary convolution: it reads features to the right and below.",
            symptom="Those features have read the pixel: the loss falls to nothing; drawn, the pictures stay empty.",
            wrong="self.later[0] = nn.Conv2d(c.features, c.features, c.kernel, padding=c.kernel // 2)",
            instead="MaskedConv2d(self.later_mask, features, features, side)",
        ),
        Variant(
            name="batch-norm",
            title="Batch normalisation, in training mode",
            right="stack",
            kind="leaks",
            network=geometry.normalised,
            mistake="Batch normalisation in training mode: mean and variance are taken over all pixels of the batch.",
            symptom="The leak is thin, and the loss looks right; drawn in training mode, the statistics of pictures "
            "that are empty so far throw the model off.",
            wrong="x = self.norm(self.first(inputs))",
            instead="x = self.first(inputs)",
        ),
        Variant(
            name="picture-norm",
            title="Each picture normalised by itself",
            right="stack",
            kind="leaks",
            network=geometry.normalised,
            mistake="Normalisation over the pixels of a picture: its mean tells how much ink is still to come.",
            symptom="The loss is a little too good, in evaluation mode too; drawn, the mean of few strokes ends them.",
            wrong="x = self.norm(self.first(inputs))",
            instead="x = self.first(inputs)",
        ),
        Variant(
            name="gated-as-drawn",
            title="Gated, with the kernels of the figure",
            right="gated",
            kind="hides",
            network=geometry.gated_as_drawn,
            mistake="No vertical layer reads its own row, as in the Gated paper's Figure 1: to the side it "
            "reaches no further than a plain stack.",
            symptom="Nothing leaks, but the blind spot is back, and the loss is no better than a plain stack's.",
            wrong='self.layers[depth] = RowsAboveLayer("B", c.features, c.features, c.kernel, c.channels)',
            instead='GatedLayer("B", c.features, c.features, kernel=c.kernel, dropout=c.dropout, **common)',
        ),
        Variant(
            name="gated-not-shifted",
            title="Gated, the vertical stack not moved down",
            right="gated",
            kind="leaks",
            network=geometry.gated_not_shifted,
            mistake="The vertical map has read its row to both sides, and it serves that same row.",
            symptom="The pixel and its right neighbours are seen: the loss falls to nothing, the pictures stay empty.",
            wrong="vertical, horizontal, skips = inputs, inputs, []",
            instead="vertical, horizontal, skips = shift_down(inputs), inputs, []",
        ),
        Variant(
            name="gated-fed-back",
            title="Gated, the horizontal stack fed back",
            right="gated",
            kind="leaks",
            network=geometry.gated_fed_back,
            mistake="The vertical stack reads the horizontal one, whose right neighbours have read the pixel.",
            symptom="Those neighbours know the answer: the loss falls to nothing; drawn, the pictures stay empty.",
            wrong="vertical = vertical + horizontal",
        ),
        Variant(
            name="diagonal-not-shifted",
            title="Diagonal BiLSTM, the right-to-left map not moved down",
            right="diagonal",
            kind="leaks",
            network=geometry.diagonal_not_shifted,
            mistake="The state from right to left has read the rest of its row, and it is used in that same row.",
            symptom="The rest of the row has read the pixel: the loss falls to nothing, the pictures stay empty.",
            wrong="return left + right",
            instead="return left + shift_down(right)",
        ),
    )
}

VARIANTS: dict[str, Variant] = RIGHT | MISTAKES
"""The right ones first."""
