"""Receptive fields: what a pixel's logits see, by geometry from the masks alone, and by gradient from the
weights.

    >>> from pixellab import fields
    >>> from pixellab.configurations import configuration
    >>> fields.split(configuration("pixelcnn", layers=7), 14, 2).sentence
    'Pixel row 14, column 2: PixelCNN sees 104 of 394 earlier pixels (26 %), no future pixel.'
    >>> fields.path(configuration("pixelcnn", layers=7), source=(12, 7), target=(14, 2)).reason
    '2 rows up allow at most 4 columns to the right, however many layers; this pixel lies 5 to the right.'

Whatever is asked of a configuration can also be asked of a model or of a hand-made `Network`. Nothing but
`gradient` imports torch.
"""

from pixellab.fields.architectures import (
    MASKED_ALWAYS,
    MASKED_FIRST,
    ONE_ROW_LATE,
    VerticalStack,
    describe,
    diagonal_bilstm,
    gated_pixelcnn,
    multi_scale,
    pixelcnn,
    row_lstm,
)
from pixellab.fields.by_gradient import gradient
from pixellab.fields.geometry import Feature, Split, colours, layers, seen, share, split, table
from pixellab.fields.networks import Hop, Layer, Network, convolution, convolutions
from pixellab.fields.paths import Path, Step, path

__all__ = [
    "MASKED_ALWAYS",
    "MASKED_FIRST",
    "ONE_ROW_LATE",
    "Feature",
    "Hop",
    "Layer",
    "Network",
    "Path",
    "Split",
    "Step",
    "VerticalStack",
    "colours",
    "convolution",
    "convolutions",
    "describe",
    "diagonal_bilstm",
    "gated_pixelcnn",
    "gradient",
    "layers",
    "multi_scale",
    "path",
    "pixelcnn",
    "row_lstm",
    "seen",
    "share",
    "split",
    "table",
]
