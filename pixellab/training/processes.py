"""One process or several: what `torchrun` sets, and the few things that ranks do together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from pixellab import devices


@dataclass(frozen=True)
class Processes:
    """This process among all: rank 0 writes files and talks."""

    rank: int
    world: int
    device: torch.device

    @property
    def first(self) -> bool:
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """This rank's part of a batch."""
        return batch[self.rank :: self.world]

    def total(self, value: Tensor) -> Tensor:
        """The sum over all ranks, in place."""
        if self.world > 1:
            dist.all_reduce(value)
        return value

    def mean(self, value: float) -> float:
        """The mean over all ranks, the same number on all."""
        return float(self.total(torch.tensor(value, dtype=torch.float64))) / self.world

    def any(self, flag: bool) -> bool:
        """Whether one rank at least says so: the same answer on all, so that all stop at the same update."""
        return bool(self.total(torch.tensor(int(flag))))

    def wait(self) -> None:
        """Go on when all ranks have come here."""
        self.any(False)


@contextmanager
def processes(device: str = "auto") -> Iterator[Processes]:
    """Join the other processes that `torchrun` started, if any, and leave them at the end.

    Args:
        device: see `pixellab.devices`; each local rank takes a GPU of its own.

    Raises:
        PixelLabError: when there is no such device.
    """
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    place = devices.device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if place.type == "cuda":
        torch.cuda.set_device(place)
    if world > 1:
        dist.init_process_group("cpu:gloo,cuda:nccl" if place.type == "cuda" else "gloo")
    try:
        yield Processes(rank, world, place)
    finally:
        if world > 1:
            dist.destroy_process_group()
