"""``pixellab evaluate``: how probable a model finds pictures it has never seen, and whether it does what it is told."""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Iterator
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

Of a model that is told a class it is also counted how many pictures are likeliest under their own class; of one that is
told a place, how many samples lie where they were asked for.

examples:
  pixellab evaluate mnist-gated                        all test images, in float32
  pixellab evaluate mnist-gated --images 500           a quick look: 500 of them, drawn at random
  pixellab evaluate mnist-where --tries 200            classify 200 images, and draw 200 samples
  pixellab evaluate runs/mine --split valid            while you still choose between models
  pixellab evaluate runs/mine --record                 and write what was found into its card.json
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the command to argparse."""
    parser = arguments.command(commands, "evaluate", "measure nats or bits/dim, with protocol", TEXT, run)
    arguments.add_model(parser)
    parser.add_argument("--split", choices=SPLITS, default="test", help="which images (default test)")
    parser.add_argument("--images", type=arguments.count, metavar="N", help="only so many, drawn at random by seed 0")
    parser.add_argument(
        "--tries",
        type=arguments.count,
        default=1000,
        metavar="N",
        help="of a conditional model: images to classify and samples to place, by seed 0 (default 1000)",
    )
    parser.add_argument(
        "--batch", type=arguments.count, default=64, metavar="N", help="images at once: memory, not result (default 64)"
    )
    parser.add_argument("--record", action="store_true", help="write what was measured into the model's card.json")
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
    measured = _part(_fitting(images, card), given.images)
    print(_causality(model, _told(measured, card)), flush=True)
    card = card.with_figure(_likelihood(model, card, images, measured, given))
    if card.labels:
        for count in _counts(model, images, given):
            print(count.said, flush=True)
            card = card.with_count(count)
    if given.record:
        folder = zoo.folder_of(given.model)
        zoo.save_card(folder, card)
        print(f"Recorded in {folder / zoo.CARD}.")
    return 0


def _fitting(images: Images, card: zoo.Card) -> Images:
    """The pictures, if the model can be measured on them."""
    shape, wanted = images.x.shape[1:], card.configuration
    if tuple(shape) != wanted.shape or images.levels != wanted.levels:
        raise PixelLabError(
            f"{images.name} has pictures of shape {shape} with {images.levels} levels; "
            f"the model's are {wanted.shape} with {wanted.levels}."
        )
    if card.labels and images.labels is None:
        raise PixelLabError(f"{images.name} as it lies here has no labels, which are this model's condition.")
    return images


def _part(images: Images, limit: int | None) -> Images:
    """At most so many pictures, drawn at random: test sets are sorted by class, some of them."""
    import torch

    if limit is None or limit >= len(images):
        return images
    return images.part(torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:limit].numpy())


def _told(images: Images, card: zoo.Card) -> Tensor | None:
    """The condition of each picture."""
    from pixellab import conditions

    return conditions.of(images) if card.labels else None


def _causality(model: AutoregressiveModel, told: Tensor | None) -> str:
    """One sentence about what the pixels see, of a picture with the first of the conditions.

    Raises:
        PixelLabError: when it is more than they may.
    """
    from pixellab import causality

    channels, height, width = model.configuration.shape
    double = copy.deepcopy(model).cpu().double()
    rows, columns = (0, height // 2, height - 1), (width // 2, width - 1)
    report = causality.check(
        lambda x: double.network(x, None if told is None else told[:1].expand(len(x), *told.shape[1:])),
        (channels, height, width),
        targets=sorted({(row, column) for row in rows for column in columns}),
        order=model.order(height, width) if len(model.walks()) > 1 else None,
    )
    if not report.causal:
        raise PixelLabError(
            f"This model looks ahead, so its likelihoods mean nothing and no figure is printed. {report.sentence}"
        )
    return f"Gradients in float64: {report.sentence}"


def _likelihood(
    model: AutoregressiveModel, card: zoo.Card, images: Images, measured: Images, given: argparse.Namespace
) -> zoo.Figure:
    """Measure some of the images, and print the figure with its protocol."""
    from pixellab.likelihood import bits_per_dim

    began = time.monotonic()
    nats = _nats(model, measured, _told(measured, card), given.batch)
    seconds = time.monotonic() - began
    values = nats if card.unit == "nats" else bits_per_dim(nats, model.configuration.shape)
    mean, error = values.mean().item(), values.std().item() / len(values) ** 0.5
    unit = "nats an image" if card.unit == "nats" else "bits/dim"
    print(f"{card.title}: {mean:.3f} {unit} (standard error {error:.3f}) on {_count(images, len(values))}")
    print(f"{card.protocol}; float32 on {_device(model)}, batches of {given.batch}, {seconds:,.0f} s.")
    return zoo.Figure(given.split, len(values), round(mean, 3))


def _nats(model: AutoregressiveModel, images: Images, told: Tensor | None, batch: int) -> Tensor:
    """(N,) nats of each picture, with a progress bar that shows their mean."""
    import torch
    from tqdm import tqdm

    from pixellab.likelihood import nll

    pictures = torch.from_numpy(images.x)
    parts: list[Tensor] = []
    with tqdm(total=len(pictures), unit="image", leave=False) as bar:
        for index in torch.arange(len(pictures)).split(batch):
            parts.append(nll(model, pictures[index], None if told is None else told[index], batch))
            bar.update(len(index))
            bar.set_postfix_str(f"{torch.cat(parts).mean().item():.2f} nats", refresh=False)
    return torch.cat(parts)


def _counts(model: AutoregressiveModel, images: Images, given: argparse.Namespace) -> Iterator[zoo.Count]:
    """How often the model does what it is told, on pictures drawn at random, and on as many samples."""
    import torch
    from tqdm import tqdm

    from pixellab import obedience

    some = _part(images, given.tries)
    with tqdm(total=len(some) * len(some.classes), unit="image", leave=False) as bar:
        found = obedience.likeliest_classes(model, some, given.batch, bar.update)
    right = int((found == torch.from_numpy(some.labels).long()).sum())
    chosen = ", drawn by seed 0" if len(some) < len(images) else ""
    place = ", given their place" if some.places is not None else ""
    yield zoo.Count(
        "class",
        right,
        len(some),
        f"Of {_count(images, len(some))}{chosen}: {right:,} ({_percent(right, len(some))}) are likeliest under their "
        f"own class{place}.",
    )
    if some.places is None:
        return
    with tqdm(total=given.tries, unit="sample", leave=False) as bar:
        samples, _, places = obedience.draw_where(
            model, given.tries, classes=len(some.classes), grid=some.grid, progress=bar.update
        )
    right = int(obedience.lands(samples, places).sum())
    yield zoo.Count(
        "place",
        right,
        given.tries,
        f"Of {given.tries:,} samples, each told a class and a place by seed 0: {right:,} "
        f"({_percent(right, given.tries)}) have the centre of their ink in the cell asked for, give or take "
        f"{obedience.TOLERANCE:.0f} pixel.",
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def _count(images: Images, measured: int) -> str:
    """How many of how many: "9,980 of the 10,000 test images"."""
    from pixellab.data.sets import SETS

    total = max(len(images), SETS[images.name].sizes.get(images.split, 0))
    if measured == total:
        return f"all {total:,} {images.split} images"
    return f"{measured:,} of the {total:,} {images.split} images"


def _device(model: torch.nn.Module) -> str:
    return next(model.parameters()).device.type
