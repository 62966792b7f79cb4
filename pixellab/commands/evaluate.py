"""``pixellab evaluate``: how probable a model finds pictures it has never seen."""

from __future__ import annotations

import argparse
import copy
import time
from typing import TYPE_CHECKING

from pixellab import zoo
from pixellab.commands import arguments
from pixellab.data import SPLITS, Images
from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from pixellab.models.autoregressive import AutoregressiveModel

TEXT = """\
Prints the mean of -log p(x) over a split, in the unit of the model's data: nats an image for binary pictures (smaller
is better; 0 would be certainty), bits/dim for colour pictures (nats / (C·H·W·ln 2); 8 says nothing of an 8-bit value).
A figure means something only with its protocol, so that is printed too; and only if no pixel sees what comes after
it, so that is checked first, by exact gradients in float64. A model that looks ahead gets no figure.

examples:
  pixellab evaluate mnist-gated                        all test images, in float32
  pixellab evaluate mnist-gated --images 500           a quick look: 500 of them, drawn at random
  pixellab evaluate runs/mine --split valid            while you still choose between models
  pixellab evaluate runs/mine --record                 and write the figure into its card.json
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "evaluate", "measure nats or bits/dim, with protocol", TEXT, run)
    arguments.add_model(parser)
    parser.add_argument("--split", choices=SPLITS, default="test", help="which images (default test)")
    parser.add_argument("--images", type=arguments.count, metavar="N", help="only so many, drawn at random by seed 0")
    parser.add_argument(
        "--batch", type=arguments.count, default=64, metavar="N", help="images at once: memory, not result (default 64)"
    )
    parser.add_argument("--record", action="store_true", help="write the figure into the model's card.json")
    arguments.add_machine(parser)
    arguments.add_data(parser)


def run(given: argparse.Namespace) -> int:
    """Check, measure, print, and record if asked to."""
    card = zoo.card(given.model)
    if given.record and given.images:
        raise PixelLabError("Only a figure on all images is recorded: leave --images or --record out.")
    from pixellab.data import load

    arguments.set_threads(given)
    images = load(card.data, given.split, root=given.data, download=given.download)
    model = zoo.load(given.model, given.device)
    pictures, classes = _chosen(images, card, given.images)
    print(_causality(model), flush=True)
    began = time.monotonic()
    nats = _nats(model, pictures, classes, given.batch)
    seconds = time.monotonic() - began

    from pixellab.likelihood import bits_per_dim

    values = nats if card.unit == "nats" else bits_per_dim(nats, model.configuration.shape)
    mean, error = values.mean().item(), values.std().item() / len(values) ** 0.5
    unit = "nats an image" if card.unit == "nats" else "bits/dim"
    print(f"{card.title}: {mean:.3f} {unit} (standard error {error:.3f}) on {_count(images, len(values))}")
    print(f"{card.protocol}; float32 on {_device(model)}, batches of {given.batch}, {seconds:,.0f} s.")
    if given.record:
        folder = zoo.folder_of(given.model)
        zoo.save_card(folder, card.with_figure(zoo.Figure(given.split, len(values), round(mean, 3))))
        print(f"Recorded in {folder / zoo.CARD}.")
    return 0


def _chosen(images: Images, card: zoo.Card, limit: int | None) -> tuple[Tensor, Tensor | None]:
    """The pictures to measure and, for a model of classes, their classes."""
    import torch

    shape, wanted = images.x.shape[1:], card.configuration
    if tuple(shape) != wanted.shape or images.levels != wanted.levels:
        raise PixelLabError(
            f"{images.name} has pictures of shape {shape} with {images.levels} levels; "
            f"the model's are {wanted.shape} with {wanted.levels}."
        )
    if card.labels and images.labels is None:
        raise PixelLabError(f"{images.name} as it lies here has no labels, which are this model's condition.")
    chosen = torch.arange(len(images))
    if limit and limit < len(images):  # A part is drawn at random: test sets are sorted by class, some of them.
        chosen = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:limit]
    classes = torch.from_numpy(images.labels).long()[chosen] if card.labels else None
    return torch.from_numpy(images.x)[chosen], classes


def _causality(model: AutoregressiveModel) -> str:
    """One sentence about what the pixels see.

    Raises:
        PixelLabError: when it is more than they may.
    """
    import torch

    from pixellab import causality

    channels, height, width = model.configuration.shape
    size = getattr(model.configuration, "condition_size", 0)
    condition = torch.zeros(2, dtype=torch.long) if size else None
    double = copy.deepcopy(model).cpu().double()
    rows, columns = (0, height // 2, height - 1), (width // 2, width - 1)
    report = causality.check(
        lambda x: double.network(x, condition if condition is None else condition[: len(x)]),
        (channels, height, width),
        targets=sorted({(row, column) for row in rows for column in columns}),
    )
    if not report.causal:
        raise PixelLabError(
            f"This model looks ahead, so its likelihoods mean nothing and no figure is printed. {report.sentence}"
        )
    return f"Gradients in float64: {report.sentence}"


def _nats(model: torch.nn.Module, pictures: Tensor, classes: Tensor | None, batch: int) -> Tensor:
    """(N,) nats of each picture, with a progress bar that shows their mean."""
    import torch
    from tqdm import tqdm

    from pixellab.likelihood import nll

    parts: list[Tensor] = []
    with tqdm(total=len(pictures), unit="image", leave=False) as bar:
        for index in torch.arange(len(pictures)).split(batch):
            condition = None if classes is None else classes[index]
            parts.append(nll(model, pictures[index], condition, batch))
            bar.update(len(index))
            bar.set_postfix_str(f"{torch.cat(parts).mean().item():.2f} nats", refresh=False)
    return torch.cat(parts)


def _count(images: Images, measured: int) -> str:
    """How many of how many: "9,980 of the 10,000 test images"."""
    from pixellab.data.sets import SETS

    total = max(len(images), SETS[images.name].sizes.get(images.split, 0))
    if measured == total:
        return f"all {total:,} {images.split} images"
    return f"{measured:,} of the {total:,} {images.split} images"


def _device(model: torch.nn.Module) -> str:
    return next(model.parameters()).device.type
