"""The training loop: the same for every model, resumable at any update."""

from __future__ import annotations

import math
import time
from copy import deepcopy
from pathlib import Path
from warnings import catch_warnings, filterwarnings

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm

from pixellab import zoo
from pixellab.data import Images
from pixellab.errors import PixelLabError
from pixellab.likelihood import bits_per_dim
from pixellab.models import build
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.training import checkpoints
from pixellab.training.batches import Batches, derived_seed, tensors
from pixellab.training.beginnings import begin_from
from pixellab.training.checkpoints import Position
from pixellab.training.interruption import interruptible
from pixellab.training.log import FILE, Log, Row
from pixellab.training.precision import precision
from pixellab.training.processes import Processes
from pixellab.training.settings import ENDLESS, Settings
from pixellab.training.timing import Time

CHECKPOINT, LOG = "checkpoint.safetensors", FILE
SAVE_EVERY_SECONDS = 120.0


class Run:
    """A training run in a folder: `checkpoint.safetensors`, `log.csv`, and the best weights so far as a zoo entry.

    It draws its random numbers from its seed, the update and the rank alone, and leaves those of the process as they
    were; so a resumed run is the same, bit for bit, on any device and in any number of processes. With a limit in time
    that still holds for the pictures and the dropout of each update, but how many updates fit and when the learning
    rate falls depends on the machine: no two such runs are the same.

    Args:
        settings: what to train.
        folder: where it is kept; a checkpoint found there is continued.
        train, valid: the data.
        here: this process among all.
        weights: a trained model to begin from, see `begin_from`; a checkpoint takes precedence.
        began: what that model is, for the card.
        limit: seconds that the run may take over all its sittings; None for as long as its updates take.
        command: what starts this run, for its card.

    Raises:
        PixelLabError: when data, weights or a checkpoint do not fit the settings.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        train: Images,
        valid: Images,
        here: Processes,
        *,
        weights: AutoregressiveModel | None = None,
        began: zoo.Beginning | None = None,
        limit: float | None = None,
        command: str = "",
    ) -> None:
        self.settings, self.folder, self.here, self.limit = settings, folder, here, limit
        self.command = command or f"pixellab train {settings.name}"
        # Several processes agree: each may find something else faster.
        fast = precision(settings.precision, here.device)
        self.precision = torch.float32 if here.any(fast is torch.float32) else fast
        self.batches = Batches(train, settings, here)
        self.valid_pictures, self.valid_conditions = tensors(valid, settings, here.device, settings.valid_images)
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(settings.seed)
            self.model = build(settings.model).to(here.device, memory_format=torch.channels_last).train()
        self.position = Position()
        self.losses = torch.zeros(2, dtype=torch.float64, device=here.device)  # sum and number since the last look
        self.resumed = (folder / CHECKPOINT).exists()
        # What is kept as the best must beat what was given; and a limit in time must leave room for looks.
        self.looks_first = not self.resumed and (weights is not None or limit is not None)
        if weights is not None and not self.resumed:
            begin_from(self.model, weights, settings.name)
            self.position.began = began
        self.average = deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True
        )
        self.log = Log(folder / LOG, settings.unit)
        folder.mkdir(parents=True, exist_ok=True)
        if self.resumed:
            self._resume()
        self.spent = here.mean(Time(limit).spent(self.position))
        self.interrupted = False

    @property
    def finished(self) -> bool:
        """Whether the last update is done, or the time is over."""
        return self.position.step >= self.settings.steps or self.spent >= 1

    def train(self, until: float | None = None) -> float:
        """Run to the last update, or until Ctrl-C; returns the best validation figure so far, in the data's unit.

        Args:
            until: the end of this sitting, as `time.monotonic` counts: the run is saved before, to go on another time.

        Raises:
            PixelLabError: when the loss is no number any more.
        """
        settings, here, position = self.settings, self.here, self.position
        network: nn.Module = _Loss(self.model)
        if here.world > 1:
            network = DistributedDataParallel(network)
        began, saved, allowed = time.monotonic() - position.seconds, time.monotonic(), Time(self.limit, until)
        total = settings.steps if settings.steps < ENDLESS else None
        bar = tqdm(total=total, initial=position.step, unit="step", disable=not here.first, smoothing=0.05)
        devices = [here.device] if here.device.type == "cuda" else []
        # Trying which convolution is fastest may change the last bit, so it is for runs that time decides anyway.
        fastest = torch.backends.cudnn.flags(enabled=True, benchmark=self.limit is not None)
        with bar, fastest, torch.random.fork_rng(devices=devices), catch_warnings(), interruptible() as interrupted:
            # Of a 1x1 kernel, channels first and last are the same order under two names of the strides.
            filterwarnings("ignore", message="Grad strides do not match bucket view strides")
            if self.looks_first and not self.finished:
                self._look(bar)
                position.seconds = time.monotonic() - began
                self.spent = here.mean(allowed.spent(position))
            while not self.finished and not here.any(allowed.sitting_is_over(position)):
                self.interrupted = here.any(interrupted())
                if self.interrupted:
                    break
                self._update(network)
                position.step += 1
                position.seconds = time.monotonic() - began
                if self.limit is not None:
                    self.spent = here.mean(allowed.spent(position))
                bar.update()
                if position.step % 20 == 0:
                    learnt, updates = self.losses.tolist()
                    of_time = f", {self.spent:.0%} of the time" if self.limit is not None else ""
                    bar.set_postfix_str(f"{self._unit(learnt / updates):.3f} {settings.unit}{of_time}", refresh=False)
                if position.step % settings.validate_every == 0 or self.finished:
                    self._look(bar)
                if here.first and time.monotonic() - saved > SAVE_EVERY_SECONDS:
                    self.save()
                    saved = time.monotonic()
            position.seconds = max(position.seconds, time.monotonic() - began)
            if here.first:
                self.save()
        return position.best

    def save(self) -> None:
        """Write the checkpoint."""
        own = {
            **checkpoints.model_tensors(self.model, "model"),
            **checkpoints.model_tensors(self.average, "average"),
            **checkpoints.optimizer_tensors(self.optimizer),
            "losses": self.losses,
        }
        checkpoints.save(self.folder / CHECKPOINT, own, self.position)

    def _resume(self) -> None:
        path = self.folder / CHECKPOINT
        own, self.position = checkpoints.load(path)
        checkpoints.restore_model(self.model, own, "model", path)
        checkpoints.restore_model(self.average, own, "average", path)
        checkpoints.restore_optimizer(self.optimizer, own)
        self.losses.copy_(own.get("losses", self.losses))
        if self.here.first:
            self.log.cut(self.position.step)

    def _update(self, network: nn.Module) -> None:
        """Learn from one batch."""
        settings, here, step = self.settings, self.here, self.position.step
        pictures, condition = self.batches(step)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.rate(step, self.spent)
        _seed_dropout(here.device, derived_seed(settings.seed, step, here.rank))
        with self._autocast():
            loss = network(pictures, condition)
        self.optimizer.zero_grad(set_to_none=True)
        (loss / settings.model.dimensions).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), settings.clip)
        self.optimizer.step()
        self._follow()
        self.losses[0] += loss.detach()
        self.losses[1] += 1

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the average towards the weights; quickly at first, when they still run away from it."""
        decay = min(self.settings.ema, (1 + self.position.step) / (10 + self.position.step))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.model.parameters()), 1 - decay)

    def _look(self, bar: tqdm) -> None:
        """Measure the average on the validation split, log it, and keep it when it is the best so far."""
        here, settings, position = self.here, self.settings, self.position
        began = time.monotonic()
        figure = self._unit(self._valid_loss())
        position.look = max(position.look, time.monotonic() - began)
        total, updates = here.total(self.losses.clone()).tolist()
        self.losses.zero_()
        if not math.isfinite(figure):
            raise PixelLabError(
                f"The loss is no number any more at step {position.step}: begin anew with a lower learning_rate."
            )
        train = self._unit(total / updates) if updates else None
        best = figure < position.best
        position.best = min(position.best, figure)
        if not here.first:
            return
        learnt = "" if train is None else f" (training {train:.3f})"
        looked = f"{len(self.valid_pictures):,} valid images"
        bar.write(f"step {position.step:,}: {figure:.3f} {settings.unit} on {looked}{learnt}")
        rate = self.optimizer.param_groups[0]["lr"] if position.step else settings.rate(0)
        images = position.step * settings.batch_size
        self.log.add(Row(position.step, images, round(position.seconds), rate, train, figure))
        if best:
            zoo.save(self.folder, self.average, self._card(figure))

    @torch.inference_mode()
    def _valid_loss(self) -> float:
        """Nats an image, in the precision of the run: bfloat16 moves the mean by 0.001 nats, good enough to choose."""
        loss = _Loss(self.average)
        sums = torch.zeros(2, dtype=torch.float64, device=self.here.device)
        for index in self.here.share(torch.arange(len(self.valid_pictures))).split(64):
            condition = None if self.valid_conditions is None else self.valid_conditions[index]
            with self._autocast():
                mean = loss(self.valid_pictures[index], condition)
            sums[0] += mean * len(index)
            sums[1] += len(index)
        total, count = self.here.total(sums).tolist()
        return total / count

    def _autocast(self) -> torch.autocast:
        return torch.autocast(self.here.device.type, torch.bfloat16, enabled=self.precision is torch.bfloat16)

    def _unit(self, nats: float) -> float:
        return nats if self.settings.unit == "nats" else bits_per_dim(nats, self.settings.model.shape)

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
            command=self.command,
            steps=position.step,
            images_seen=position.step * settings.batch_size,
            hours=round(position.seconds / 3600, 2),
            hardware=_hardware(self.here),
            departures=settings.departures,
            began=position.began,
        )


class _Loss(nn.Module):
    """A model with its loss, so that DistributedDataParallel sees one forward: nats an image, averaged."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: Tensor, condition: Tensor | None) -> Tensor:
        inputs = self.model.encode(pictures).contiguous(memory_format=torch.channels_last)
        logits = self.model.network(inputs, condition)
        return F.cross_entropy(logits.float(), pictures.long(), reduction="sum") / len(pictures)


def _seed_dropout(device: torch.device, seed: int) -> None:
    """Seed the generator of one device; `torch.manual_seed` would reach into those of all."""
    generator = torch.cuda.default_generators[device.index] if device.type == "cuda" else torch.default_generator
    generator.manual_seed(seed)


def _hardware(here: Processes) -> str:
    if here.device.type == "cuda":
        return f"{here.world} x {torch.cuda.get_device_name(here.device)}"
    return f"{torch.get_num_threads() * here.world} CPU cores"
