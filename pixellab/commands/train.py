"""``pixellab train``: learn a model, or go on learning it."""

from __future__ import annotations

import argparse
import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pixellab.commands import arguments
from pixellab.training import settings as configurations

if TYPE_CHECKING:
    from pixellab.training.loop import Run
    from pixellab.training.processes import Processes

TEXT = f"""\
Trains the model that a configuration describes, with a progress bar in the data's unit (nats an image, or bits/dim).
A run lives in a folder: started again it goes on from its checkpoint, bit for bit; Ctrl-C saves first.

examples:
  pixellab train mnist-gated --download        a configuration of the package; the data is fetched if missing
  pixellab train mnist-gated                   again after Ctrl-C: goes on
  pixellab train mine.toml --folder runs/mine  a configuration of your own (copy one of the package's)
  pixellab train mnist-gated --folder runs/longer --from pretrained/mnist-gated --steps 5000
                                               begins from trained weights
  pixellab train mnist-gated-class --from mnist-gated
                                               the same layers with classes: begins as the unconditional model
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
    parser.add_argument("configuration", metavar="NAME_OR_FILE", help="a configuration of the package, or a .toml file")
    parser.add_argument("--folder", type=Path, help="where the run lives (default: runs/NAME)")
    parser.add_argument(
        "--steps", type=arguments.count, metavar="N", help="updates in all, instead of the configuration's"
    )
    parser.add_argument("--from", dest="start", metavar="MODEL", help="begin from the weights of a trained model")
    arguments.add_machine(parser)
    arguments.add_data(parser)


def run(given: argparse.Namespace) -> int:
    """Train."""
    settings = configurations.read(given.configuration)
    if given.steps:
        settings = replace(settings, steps=given.steps)
    from pixellab import zoo
    from pixellab.data import load
    from pixellab.training.loop import Run
    from pixellab.training.processes import processes

    arguments.set_threads(given)
    folder = given.folder or Path("runs", settings.name)
    with processes(given.device) as here:
        if here.first:
            train = load(settings.data, "train", root=given.data, download=given.download)
            valid = load(settings.data, "valid", root=given.data, download=given.download)
        here.wait()
        if not here.first:
            train, valid = (load(settings.data, split, root=given.data) for split in ("train", "valid"))
        weights, began = (zoo.load(given.start), zoo.card(given.start).in_all) if given.start else (None, None)
        made = Run(settings, folder, train, valid, here, weights=weights, began=began, command=_command(given))
        if here.first:
            _announce(made, given.start)
        made.train()
        if here.first:
            _conclude(made, here)
        return 0 if made.finished else 130


def _announce(made: Run, start: str | None) -> None:
    settings, here = made.settings, made.here
    weights = sum(weight.numel() for weight in made.model.parameters())
    shared = f" shared by {here.world} processes" if here.world > 1 else ""
    print(
        f"{settings.title} on {settings.data}: {weights:,} weights, {settings.steps:,} updates of "
        f"{settings.batch_size} images{shared}, {here.device.type}, {settings.precision}."
    )
    if made.resumed:
        ignored = "; --from is not used" if start else ""
        print(f"Going on after update {made.position.step:,} in {made.folder}{ignored}.", flush=True)
    else:
        print(f"Beginning in {made.folder}, {f'from {start}' if start else 'from random weights'}.", flush=True)


def _conclude(made: Run, here: Processes) -> None:
    folder, unit = made.folder, made.settings.unit
    if made.finished:
        print(f"Done: {made.position.step:,} updates.")
    else:
        print(f"Stopped and saved after update {made.position.step:,}: the same command goes on from there.")
    if (folder / "card.json").exists():
        print(
            f"The best weights ({made.position.best:.3f} {unit} on valid) lie in {folder}: "
            f"pixellab evaluate {shlex.quote(str(folder))}"
        )


def _command(given: argparse.Namespace) -> str:
    """What makes this model again, for its card."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    words = ["pixellab", "train", given.configuration]
    if world > 1:
        words = ["torchrun", "--nproc-per-node", str(world), "-m", "pixellab.cli", *words[1:]]
    if given.start:
        words += ["--from", given.start]
    if given.steps:
        words += ["--steps", str(given.steps)]
    return shlex.join(words)
