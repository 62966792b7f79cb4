"""Which precision a run computes in: what this machine multiplies fastest."""

from __future__ import annotations

import time

import torch
import torch.nn.functional as F


def precision(wanted: str, device: torch.device) -> torch.dtype:
    """The precision of autocast: ``wanted``, or for "auto" the faster one.

    Processors differ by more than tenfold here: those with instructions for bfloat16 train about twice as fast with it
    as in float32, those without emulate it and take eight times as long.

    Args:
        wanted: one of `pixellab.training.settings.PRECISIONS`.
    """
    if wanted == "auto":
        if device.type == "cuda":
            return torch.bfloat16
        return min((torch.float32, torch.bfloat16), key=_seconds)
    return {"float32": torch.float32, "bfloat16": torch.bfloat16}[wanted]


@torch.inference_mode()
def _seconds(dtype: torch.dtype) -> float:
    """What a convolution takes on this processor, the best of five."""
    x = torch.zeros(2, 64, 28, 28, dtype=dtype).contiguous(memory_format=torch.channels_last)
    weight = torch.zeros(64, 64, 3, 3, dtype=dtype).contiguous(memory_format=torch.channels_last)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        F.conv2d(x, weight, padding=1)
        taken.append(time.perf_counter() - began)
    return min(taken)
