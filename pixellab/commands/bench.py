"""``pixellab bench``: how fast, beside what it is compared with."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pixellab import zoo
from pixellab.commands import arguments, own_model
from pixellab.configurations import architectures, configuration
from pixellab.data import SPLITS
from pixellab.errors import PixelLabError
from pixellab.training import settings as configurations

if TYPE_CHECKING:
    import torch

    from pixellab.benchmarks.sampling import Sampling

TEXT = """\
Times two ways of doing the same thing, one after the other in one run on this machine.

  pixellab bench sampling    one pixel from cached state, against one full pass of the network per value
  pixellab bench training    the training loop as configured, against a plain loop in float32
  pixellab bench formats     what PNG and WebP make of the pictures that a model was measured on

Seconds and images a second hold for this machine as loaded as it is; the ratio is what to compare.
"""

SAMPLING = f"""\
Draws pictures from nothing by streaming (one pixel at a time from cached state), and times full passes of the same
network over the same batch. Drawing with full passes takes one pass per value, C·H·W in all; that time is not waited
for: the median of a few passes is multiplied by C·H·W. The logits of both ways are compared at every value. Times are
medians. Weights are random, which changes no time, or those of a trained model.

examples:
  pixellab bench sampling                                        Gated PixelCNN, 12 layers of 64, 28 × 28
  pixellab bench sampling --model mnist-gated                    a trained model, with its own sizes
  pixellab bench sampling --architecture all --layers 7          every architecture
  pixellab bench sampling --size 8 16 32 64 --plot cost.png      cost against the side of the picture
  pixellab bench sampling --channels 3 --levels 256 --size 32    colour pictures of 8 bits
  pixellab bench sampling --batch 1 --against my_models:Net      full passes of a network of your own, beside ours

The network of your own is a PyTorch module, a class or a function, as for `pixellab check`: from pictures (B, C, H, W)
of real numbers from -1 to 1. The passes take turns with ours, so that what else runs slows down all alike; with
--cpu-time it does not count at all.

architectures: {", ".join(architectures())}
"""

TRAINING = f"""\
Learns from random pictures with a configuration's own loop and with the loop one writes first (float32, Adam), each
in a fresh process, and prints images a second and the peak of memory. Nothing is kept.

examples:
  pixellab bench training
  pixellab bench training mnist-gated --updates 20 --threads 2

{arguments.listed("configurations", configurations.shipped())}
"""


FORMATS = """\
Saves every picture of a split by itself, without loss, as PNG (Pillow's optimize) and as WebP (lossless, quality 100,
method 6), and prints the mean size in the unit of the model: nats an image, or bits/dim. Once for the whole file, and
once for the compressed pixels alone, without signature, size and checksums. Beside it stands what the model's card says
of the same split: an arithmetic coder that is told the model's probabilities needs at most two bits a picture more.

examples:
  pixellab bench formats tiles-gated
  pixellab bench formats tiles-gated --record          and write them into its card.json
