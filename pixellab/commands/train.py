"""``pixellab train``: learn a model, or go on learning it."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pixellab.commands import arguments
from pixellab.errors import PixelLabError
from pixellab.training import settings as configurations

if TYPE_CHECKING:
    from pixellab.training.loop import Run
    from pixellab.training.processes import Processes
    from pixellab.training.settings import Settings

TEXT = f"""\
Trains the model that a configuration describes, with a progress bar in the data's unit (nats an image, or bits/dim).
A run lives in a folder: started again it goes on from its checkpoint, bit for bit; Ctrl-C saves first.

With --minutes time decides: as many updates as fit, the learning rate brought down in time, in the same proportion as
in the configuration. Several configurations are trained one after the other and share that time, evenly or by
NAME:WEIGHT. With --sitting the command ends, saved, after so many minutes at most; the same command goes on.

examples:
  pixellab train mnist-gated --download        a configuration of the package; the data is fetched if missing
  pixellab train mnist-gated                   again after Ctrl-C: goes on
  pixellab train mine.toml --folder runs/mine  a configuration of your own (copy one of the package's)
  pixellab train mnist-gated --folder runs/longer --from pretrained/mnist-gated --steps 5000
                                               begins from trained weights
  pixellab train mnist-gated-class --from mnist-gated
                                               the same layers with classes: begins as the unconditional model
  pixellab train mnist-gated --minutes 25 --set batch_size=128 --set model.features=96
                                               what fits in 25 minutes, with some settings replaced
  pixellab train mnist-gated:1 cifar10-gated-wide:2 --minutes 27 --sitting 9
                                               9 minutes of one and 18 of the other, in three calls of 9
  torchrun --nproc-per-node 4 -m pixellab.cli train mnist-gated
                                               four GPUs, or four processes; the batch is shared among them

the folder:
  checkpoint.safetensors          all that going on needs; replaced every two minutes
  log.csv                         a row a look at the validation split: updates, learning rate, losses
  model.safetensors, card.json    the best weights so far: a MODEL for every other command

{arguments.listed("configurations", configurations.shipped())}
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "train", "learn a model, or go on learning it", TEXT, run)
    parser.add_argument(
        "configurations",
        metavar="NAME_OR_FILE",
        nargs="+",
        help="a configuration of the package, or a .toml file; one of several with its weight: NAME:WEIGHT",
    )
    parser.add_argument("--folder", type=Path, help="where the run lives (default: runs/NAME)")
    parser.add_argument(
        "--steps", type=arguments.count, metavar="N", help="updates in all, instead of the configuration's"
    )
    parser.add_argument("--minutes", type=minutes, metavar="M", help="time in all, over all sittings: updates as fit")
    parser.add_argument("--sitting", type=minutes, metavar="M", help="time until this command ends, loading included")
    parser.add_argument("--from", dest="start", metavar="MODEL", help="begin from the weights of a trained model")
    parser.add_argument(
        "--set", dest="changes", action="append", default=[], metavar="KEY=VALUE", help="replace a setting of the file"
    )
    arguments.add_machine(parser)
    arguments.add_data(parser)


