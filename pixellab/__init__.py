"""pixellab: the models of the PixelRNN and PixelCNN papers, trained, sampled pixel by pixel, and shown.

    >>> import pixellab
    >>> pixellab.architectures()
    ('pixelcnn', 'row_lstm', 'diagonal_bilstm', 'gated_pixelcnn', 'multi_scale')
    >>> model = pixellab.build("gated_pixelcnn", height=8, width=8, features=8, layers=2)
    >>> pixellab.sample(model, 3, seed=1).shape
    torch.Size([3, 1, 8, 8])

Importing the package imports no torch; what needs it is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

_PUBLIC = {
    "architectures": "pixellab.configurations",
    "configuration": "pixellab.configurations",
    "build": "pixellab.models",
    "nll": "pixellab.likelihood",
    "bits_per_dim": "pixellab.likelihood",
    "sample": "pixellab.sampling",
    "complete": "pixellab.sampling",
    "stream": "pixellab.sampling",
    "enlarge": "pixellab.sampling",
    "pretrained": "pixellab.zoo",
    "load": "pixellab.zoo",
}

_MODULES = ("causality", "fields", "masks")

__all__ = [*_PUBLIC, *_MODULES]


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    if name in _MODULES:
        return import_module(f"pixellab.{name}")
    raise AttributeError(f"module 'pixellab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
