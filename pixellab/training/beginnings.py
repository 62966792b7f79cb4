"""Beginning from trained weights: of the same network, of a narrower one, or of one that knew no condition."""

from __future__ import annotations

from dataclasses import replace

import torch

from pixellab.errors import PixelLabError
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_slices
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.models.gated_pixelcnn import GatedPixelCNN
from pixellab.models.pixelcnn import PixelCNN


def begin_from(model: AutoregressiveModel, weights: AutoregressiveModel, name: str) -> None:
    """Give ``model`` the weights of a trained one.

    A conditional model may begin from an unconditional one of otherwise the same layers: what h adds to the gates
    (Gated paper, equation 4) begins at zero, so that under every condition the model is at first exactly the given one,
    and learns from there what difference h makes. The map s = m(h) of a spatial condition keeps its random weights:
    were they zero too, neither would ever get a gradient.

    A PixelCNN may begin from a narrower one of as many layers, and is at first exactly that one, too: the features that
    are added read all others, by random weights, and are read by none of the given ones yet (Chen, Goodfellow and
    Shlens, "Net2Net", 2016, section 3).

    Args:
        name: of the run, for the message.

    Raises:
        PixelLabError: when the weights belong to another network.
    """
    if _narrower(weights, model):
        _widen(model, weights)
        return
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


def _narrower(weights: AutoregressiveModel, model: AutoregressiveModel) -> bool:
    """Whether the weights are those of the same PixelCNN with fewer features."""
    if not (isinstance(model, PixelCNN) and isinstance(weights, PixelCNN)):
        return False
    given, own = weights.configuration, model.configuration
    sizes = {"features": own.features, "head_features": own.head_features}
    fewer = given.features <= own.features and given.head_features <= own.head_features
    return fewer and given != own and replace(given, **sizes, dropout=own.dropout) == own


@torch.no_grad()
def _widen(model: PixelCNN, weights: PixelCNN) -> None:
    for name, layer in model.named_modules():
        if isinstance(layer, MaskedConv2d):
            given = weights.get_submodule(name)
            to = _places(given.out_channels, layer.out_channels, model.configuration.channels)
            source = _places(given.in_channels, layer.in_channels, model.configuration.channels)
            layer.bias[to] = given.bias
            layer.weight[to] = 0
            layer.weight[to[:, None], source] = given.weight


def _places(features: int, wide: int, channels: int) -> torch.Tensor:
    """(features,) where the features of a narrow map lie in a wide one: of each colour, the first."""
    runs = zip(colour_slices(features, channels), colour_slices(wide, channels), strict=True)
    return torch.cat([torch.arange(new.start, new.start + old.stop - old.start) for old, new in runs])