def minutes(text: str) -> float:
    """A time above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time above 0")
    return value


LOADING = 5.0
"""Seconds of a sitting in which to begin with the next run is not worth while."""


@dataclass(frozen=True)
class Planned:
    """One of the runs of a command: what was written for it, its settings, and its minutes, if any."""

    written: str
    settings: Settings
    minutes: float | None

    @property
    def limit(self) -> float | None:
        """Seconds."""
        return None if self.minutes is None else 60 * self.minutes


def run(given: argparse.Namespace) -> int:
    """Train one after the other; what goes wrong with one does not keep the others from their time."""
    until = time.monotonic() + 60 * given.sitting if given.sitting else None
    planned = plan(given)
    from pixellab.training.processes import processes

    arguments.set_threads(given)
    status = 0
    with processes(given.device) as here:
        for part in planned:
            try:
                if len(planned) > 1 and _done(part):
                    continue
                went_on = _train(part, given, here, until)
            except PixelLabError as fault:
                if len(planned) == 1:
                    raise
                print(f"pixellab: {part.settings.name}: {fault}", file=sys.stderr, flush=True)
                status = 2
                continue
            if not went_on:
                return 130
            if here.any(until is not None and time.monotonic() + LOADING >= until):
                break
    return status


def plan(given: argparse.Namespace) -> list[Planned]:
    """The runs of a command, each with its share of the minutes.

    Raises:
        PixelLabError: when arguments do not go together.
    """
    split = [_weighed(written) for written in given.configurations]
    if len(split) > 1 and (given.folder or given.start):
        raise PixelLabError("--folder and --from are for one configuration at a time.")
    if not given.minutes and any(weight is not None for _, weight in split):
        raise PixelLabError("NAME:WEIGHT divides --minutes: give them, or leave the weights out.")
    weights = [1.0 if weight is None else weight for _, weight in split]
    planned = []
    for (written, _), weight in zip(split, weights, strict=True):
        settings = configurations.read(written, given.changes)
        if given.minutes:
            share = given.minutes * weight / sum(weights)
            planned.append(Planned(written, settings.timed(given.steps), share))
        else:
            planned.append(Planned(written, replace(settings, steps=given.steps or settings.steps), None))
    names = [part.settings.name for part in planned]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise PixelLabError(f"{twice[0]} is there twice: each run has a folder of its own.")
    return planned


def _weighed(written: str) -> tuple[str, float | None]:
    """ "mnist-gated:2" → "mnist-gated" and 2; a name or path without a number behind its last colon is one as it is."""
    name, _, weight = written.rpartition(":")
    if name and re.fullmatch(r"\d+(\.\d+)?", weight) and float(weight) > 0:
        return name, float(weight)
    return written, None


def _done(part: Planned) -> bool:
    """Whether one of several runs needs nothing any more: then neither its data nor its model is loaded."""
    from pixellab.training import checkpoints
    from pixellab.training.loop import CHECKPOINT
    from pixellab.training.timing import Time

    path = Path("runs", part.settings.name, CHECKPOINT)
    if not path.exists():
        return False
    position = checkpoints.position(path)
    return position.step >= part.settings.steps or Time(part.limit).spent(position) >= 1


def _train(part: Planned, given: argparse.Namespace, here: Processes, until: float | None) -> bool:
    """One run, as far as it gets; whether it ended by itself and not by Ctrl-C."""
    from pixellab import zoo
    from pixellab.data import load
    from pixellab.training.loop import Run

    settings = part.settings
    folder = given.folder or Path("runs", settings.name)
    if here.first:
        train = load(settings.data, "train", root=given.data, download=given.download)
        valid = load(settings.data, "valid", root=given.data, download=given.download)
    here.wait()
    if not here.first:
        train, valid = (load(settings.data, split, root=given.data) for split in ("train", "valid"))
    weights, began = (zoo.load(given.start), zoo.card(given.start).in_all) if given.start else (None, None)
    command = _command(part, given)
    made = Run(settings, folder, train, valid, here, weights=weights, began=began, limit=part.limit, command=command)
    if here.first:
        _announce(made, part, given.start)
    made.train(until)
    if here.first:
        _conclude(made)
    return not made.interrupted


def _announce(made: Run, part: Planned, start: str | None) -> None:
    settings, here = made.settings, made.here
    weights = sum(weight.numel() for weight in made.model.parameters())
    shared = f" shared by {here.world} processes" if here.world > 1 else ""
    updates = f"{settings.steps:,} updates"
    if part.minutes:
        most = f"at most {updates}" if settings.steps < configurations.ENDLESS else "updates"
        updates = f"{part.minutes:.4g} minutes of {most}"
    print(
        f"{settings.title} on {settings.data}: {weights:,} weights, {updates} of "
        f"{settings.batch_size} images{shared}, {here.device.type}, {str(made.precision).removeprefix('torch.')}."
    )
    if made.resumed:
        ignored = "; --from is not used" if start else ""
        print(f"Going on after update {made.position.step:,} in {made.folder}{ignored}.", flush=True)
    else:
        print(f"Beginning in {made.folder}, {f'from {start}' if start else 'from random weights'}.", flush=True)


def _conclude(made: Run) -> None:
    folder, unit = made.folder, made.settings.unit
    if made.finished:
        print(f"Done: {made.position.step:,} updates.")
    else:
        why = "Stopped" if made.interrupted else "This sitting is over: stopped"
        print(f"{why} and saved after update {made.position.step:,}: the same command goes on from there.")
    if (folder / "card.json").exists():
        print(
            f"The best weights ({made.position.best:.3f} {unit} on valid) lie in {folder}: "
            f"pixellab evaluate {shlex.quote(str(folder))}"
        )


def _command(part: Planned, given: argparse.Namespace) -> str:
    """What makes this model again, for its card."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    words = ["pixellab", "train", part.written]
    if world > 1:
        words = ["torchrun", "--nproc-per-node", str(world), "-m", "pixellab.cli", *words[1:]]
    if given.start:
        words += ["--from", given.start]
    if given.steps:
        words += ["--steps", str(given.steps)]
    if part.minutes:
        words += ["--minutes", f"{part.minutes:.4g}"]
    for change in given.changes:
        words += ["--set", change]
    return shlex.join(words)
