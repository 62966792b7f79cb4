"""Train the models of the leak lab, right ones and wrong ones alike, and record what becomes of them.

    python -m pixellab.teaching.record                         all of them: about half an hour of one core
    python -m pixellab.teaching.record --only stack mask-b-first
    python -m pixellab.teaching.record --steps 20 --folder try  a quick try, somewhere else

What is done is kept in the work folder, so that the same command goes on after a stop. Everything follows
from the seed: every model gets the same images in the same order.
"""

from __future__ import annotations

import argparse
import copy
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from pixellab import causality, data, fields
from pixellab.errors import PixelLabError
from pixellab.models import DiagonalBiLSTM, GatedPixelCNN
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.teaching import recordings
from pixellab.teaching.broken import BROKEN
from pixellab.teaching.mistakes import VARIANTS, TeachingConfiguration
from pixellab.teaching.naive import draw
from pixellab.teaching.recordings import LeakLab, Protocol, Recording
from pixellab.teaching.stack import Stack

MODELS: dict[str, type[AutoregressiveModel]] = {
    "stack": Stack,
    "stack-rgb": Stack,
    "gated": GatedPixelCNN,
    "diagonal": DiagonalBiLSTM,
    **BROKEN,
}
"""What is trained for each name in `VARIANTS`."""

SIZES = {
    "stack": TeachingConfiguration(features=24),
    "stack-rgb": TeachingConfiguration(features=24, channels=3),
    "gated": TeachingConfiguration(),
    "diagonal": TeachingConfiguration(layers=1),
}
"""By the right model: a model with a mistake has the sizes of the right one."""

PROTOCOL = Protocol()

LEFT_IN_TRAINING = ("batch-norm",)
"""Models whose mistake is the mode: they are measured, and draw, in training mode."""


def record(name: str, protocol: Protocol, train: np.ndarray, valid: np.ndarray) -> Recording:
    """Train one model, measure it and draw from it.

    Args:
        train, valid: (N, 1, H, W) uint8 of 0 and 1.
    """
    began = time.process_time()
    configuration = SIZES[VARIANTS[name].right]
    torch.manual_seed(protocol.seed)
    model = MODELS[name](configuration).train().to(memory_format=torch.channels_last)  # Faster on a CPU.
    train, valid = (coloured(x, configuration.channels, protocol.seed) for x in (train, valid))
    curve, looks = _train(model, name, protocol, train, valid)
    final = _measure(model, name, valid[: protocol.measured], protocol)
    samples = draw(_as_used(model, name), protocol.pictures, protocol.seed)
    split = fields.split(VARIANTS[name].network(configuration), *protocol.target)
    return Recording(
        name=name,
        configuration=configuration,
        parameters=sum(p.numel() for p in model.parameters()),
        train=tuple(curve),
        valid=tuple(looks),
        final=final,
        seconds=time.process_time() - began,
        verdict=_verdict(name),
        field=split.sentence,
        samples=samples.numpy().astype(np.uint8),
        roles=recordings.roles(split),
    )


def _train(
    model: AutoregressiveModel, name: str, protocol: Protocol, train: np.ndarray, valid: np.ndarray
) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
    """Both curves: (updates, nats an image)."""
    optimizer = torch.optim.Adam(model.parameters(), protocol.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, protocol.steps)
    order = np.random.default_rng(protocol.seed)
    looks, curve, recent = [(0, _measure(model, name, valid[: protocol.looked], protocol))], [], []
    for step in range(1, protocol.steps + 1):
        nats = _nats(model, _batch(train[order.integers(len(train), size=protocol.batch)]))
        optimizer.zero_grad()
        nats.backward()
        optimizer.step()
        schedule.step()
        recent.append(nats.item())
        if step % protocol.every == 0:
            curve.append((step, float(np.mean(recent))))
            recent.clear()
        if step % protocol.looks == 0:
            looks.append((step, _measure(model, name, valid[: protocol.looked], protocol)))
            print(f"  {name}: {step} updates, {looks[-1][1]:.2f} nats", flush=True)
    return curve, looks


