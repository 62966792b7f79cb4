"""A run that was cut goes on as if it had not been: bit for bit."""

from __future__ import annotations

import csv
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pixellab.configurations import architectures, configuration
from pixellab.training.loop import CHECKPOINT, LOG, Run


def stop_after(made: Run, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Train as if Ctrl-C were pressed during update number ``step``."""
    update = Run._update

    def interrupted(self: Run, *arguments: object) -> torch.Tensor:
        if self.position.step == step - 1:
            signal.raise_signal(signal.SIGINT)
        return update(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "_update", interrupted)
        made.train()
    assert made.position.step == step


def rows(folder: Path) -> list[dict[str, str]]:
    """The log without the time that passed."""
    with (folder / LOG).open(encoding="utf-8") as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def assert_same_outcome(one: Path, other: Path) -> None:
    first, second = load_file(one / CHECKPOINT), load_file(other / CHECKPOINT)
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []
    assert rows(one) == rows(other)
    assert (one / "model.safetensors").read_bytes() == (other / "model.safetensors").read_bytes()


@pytest.mark.parametrize("step", [1, 3, 4])
def test_resuming_is_bit_for_bit(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """With dropout and mirrored pictures, in the middle between two looks at the validation split as well."""
    whole = run("whole")
    whole.train()
    stop_after(run("parts"), step, monkeypatch)
    torch.manual_seed(12345)  # What the process did in between does not matter.
    run("parts").train()
    assert_same_outcome(whole.folder, run("parts").folder)


@pytest.mark.parametrize("architecture", architectures())
def test_every_architecture_resumes(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, architecture: str
) -> None:
    model = configuration(architecture, height=4, width=6, features=8, layers=2, head_features=8, dropout=0.2)
    run("whole", steps=4, model=model).train()
    stop_after(run("parts", steps=4, model=model), 2, monkeypatch)
    run("parts", steps=4, model=model).train()
    assert_same_outcome(run("whole", model=model).folder, run("parts", model=model).folder)
