"""The models of both papers, one a file."""

from __future__ import annotations

from pixellab.configurations import Configuration, configuration
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.diagonal_bilstm import DiagonalBiLSTM
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.multi_scale import MultiScale
from pixellab.models.pixelcnn import PixelCNN
from pixellab.models.row_lstm import RowLSTM

MODELS: dict[str, type[AutoregressiveModel]] = {
    "pixelcnn": PixelCNN,
    "row_lstm": RowLSTM,
    "diagonal_bilstm": DiagonalBiLSTM,
    "gated_pixelcnn": GatedPixelCNN,
    "multi_scale": MultiScale,
}


def build(architecture: str | Configuration, preset: str = "small", **overrides: object) -> AutoregressiveModel:
    """A model with fresh weights, in evaluation mode.

    Args:
        architecture: a name of `pixellab.architectures`, or a whole configuration.
        preset: "small" (a laptop) or "paper" (Table 1 of the paper).
        overrides: single values of the configuration, such as ``channels=3, levels=256``.

    Raises:
        ValueError: for a name or value that does not exist or fit; the message says which do.

        >>> build("pixelcnn", features=8, layers=1, height=5, width=9).configuration.width
        9
    """
    given = (
        architecture if isinstance(architecture, Configuration) else configuration(architecture, preset, **overrides)
    )
    return MODELS[given.architecture](given).eval()
