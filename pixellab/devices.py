"""Which processor a model runs on, from the word a person says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda")


def device(name: str = "auto", index: int = 0) -> torch.device:
    """The device of that name.

    Args:
        name: "cpu", "cuda", or "auto" for the GPU if there is one.
        index: which GPU.

    Raises:
        ValueError: for another name.
        PixelLabError: when there is no such GPU.

        >>> device("cpu").type
        'cpu'
    """
    import torch

    if name not in DEVICES:
        raise ValueError(f"device is one of {', '.join(DEVICES)}, not {name!r}.")
    gpus = torch.cuda.device_count()
    if name == "cpu" or (name == "auto" and not gpus):
        return torch.device("cpu")
    if index >= gpus:
        raise PixelLabError(
            f"PyTorch finds {gpus or 'no'} GPU{'s' * (gpus > 1)} here, and GPU {index} is asked for: choose cpu."
        )
    return torch.device("cuda", index)