"""


def add(commands: argparse._SubParsersAction) -> None:
    """Describe the commands to argparse."""
    parser = arguments.command(commands, "bench", "time sampling or training", TEXT, run_sampling)
    subjects = parser.add_subparsers(metavar="SUBJECT", required=True)

    sampling = arguments.command(subjects, "sampling", "streaming against full passes", SAMPLING, run_sampling)
    sampling.add_argument(
        "--architecture", nargs="+", default=["gated_pixelcnn"], metavar="NAME", help='which; "all" for all of them'
    )
    for name, default, what in (
        ("features", 64, "width of the network"),
        ("layers", 12, "its depth"),
        ("channels", 1, "colours of a pixel"),
        ("levels", 2, "values of a colour"),
    ):
        sampling.add_argument(
            f"--{name}", type=arguments.count, default=default, metavar="N", help=f"{what} (default {default})"
        )
    sampling.add_argument(
        "--size", type=arguments.count, nargs="+", default=[28], metavar="N", help="sides of the pictures (default 28)"
    )
    sampling.add_argument(
        "--batch", type=arguments.count, nargs="+", default=[1, 16], metavar="N", help="pictures at once (default 1 16)"
    )
    sampling.add_argument(
        "--passes", type=arguments.count, default=3, metavar="N", help="full passes to time (default 3)"
    )
    sampling.add_argument(
        "--repeats", type=arguments.count, default=3, metavar="N", help="times to stream each batch (default 3)"
    )
    sampling.add_argument("--model", metavar="MODEL", help="a trained model, in place of architectures and sizes")
    sampling.add_argument(
        "--cpu-time", action="store_true", help="seconds of processor time, of all threads: for a machine that is busy"
    )
    sampling.add_argument("--against", metavar="MODULE:NAME", help="a network of your own, timed beside")
    sampling.add_argument("--plot", type=arguments.png, metavar="FILE.png", help="draw the times against the size")
    arguments.add_machine(sampling)

    training = arguments.command(subjects, "training", "the training loop against a plain one", TRAINING, run_training)
    training.add_argument(
        "configuration", nargs="?", default="mnist-gated", metavar="NAME_OR_FILE", help="default mnist-gated"
    )
    training.add_argument(
        "--updates", type=arguments.count, default=10, metavar="N", help="updates to time (default 10)"
    )
    training.add_argument("--batch", type=arguments.count, metavar="N", help="instead of the configuration's")
    arguments.add_machine(training)

    formats = arguments.command(subjects, "formats", "a likelihood against PNG and WebP", FORMATS, run_formats)
    arguments.add_model(formats)
    formats.add_argument("--split", choices=SPLITS, default="test", help="which pictures (default test)")
    formats.add_argument("--record", action="store_true", help="write the figures into the model's card.json")
    arguments.add_data(formats)


def run_sampling(given: argparse.Namespace) -> int:
    """Measure and print one row a comparison; then plot."""
    names = architectures() if given.architecture == ["all"] else given.architecture
    sizes = {name: getattr(given, name) for name in ("features", "layers", "channels", "levels")}
    chosen = [configuration(name, height=side, width=side, **sizes) for side in given.size for name in names]

    import torch

    from pixellab import build, devices, load
    from pixellab.benchmarks import sampling

    arguments.set_threads(given)
    device = devices.device(given.device)
    models = [load(given.model)] if given.model else map(build, chosen)
    other = _other(given.against, device) if given.against else None
    if given.cpu_time and device.type != "cpu":
        raise PixelLabError("--cpu-time says nothing of a GPU: add --device cpu, or leave it out.")
    clock, seconds = (time.process_time, "processor seconds") if given.cpu_time else (time.perf_counter, "seconds")
    print(
        f"float32 on {device.type}, {torch.get_num_threads()} threads, {seconds}. "
        f"A full pass: median of {given.passes}; all passes: times C·H·W, not waited for; "
        f"streaming: median of {given.repeats}."
    )
    print(_HEADER, flush=True)
    found = []
    for model in models:
        for batch in given.batch:
            settings = {"passes": given.passes, "repeats": given.repeats, "other": other, "clock": clock}
            found.append(sampling.measure(model.to(device), batch, **settings))
            print(_row(found[-1]), flush=True)
            if other:
                print(_beside(found[-1], given.against), flush=True)
    if given.plot:
        _plot(found, given.plot)
        print(f"{given.plot}: time against size.")
    if not all(row.equal for row in found):
        raise PixelLabError("Streamed and parallel logits differ by more than rounding: the two ways are not equal.")
    return 0


def _other(name: str, device: torch.device) -> Callable:
    """Somebody's own network, on the device and in evaluation mode; what fails in it is said in one sentence."""
    from torch import nn

    network = own_model.find(name)
    if isinstance(network, nn.Module):
        network = network.to(device).eval()

    def passed(pictures: torch.Tensor) -> object:
        try:
            return network(pictures)
        except Exception as fault:
            size = ", ".join(map(str, pictures.shape))
            raise PixelLabError(f"{name} fails on pictures of the shape ({size}): {own_model.said(fault)}.") from fault

    return passed


