"""Checkpoints: what is written is what is read, and nothing between the two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from pixellab import atomic
from pixellab.errors import PixelLabError
from pixellab.training import checkpoints
from pixellab.training.checkpoints import Position
from pixellab.training.loop import CHECKPOINT, Run


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    tensors = {"a": torch.randn(2, 3), "b": torch.tensor(3, dtype=torch.int64), "c": torch.randn(2, 2, 3, 3)}
    tensors["c"] = tensors["c"].to(memory_format=torch.channels_last)
    checkpoints.save(path, tensors, Position(step=7))
    loaded, position = checkpoints.load(path)
    assert position == Position(7, 0.0, float("inf"))
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)


def test_a_cut_while_writing_leaves_the_old_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint.safetensors"
    checkpoints.save(path, {"a": torch.zeros(3)}, Position(step=1))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(atomic.os, "fsync", cut)
    with pytest.raises(KeyboardInterrupt):
        checkpoints.save(path, {"a": torch.ones(3)}, Position(step=2))
    assert checkpoints.load(path)[1] == Position(step=1)


def damage(path: Path, kind: str) -> None:
    """Make a checkpoint unreadable in one of the ways that happen."""
    whole = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "foreign":
        path.write_bytes(b"PK\x03\x04 not safetensors at all")
    elif kind == "without a position":
        save_file(load_file(path), path)
    elif kind == "with another position":
        save_file(load_file(path), path, {"position": '{"epoch": 3}'})
    elif kind == "without weights":
        checkpoints.save(path, {}, Position(step=3))


@pytest.mark.parametrize(
    "kind",
    ["truncated", "empty", "foreign", "without a position", "with another position", "without weights"],
)
def test_a_damaged_checkpoint_is_one_sentence(run: Callable[..., Run], kind: str) -> None:
    made = run(steps=1)
    made.train()
    damage(made.folder / CHECKPOINT, kind)
    with pytest.raises(PixelLabError, match=r"checkpoint\.safetensors .* move (it|the file) away") as caught:
        run(steps=2)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_the_checkpoint_of_another_network_is_one_sentence(run: Callable[..., Run], settings) -> None:
    run(steps=1).train()
    with pytest.raises(PixelLabError, match="another configuration"):
        run(steps=1, model=replace(settings.model, layers=3))


def test_the_optimizer_goes_on_where_it_was_for_any_memory_format(tmp_path: Path) -> None:
    """A fused step walks through weights and moments in memory order: both must keep the same one."""
    torch.manual_seed(0)
    gradients = torch.randn(4, 4, 3, 3, 3)
    whole, parts = (nn.Conv2d(3, 4, 3).to(memory_format=torch.channels_last) for _ in range(2))
    parts.load_state_dict(whole.state_dict())

    def step(layer: nn.Conv2d, optimizer: torch.optim.Optimizer, index: int) -> None:
        layer.weight.grad = gradients[index].contiguous(memory_format=torch.channels_last)
        optimizer.step()

    one = torch.optim.AdamW(whole.parameters(), fused=True)
    two = torch.optim.AdamW(parts.parameters(), fused=True)
    for index in range(2):
        step(whole, one, index)
        step(parts, two, index)
    path = tmp_path / "checkpoint.safetensors"
    checkpoints.save(path, checkpoints.optimizer_tensors(two), Position())
    two = torch.optim.AdamW(parts.parameters(), fused=True)
    checkpoints.restore_optimizer(two, checkpoints.load(path)[0])
    for index in range(2, 4):
        step(whole, one, index)
        step(parts, two, index)
    assert torch.equal(whole.weight, parts.weight)
