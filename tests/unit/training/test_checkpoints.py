"""Checkpoints: what is written is what is read, and nothing between the two."""

from __future__ import annotations

import torch
from torch import nn

from pixellab.training import checkpoints


def test_the_optimizer_goes_on_where_it_was_for_any_memory_format(tmp_path) -> None:
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
    checkpoints.save(path, checkpoints.optimizer_tensors(two), {})
    two = torch.optim.AdamW(parts.parameters(), fused=True)
    checkpoints.restore_optimizer(two, checkpoints.load(path)[0])
    for index in range(2, 4):
        step(whole, one, index)
        step(parts, two, index)
    assert torch.equal(whole.weight, parts.weight)
