"""Which precision a run computes in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from pixellab.training import precision as module
from pixellab.training.loop import Run
from pixellab.training.precision import precision

CPU = torch.device("cpu")


@pytest.mark.parametrize(("fast", "slow"), [("float32", "bfloat16"), ("bfloat16", "float32")])
def test_auto_takes_what_this_processor_multiplies_faster(monkeypatch, fast: str, slow: str) -> None:
    monkeypatch.setattr(module, "_seconds", lambda dtype: {f"torch.{fast}": 1.0, f"torch.{slow}": 2.0}[str(dtype)])
    assert str(precision("auto", CPU)) == f"torch.{fast}"
    assert str(precision(slow, CPU)) == f"torch.{slow}"


def test_a_gpu_is_not_asked() -> None:
    assert precision("auto", torch.device("cuda")) is torch.bfloat16


def test_what_is_asked_takes_no_time_to_speak_of() -> None:
    assert 0 < module._seconds(torch.float32) < 0.5


def test_a_run_computes_in_it(monkeypatch, run: Callable[..., Run]) -> None:
    for chosen in (torch.float32, torch.bfloat16):
        monkeypatch.setattr("pixellab.training.loop.precision", lambda wanted, device, chosen=chosen: chosen)
        made = run(str(chosen), steps=1)
        seen = []
        layer = made.model.layers[0]
        layer.register_forward_hook(lambda module, given, result, seen=seen: seen.append(result[0].dtype))
        made.train()
        assert seen == [chosen]