def _nats(model: AutoregressiveModel, x: Tensor) -> Tensor:
    """What the model takes for the negative log-likelihood, in nats an image, as the mean over a batch."""
    return F.cross_entropy(model(x), x, reduction="sum") / len(x)


@torch.no_grad()
def _measure(model: AutoregressiveModel, name: str, images: np.ndarray, protocol: Protocol) -> float:
    """Nats an image, in the mode in which the model is used."""
    used, batches = _as_used(model, name), np.split(images, range(protocol.batch, len(images), protocol.batch))
    return sum(_nats(used, _batch(x)).item() * len(x) for x in batches) / len(images)


def _as_used(model: AutoregressiveModel, name: str) -> AutoregressiveModel:
    """A copy, since in training mode a batch normalisation also learns from what it only measures."""
    return copy.deepcopy(model).train(name in LEFT_IN_TRAINING)


def _batch(x: np.ndarray) -> Tensor:
    return torch.from_numpy(x.astype(np.int64)).to(memory_format=torch.channels_last)


def coloured(x: np.ndarray, channels: int, seed: int) -> np.ndarray:
    """(N, 1, H, W) → (N, C, H, W): of three colours, each digit in red, green, blue or a mixture, on black."""
    if channels == 1:
        return x
    colour = np.random.default_rng(seed).integers(1, 2**channels, len(x))
    on = colour[:, None] >> np.arange(channels) & 1
    return x * on[:, :, None, None].astype(x.dtype)


def _verdict(name: str) -> tuple[str, ...]:
    """What the checker says of a small one with fresh weights."""
    right = SIZES[VARIANTS[name].right]
    small = replace(right, height=11, width=11, first_kernel=3, kernel=3)
    torch.manual_seed(0)
    report = causality.check(
        MODELS[name](small).network, small.shape, targets=[(5, 5), (5, 1), (5, 9), (10, 10), (0, 0)]
    )
    return (report.sentence, *report.findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record what is missing; the two files grow with each model."""
    given = _parser().parse_args(arguments)
    torch.set_num_threads(PROTOCOL.threads)
    protocol = PROTOCOL
    if given.steps != protocol.steps:
        protocol = replace(protocol, steps=given.steps, command=f"{protocol.command} --steps {given.steps}")
    try:
        train, valid = (data.load(protocol.data, split, root=given.data).x for split in ("train", "valid"))
    except PixelLabError as fault:
        sys.exit(str(fault))
    given.folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in VARIANTS:
        kept = given.work / f"{name}-{protocol.steps}"
        recording = _done(kept, name, protocol)
        if recording is None and name in (given.only or VARIANTS):
            recording = record(name, protocol, train, valid)
            kept.mkdir(parents=True, exist_ok=True)
            recordings.write(LeakLab(protocol, {name: recording}), kept)
        if recording is not None:
            found[name] = recording
            recordings.write(LeakLab(protocol, found), given.folder)
            print(f"{name}: {recording.final:.2f} nats an image on validation images", flush=True)
    return 0


def _done(folder: Path, name: str, protocol: Protocol) -> Recording | None:
    """What was recorded before, if it was recorded like this."""
    try:
        lab = recordings.read(folder)
    except PixelLabError:
        return None
    same = lab.protocol == protocol and lab[name].configuration == SIZES[VARIANTS[name].right]
    return lab[name] if same else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pixellab.teaching.record",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", metavar="ROOT", help="folder of the data (default: $PIXELLAB_DATA, or the user's cache)")
    add("--steps", type=int, default=PROTOCOL.steps, help=f"updates (default {PROTOCOL.steps})")
    add("--only", nargs="+", choices=tuple(VARIANTS), metavar="NAME", help="no others than these")
    add("--folder", type=Path, default=recordings.FOLDER, help="where to write the recordings")
    add("--work", type=Path, default=Path("runs", "leak-lab"), help="where what is done is kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
