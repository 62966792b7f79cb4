"""The shipped models side by side, from their cards: what each is, what it costs, what it reaches. No torch.

Likelihoods of different data, units or conditions are never put in one column: models stand in groups, and only within
a group may figures be compared.

    >>> [group.unit for group in groups([])]
    []
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pixellab import zoo
from pixellab.configurations import Configuration, architectures
from pixellab.data.sets import SETS
from pixellab.published import Published, beside, others

SPLITS = ("test", "valid")
"""Whose figure stands for a model: that of the first that was measured."""


@dataclass(frozen=True)
class Entry:
    """A shipped model.

    Attributes:
        card: what it says of itself.
        parameters: how many weights it has.
        published: what was published for its architecture on the same data; the first is the one to stand beside it.
    """

    card: zoo.Card
    parameters: int
    published: tuple[Published, ...]

    @property
    def figure(self) -> zoo.Figure | None:
        """Its likelihood: on the test split, or, before that was measured, on the validation split."""
        return next((figure for split in SPLITS if (figure := self.card.figure(split))), None)


@dataclass(frozen=True)
class Group:
    """Models whose figures can be compared.

    Attributes:
        key: of the group, short.
        title: data and unit, and what the models are told.
        protocol: how the data was made and what the unit is, in a sentence.
        unit: "nats" or "bits/dim".
    """

    key: str
    title: str
    protocol: str
    unit: str
    entries: tuple[Entry, ...]

    @property
    def formats(self) -> tuple[zoo.FileFormat, ...]:
        """What picture formats make of the same test pictures."""
        return next((tuple(e.card.formats) for e in self.entries if e.card.formats), ())

    @property
    def others(self) -> tuple[Published, ...]:
        """What models that the package does not have reach on the same data, with nothing told."""
        return others(self.entries[0].card.data) if not given(self.entries[0].card) else ()


def entries() -> list[Entry]:
    """All shipped models, in the order of the papers."""
    cards = [zoo.card(name) for name in zoo.pretrained()]
    cards.sort(key=lambda card: (architectures().index(card.configuration.architecture), card.name))
    return [Entry(card, zoo.parameters(card.name), _published(card)) for card in cards]


def groups(models: Iterable[Entry]) -> list[Group]:
    """The models in groups that can be compared: the largest group first."""
    found: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in models:
        card = entry.card
        found.setdefault((card.data, card.unit, given(card)), []).append(entry)
    made = [
        Group(
            "-".join(part.replace(" ", "-") for part in (data, told) if part),
            f"{_title(data)}{f', given the {told}' if told else ''}",
            members[0].card.protocol,
            unit,
            tuple(members),
        )
        for (data, unit, told), members in found.items()
    ]
    return sorted(made, key=lambda group: (-len(group.entries), group.key))


def given(card: zoo.Card) -> str:
    """What a model is told of a picture before it draws it or is measured on it: "", "class", "class and place" …"""
    size = getattr(card.configuration, "condition_size", 0)
    if not size:
        return ""
    if not card.labels:
        return "condition"
    return "class and place" if card.data in SETS and SETS[card.data].grid[0] else "class"


def steps(configuration: Configuration) -> int:
    """How many steps one layer takes, one after another, over a picture that is known: in training.

    Convolutions take all pixels at once. A Row LSTM waits for the row above, a Diagonal BiLSTM for the diagonal before
    (PixelRNN paper, sections 3.1 and 3.2). Both networks of a Multi-Scale PixelRNN know their pictures, and the large
    one takes longer. Drawing is always one value after another: `configuration.dimensions` steps.
    """
    kind = getattr(configuration, "lstm", configuration.architecture)
    return {
        "row_lstm": configuration.height,
        "diagonal_bilstm": configuration.height + configuration.width - 1,
    }.get(kind, 1)


def measured_on(card: zoo.Card, figure: zoo.Figure) -> str:
    """ "all 10,000 test images", or "9,980 of the 10,000 test images"."""
    known = SETS[card.data].sizes.get(figure.split, figure.images) if card.data in SETS else figure.images
    share = "all " if figure.images == known else f"{figure.images:,} of the "
    # Only the test split is always measured whole: while a model learns, a part of the other one is enough.
    return f"{share}{known:,} test images" if figure.split == "test" else f"{figure.images:,} {figure.split} images"


def trained(card: zoo.Card) -> str:
    """ "8,500 updates, 136,000 images, 1.45 hours, 1 CPU core": with all that its first weights had taken."""
    whole = card.in_all
    hardware = card.hardware.replace("1 CPU cores", "1 CPU core")
    text = f"{whole.steps:,} updates, {whole.images_seen:,} images, {whole.hours:g} hours, {hardware}"
    return f"{text}; began as {card.began.name}" if card.began else text


def network(configuration: Configuration) -> str:
    """ "12 layers of 64 features"."""
    return f"{configuration.layers} layers of {configuration.features} features"


def _title(data: str) -> str:
    return SETS[data].title.removeprefix("The set of ") if data in SETS else data


def _published(card: zoo.Card) -> tuple[Published, ...]:
    """Nobody has published a figure for models that are told something."""
    return () if given(card) else beside(card.configuration.architecture, card.data)