def run_training(given: argparse.Namespace) -> int:
    """Measure and print both ways."""
    settings = configurations.read(given.configuration)
    if given.batch:
        settings = replace(settings, batch_size=given.batch)
    from pixellab.benchmarks import training

    print(f"{settings.name}, batches of {settings.batch_size}, {given.updates} updates after {training.WARM_UP}")
    found = training.measure(settings, device=given.device, threads=given.threads, updates=given.updates)
    for row in found:
        peak = "memory unknown" if row.peak is None else f"{row.peak / 2**20:7,.0f} MiB at most"
        print(f"{row.images_per_second:10,.1f} images/s  {peak}  {row.way}")
    print(f"{found[0].images_per_second / found[1].images_per_second:10.2f} times as fast")
    return 0


def run_formats(given: argparse.Namespace) -> int:
    """Save, count, print, and record if asked to."""
    from PIL import __version__ as pillow

    from pixellab.benchmarks import formats
    from pixellab.data import load

    card = zoo.card(given.model)
    images = load(card.data, given.split, root=given.data, download=given.download)
    unit = "nats an image" if card.unit == "nats" else "bits/dim"
    found = [formats.measure(name, images, card.unit) for name in formats.SETTINGS]
    own = card.figure(given.split)
    print(f"{len(images):,} {given.split} images of {card.data}, each a file of its own; Pillow {pillow}. {unit}:")
    print(f"{'':>10} {'whole file':>11} {'pixels alone':>13}")
    for one in found:
        print(f"{one.name:>10} {one.files:>11.3f} {one.pixels:>13.3f}")
    print(f"{card.name}: {own.value:.3f} on {own.images:,} images" if own else f"{card.name}: not measured on it yet.")
    if given.record:
        folder = zoo.folder_of(given.model)
        kept = [f for f in card.formats if f.split != given.split]
        zoo.save_card(folder, replace(card, formats=[*kept, *found]))
        print(f"Recorded in {folder / zoo.CARD}.")
    return 0


_HEADER = (
    f"{'architecture':<16} {'network':>9} {'picture':>9} {'batch':>5} {'full pass':>11} {'all passes':>11} "
    f"{'streaming':>11} {'faster':>9}   logits differ by"
)


def _row(one: Sampling) -> str:
    c = one.configuration
    network, picture = f"{c.layers} × {c.features}", "×".join(map(str, c.shape))
    return (
        f"{c.architecture:<16} {network:>9} {picture:>9} {one.batch:>5} {one.full_pass * 1000:>8.2f} ms "
        f"{one.naive:>9.2f} s {one.streaming:>9.3f} s {one.ratio:>7.1f} ×   {one.difference:.0e} of {one.largest:.2g}"
    )


def _beside(one: Sampling, name: str) -> str:
    """The row of somebody's own network, in the same columns."""
    naive = one.other * one.configuration.dimensions
    ratio, picture = naive / one.streaming, "×".join(map(str, one.configuration.shape))
    return (
        f"  {name}, beside it: {picture}, batch {one.batch}, full pass {one.other * 1000:.2f} ms, all passes "
        f"{naive:.2f} s; our streaming is {ratio:.1f} × faster"
    )


def _plot(found: list[Sampling], path: Path) -> None:
    """Seconds a batch against the side of the picture, both axes logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.add_subplot(xlabel="side of the picture, pixels", ylabel="seconds")
    for number, (name, batch) in enumerate(dict.fromkeys((row.configuration.architecture, row.batch) for row in found)):
        rows = [row for row in found if (row.configuration.architecture, row.batch) == (name, batch)]
        sides = [row.configuration.height for row in rows]
        label = f"{name}, {batch} picture{'s' * (batch > 1)}"
        axes.loglog(sides, [row.naive for row in rows], "o--", color=f"C{number}", label=f"{label}, full passes")
        axes.loglog(sides, [row.streaming for row in rows], "o-", color=f"C{number}", label=f"{label}, streaming")
    sides = sorted({row.configuration.height for row in found})
    axes.set_xticks(sides, [str(side) for side in sides], minor=False)
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", handlelength=3.5, frameon=False)
    figure.savefig(path, dpi=144)
