"""Trained models: ``pretrained/<name>/model.safetensors`` and ``card.json``. Reading a card needs no torch."""

from __future__ import annotations

import json
import math
import struct
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pixellab import atomic
from pixellab.configurations import Configuration, from_dict, to_dict
from pixellab.errors import PixelLabError

if TYPE_CHECKING:
    from pixellab.models.autoregressive import AutoregressiveModel

FOLDER = Path(__file__).resolve().parents[1] / "pretrained"
WEIGHTS, CARD = "model.safetensors", "card.json"


@dataclass(frozen=True)
class Figure:
    """A measured likelihood: on which split, over how many images, in the card's unit."""

    split: str
    images: int
    value: float


@dataclass(frozen=True)
class FileFormat:
    """What a lossless picture format makes of the same pictures, in the card's unit, for a likelihood to stand beside.

    Attributes:
        name: "PNG", "WebP".
        files: the whole file of each picture.
        pixels: without what the format says around them (signature, size, checksums): the compressed pixels alone.
    """

    name: str
    split: str
    images: int
    files: float
    pixels: float


@dataclass(frozen=True)
class Count:
    """How often a conditional model did what it was told.

    Attributes:
        asked: "class" (the likeliest class of a picture is its own) or "place" (a sample lies where it was asked for).
        right, of: so many of so many.
        said: the same as a sentence, with what was counted, how, and the seed.
    """

    asked: str
    right: int
    of: int
    said: str


