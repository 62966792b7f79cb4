"""The training loop as configured against a plain one in float32, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pixellab.data import Images
from pixellab.training.settings import Settings

WARM_UP = 2
"""Updates that are not timed."""


@dataclass(frozen=True)
class Training:
    """One way to train.

    Attributes:
        way: what it is.
        images_per_second: learnt from, forward and backward and update.
        peak: bytes of memory at most: of the GPU, or of the whole process on the CPU; None where it is not known.
    """

    way: str
    images_per_second: float
    peak: int | None


def measure(settings: Settings, *, device: str = "cpu", threads: int | None = None, updates: int = 5) -> list[Training]:
    """Time both ways on random pictures, in fresh processes, so that each has a peak of memory of its own."""
    found = []
    for way in (configured, plain):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            found.append(pool.submit(_alone, way, settings, device, threads, updates).result())
    return found


def configured(settings: Settings, device: str, updates: int) -> Training:
    """`pixellab.training.loop.Run`: the configuration's precision, channels last, a fused optimizer, an average."""
    import torch

    from pixellab import devices
    from pixellab.training.loop import Run
    from pixellab.training.processes import Processes

    class Timed(Run):
        """A run that looks at the clock after the warm-up, and neither validates nor saves."""

        def _update(self, network: torch.nn.Module) -> None:
            if self.position.step == WARM_UP:
                self.began = _now(self.here.device)
            super()._update(network)

        def _look(self, bar: object) -> None:
            self.ended = _now(self.here.device)

        def save(self) -> None:
            pass

    total = WARM_UP + updates
    settings = replace(settings, steps=total, validate_every=total)
    images = _random(settings)
    with tempfile.TemporaryDirectory() as folder:
        run = Timed(settings, Path(folder), images, images, Processes(0, 1, devices.device(device)))
        run.train()
    seconds = run.ended - run.began
    precision = str(run.precision).removeprefix("torch.")
    way = f"as configured ({precision}, channels last, fused AdamW, average of the weights)"
    return Training(way, updates * settings.batch_size / seconds, _peak(run.here.device))


def plain(settings: Settings, device: str, updates: int) -> Training:
    """What one writes first: float32, Adam, cross entropy."""
    import torch
    import torch.nn.functional as F

    from pixellab import devices
    from pixellab.models import build

    place = devices.device(device)
    model = build(settings.model).to(place).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    images = _random(settings)
    pictures = torch.from_numpy(images.x).to(place)
    classes = torch.from_numpy(images.labels).long().to(place) if settings.labels else None
    for step in range(WARM_UP + updates):
        if step == WARM_UP:
            began = _now(place)
        optimizer.zero_grad()
        F.cross_entropy(model(pictures, classes), pictures.long()).backward()
        optimizer.step()
    return Training("plain loop (float32, Adam)", updates * settings.batch_size / (_now(place) - began), _peak(place))


def _alone(way: object, settings: Settings, device: str, threads: int | None, updates: int) -> Training:
    import torch

    if threads:
        torch.set_num_threads(threads)
    return way(settings, device, updates)


def _random(settings: Settings) -> Images:
    """One batch of random pictures."""
    model, size = settings.model, settings.batch_size
    generator = np.random.default_rng(0)
    x = generator.integers(0, model.levels, (size, *model.shape)).astype(np.uint8)
    classes = tuple(map(str, range(getattr(model, "condition_size", 0))))
    labels = generator.integers(0, len(classes), size).astype(np.uint8) if settings.labels else None
    return Images(x, labels, settings.data, "train", model.levels, classes=classes)


def _now(device: object) -> float:
    """Seconds, when the device has done what it was told."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def _peak(device: object) -> int | None:
    """Bytes of memory at most so far."""
    import torch

    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
