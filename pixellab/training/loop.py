"""The training loop: the same for every model, resumable at any update."""

from __future__ import annotations

import csv
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from pixellab import zoo
from pixellab.data import Images
from pixellab.likelihood import bits_per_dim
from pixellab.models import build
from pixellab.training import checkpoints
from pixellab.training.processes import Processes
from pixellab.training.settings import Settings

CHECKPOINT, LOG = "checkpoint.safetensors", "log.csv"
SAVE_EVERY_SECONDS = 120.0


@dataclass
class Position:
    """Where a run stands: what a checkpoint says beside its tensors."""

    step: int = 0
    seconds: float = 0.0
    best: float = float("inf")


class Run:
    """A training run in a folder: `checkpoint.safetensors`, `log.csv`, and the best weights so far as a zoo entry.

    Args:
        settings: what to train.
        folder: where it is kept; a checkpoint found there is continued.
        train, valid: the data.
        here: this process among all.
    """

    def __init__(self, settings: Settings, folder: Path, train: Images, valid: Images, here: Processes) -> None:
        self.settings, self.folder, self.here = settings, folder, here
        self.pictures, self.classes = _tensors(train, settings)
        self.valid_pictures, self.valid_classes = _tensors(valid, settings, settings.valid_images)
        torch.manual_seed(settings.seed)
        self.model = build(settings.model).to(here.device, memory_format=torch.channels_last).train()
        self.average = deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        torch.manual_seed(settings.seed + here.rank)  # Dropout differs between ranks.
        self.position = Position()
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / CHECKPOINT).exists():
            self._resume()

    def train(self) -> float:
        """Run to the last update, or until Ctrl-C; returns the best validation figure so far, in the data's unit."""
        settings, here, position = self.settings, self.here, self.position
        network = DistributedDataParallel(_Loss(self.model)) if here.world > 1 else _Loss(self.model)
        began, saved, losses = time.monotonic() - position.seconds, time.monotonic(), []
        bar = tqdm(total=settings.steps, initial=position.step, unit="step", disable=not here.first, smoothing=0.05)
        with bar, _interruptible() as interrupted:
            while position.step < settings.steps and not interrupted():
                losses.append(self._update(network))
                position.step += 1
                position.seconds = time.monotonic() - began
                bar.update()
                if position.step % 20 == 0:
                    mean = torch.stack(losses[-100:]).mean().item()
                    bar.set_postfix_str(f"{self._unit(mean):.3f} {settings.unit}", refresh=False)
                if position.step % settings.validate_every == 0 or position.step == settings.steps:
                    self._validate(self._unit(torch.stack(losses).mean().item()), bar)
                    losses.clear()
                if here.first and time.monotonic() - saved > SAVE_EVERY_SECONDS:
                    self.save()
                    saved = time.monotonic()
        if here.first:
            self.save()
        return position.best

    def save(self) -> None:
        """Write the checkpoint."""
        tensors = {
            **checkpoints.model_tensors(self.model, "model"),
            **checkpoints.model_tensors(self.average, "average"),
            **checkpoints.optimizer_tensors(self.optimizer),
            "random": torch.get_rng_state(),
        }
        checkpoints.save(self.folder / CHECKPOINT, tensors, vars(self.position))

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        tensors, position = checkpoints.load(path)
        checkpoints.restore_model(self.model, tensors, "model", path)
        checkpoints.restore_model(self.average, tensors, "average", path)
        checkpoints.restore_optimizer(self.optimizer, tensors)
        if self.here.world == 1:
            torch.set_rng_state(tensors["random"])
        self.position = Position(**position)

    def _update(self, network: nn.Module) -> Tensor:
        """One update; returns the mean loss, nats an image."""
        settings, here = self.settings, self.here
        pictures, classes = self._batch(self.position.step)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.rate(self.position.step)
        with torch.autocast(here.device.type, torch.bfloat16, enabled=settings.precision == "bfloat16"):
            loss = network(pictures, classes)
        self.optimizer.zero_grad(set_to_none=True)
        (loss / settings.model.dimensions).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimizer.step()
        self._follow()
        return loss.detach()

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average towards the weights; quickly at first, when they still run away from it."""
        decay = min(self.settings.ema, (1 + self.position.step) / (10 + self.position.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)

    def _batch(self, step: int) -> tuple[Tensor, Tensor | None]:
        """The pictures of one update: each epoch has an order of its own, known from the seed and the step alone."""
        size = self.settings.batch_size
        per_epoch = len(self.pictures) // size
        if per_epoch == 0:
            raise ValueError(f"A batch of {size} needs at least {size} training images; there are {len(self.pictures)}.")
        epoch, place = divmod(step, per_epoch)
        order = torch.randperm(
            len(self.pictures), generator=torch.Generator().manual_seed(self.settings.seed * 1_000_003 + epoch)
        )
        chosen = self.here.share(order[place * size : (place + 1) * size])
        pictures = self.pictures[chosen]
        if self.settings.flip:
            mirrored = torch.rand(len(chosen), generator=torch.Generator().manual_seed(step)) < 0.5
            pictures[mirrored] = pictures[mirrored].flip(3)
        classes = None if self.classes is None else self.classes[chosen].to(self.here.device)
        return pictures.to(self.here.device), classes

    def _validate(self, train_loss: float, bar: tqdm) -> None:
        """Measure the average on the validation split, log it, and keep it when it is the best so far."""
        here, settings, position = self.here, self.settings, self.position
        figure = self._unit(self._valid_loss())
        if not here.first:
            position.best = min(position.best, figure)
            return
        bar.write(
            f"step {position.step}: {figure:.3f} {settings.unit} on {len(self.valid_pictures)} valid images "
            f"(training {train_loss:.3f})"
        )
        self._log(train_loss, figure)
        if figure < position.best:
            position.best = figure
            zoo.save(self.folder, self.average, self._card(figure))

    @torch.inference_mode()
    def _valid_loss(self) -> float:
        sums = torch.zeros(2, dtype=torch.float64, device=self.here.device)
        for index in self.here.share(torch.arange(len(self.valid_pictures))).split(64):
            classes = None if self.valid_classes is None else self.valid_classes[index].to(self.here.device)
            with torch.autocast(self.here.device.type, torch.bfloat16, enabled=self.settings.precision == "bfloat16"):
                loss = _Loss(self.average)(self.valid_pictures[index].to(self.here.device), classes)
            sums += torch.tensor([loss.item() * len(index), len(index)], device=self.here.device)
        total, count = self.here.total(sums).tolist()
        return total / count

    def _unit(self, nats: float) -> float:
        return nats if self.settings.unit == "nats" else bits_per_dim(nats, self.settings.model.shape)

    def _log(self, train_loss: float, valid_loss: float) -> None:
        path, position = self.folder / LOG, self.position
        new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            if new:
                rows.writerow(["step", "images", "seconds", "learning_rate", f"train_{self.settings.unit}", "valid"])
            images = position.step * self.settings.batch_size
            rate = self.settings.rate(position.step - 1)
            rows.writerow([position.step, images, round(position.seconds), rate, f"{train_loss:.4f}", f"{valid_loss:.4f}"])

    def _card(self, valid: float) -> zoo.Card:
        settings, position = self.settings, self.position
        return zoo.Card(
            name=settings.name,
            title=settings.title,
            configuration=settings.model,
            data=settings.data,
            protocol=settings.protocol,
            unit=settings.unit,
            labels=settings.labels,
            figures=[zoo.Figure("valid", len(self.valid_pictures), round(valid, 3))],
            seed=settings.seed,
            command=f"pixellab train {settings.name}",
            steps=position.step,
            images_seen=position.step * settings.batch_size,
            hours=round(position.seconds / 3600, 2),
            hardware=_hardware(self.here),
            departures=settings.departures,
        )


class _Loss(nn.Module):
    """A model with its loss, so that DistributedDataParallel sees one forward: nats an image, averaged."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: Tensor, classes: Tensor | None) -> Tensor:
        inputs = self.model.encode(pictures).contiguous(memory_format=torch.channels_last)
        logits = self.model.network(inputs, classes)
        return F.cross_entropy(logits.float(), pictures.long(), reduction="sum") / len(pictures)


def _tensors(images: Images, settings: Settings, limit: int | None = None) -> tuple[Tensor, Tensor | None]:
    """The pictures and, for a class-conditional model, their classes; shuffled by a fixed seed before a part is taken."""
    pictures = torch.from_numpy(images.x)
    classes = torch.from_numpy(images.labels).long() if settings.labels else None
    if limit is None or limit >= len(pictures):
        return pictures, classes
    part = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))[:limit]
    return pictures[part], None if classes is None else classes[part]


def _hardware(here: Processes) -> str:
    if here.device.type == "cuda":
        return f"{here.world} x {torch.cuda.get_device_name(here.device)}"
    return f"{torch.get_num_threads() * here.world} CPU cores"


@contextmanager
def _interruptible() -> Iterator[callable]:
    """While it lasts, Ctrl-C and a polite kill ask the loop to stop after the current update, which then saves."""
    asked = []
    previous = {s: signal.signal(s, lambda *_: asked.append(True)) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for which, handler in previous.items():
            signal.signal(which, handler)
