"""Beginning from trained weights: of the same network, or of one that knew no condition."""

from __future__ import annotations

import torch

from pixellab.errors import PixelLabError
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.gated_pixelcnn import GatedPixelCNN


def begin_from(model: AutoregressiveModel, weights: AutoregressiveModel, name: str) -> None:
    """Give ``model`` the weights of a trained one.

    A conditional model may begin from an unconditional one of otherwise the same layers: what h adds to the gates
    (Gated paper, equation 4) begins at zero, so that under every condition the model is at first exactly the given one,
    and learns from there what difference h makes. The map s = m(h) of a spatial condition keeps its random weights:
    were they zero too, neither would ever get a gradient.

    Args:
        name: of the run, for the message.

    Raises:
        PixelLabError: when the weights belong to another network.
    """
    given, own = weights.state_dict(), model.state_dict()
    added: set[str] = set()
    if isinstance(model, GatedPixelCNN) and not getattr(weights.configuration, "condition_size", 0):
        added = {key for key in own if key.startswith("spatial.") or key.endswith(".condition.weight")}
    if {key: tensor.shape for key, tensor in given.items()} != {k: own[k].shape for k in own if k not in added}:
        raise PixelLabError(f"The weights to begin from belong to another network than [model] of {name} describes.")
    model.load_state_dict(given, strict=False)
    with torch.no_grad():
        for key in added:
            if key.endswith(".condition.weight"):
                model.get_parameter(key).zero_()