@dataclass(frozen=True)
class Beginning:
    """The trained model that a training began from, and all that its weights had taken until then."""

    name: str
    steps: int
    images_seen: int
    hours: float


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a trained model is and how it was made.

    Attributes:
        configuration: the network.
        data, protocol, unit: what it was trained and measured on, and in what.
        labels: whether the condition is the class of a picture, and its place where pictures of that set have one.
        figures: measured likelihoods; "test" is measured once, after "valid" has chosen.
        command: what makes it again.
        steps, images_seen, hours, hardware, seed: what that took; without what ``began`` had taken.
        began: the trained model that it began from, if any.
        counts: how often a conditional model did what it was told.
        formats: what picture formats make of the pictures of a split (`pixellab bench formats`).
        departures: where it departs from the paper.
    """

    name: str
    title: str
    configuration: Configuration
    data: str
    protocol: str
    unit: str
    seed: int
    command: str
    steps: int
    images_seen: int
    hours: float
    hardware: str
    labels: bool = False
    figures: list[Figure] = field(default_factory=list)
    departures: list[str] = field(default_factory=list)
    began: Beginning | None = None
    counts: list[Count] = field(default_factory=list)
    formats: list[FileFormat] = field(default_factory=list)

    @property
    def in_all(self) -> Beginning:
        """What its weights took from random ones on: its own training and all before it. Another may begin here."""
        before = self.began or Beginning("", 0, 0, 0.0)
        return Beginning(
            self.name,
            before.steps + self.steps,
            before.images_seen + self.images_seen,
            round(before.hours + self.hours, 2),
        )

    def figure(self, split: str) -> Figure | None:
        """The figure on a split, if it was measured."""
        return next((f for f in self.figures if f.split == split), None)

    def count(self, asked: str) -> Count | None:
        """The count of "class" or "place", if it was made."""
        return next((c for c in self.counts if c.asked == asked), None)

    def with_count(self, count: Count) -> Card:
        """The card with another count of what was asked."""
        return replace(self, counts=[*(c for c in self.counts if c.asked != count.asked), count])

    def with_figure(self, figure: Figure) -> Card:
        """The card with another figure for that split."""
        return replace(self, figures=[*(f for f in self.figures if f.split != figure.split), figure])


def pretrained() -> tuple[str, ...]:
    """The names of the models that come with the project.

    >>> "mnist-gated" in pretrained()
    True
    """
    return tuple(sorted(path.parent.name for path in FOLDER.glob(f"*/{CARD}")))


def card(name_or_folder: str | Path) -> Card:
    """The card of a shipped model or of a folder.

    Raises:
        PixelLabError: when it is missing or damaged.

        >>> card("mnist-gated").unit
        'nats'
    """
    path = _file(name_or_folder, CARD)
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        figures = [Figure(**f) for f in values.pop("figures")]
        began = values.pop("began", None)
        counts = [Count(**c) for c in values.pop("counts", [])]
        formats = [FileFormat(**f) for f in values.pop("formats", [])]
        read = {"figures": figures, "began": began and Beginning(**began), "formats": formats, "counts": counts}
        return Card(**{**values, **read, "configuration": from_dict(values["configuration"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise PixelLabError(
            f"{path} is damaged, or not the card of a model: restore it from the repository or train the model again."
        ) from fault


def parameters(name_or_folder: str | Path) -> int:
    """How many weights a trained model has, read from the head of its file: no torch.

    Weights that a mask holds at zero are among them.

    Raises:
        PixelLabError: when the file is missing or damaged.
    """
    path = _file(name_or_folder, WEIGHTS)
    try:
        with path.open("rb") as file:  # safetensors: the length of a JSON object, the object, the numbers
            (length,) = struct.unpack("<Q", file.read(8))
            if length > path.stat().st_size:
                raise ValueError(length)
            head = json.loads(file.read(length))
        return sum(math.prod(tensor["shape"]) for name, tensor in head.items() if name != "__metadata__")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, struct.error) as fault:
        raise PixelLabError(
            f"{path} is truncated or damaged: restore it from the repository or train the model again."
        ) from fault


def load(name_or_folder: str | Path, device: str = "cpu") -> AutoregressiveModel:
    """A trained model, in evaluation mode and float32, whatever precision its weights are stored in.

    Args:
        name_or_folder: a name of `pretrained`, or a folder with ``model.safetensors`` and ``card.json``.
        device: "cpu", "cuda", or "auto" for the GPU if there is one.

    Raises:
        PixelLabError: when a file is missing, truncated, or belongs to something else.

        >>> load("mnist-gated").configuration.architecture
        'gated_pixelcnn'
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from pixellab import devices
    from pixellab.models import build

    place = devices.device(device)
    model = build(card(name_or_folder).configuration)
    path = _file(name_or_folder, WEIGHTS)
    try:
        weights = load_file(path)
    except (OSError, SafetensorError) as fault:
        raise PixelLabError(
            f"{path} is truncated or damaged: restore it from the repository or train the model again."
        ) from fault
    try:
        model.load_state_dict({name: value.float() for name, value in weights.items()})
    except RuntimeError as fault:
        raise PixelLabError(
            f"{path} holds the weights of another network than {CARD} beside it describes: restore both."
        ) from fault
    return model.to(place)


def save(folder: Path, model: AutoregressiveModel, described: Card) -> None:
    """Write weights and card, each in one step: a reader finds the old or the new file, never half of one."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    atomic.write(folder / WEIGHTS, to_bytes(weights))
    save_card(folder, described)


def save_card(folder: Path, described: Card) -> None:
    """Write the card alone: after a measurement."""
    values = {**asdict(described), "configuration": to_dict(described.configuration)}
    atomic.write(folder / CARD, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode())


def folder_of(name_or_folder: str | Path) -> Path:
    """The folder of a shipped model by its name, or a folder as it is given.

    Raises:
        PixelLabError: when there is neither.
    """
    if isinstance(name_or_folder, str) and name_or_folder in pretrained():
        return FOLDER / name_or_folder
    folder = Path(name_or_folder)
    if not folder.is_dir():
        names = ", ".join(pretrained()) or "(none yet)"
        raise PixelLabError(
            f"There is no trained model {str(name_or_folder)!r}: choose one of {names}, "
            f"or name a folder with {WEIGHTS} and {CARD}."
        )
    return folder


def _file(name_or_folder: str | Path, name: str) -> Path:
    folder = folder_of(name_or_folder)
    if not (folder / name).is_file():
        raise PixelLabError(
            f"{folder} has no {name}: restore it from the repository, or name the folder of a trained model."
        )
    return folder / name
