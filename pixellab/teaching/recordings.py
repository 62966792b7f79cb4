"""The leak lab: what became of each model of `pixellab.teaching.mistakes` in training, recorded. No torch.

Two files. ``leak_lab.json`` says how it was done and holds the curves; ``leak_lab.npz`` the pictures that the models
drew (no picture of a data set is among them) and the receptive fields. `python -m pixellab.teaching.record` makes them.

    lab = recordings.read()
    lab["mask-b-first"].final           # nats an image on validation images: too low to be true
    lab["mask-b-first"].samples.shape   # (9, 1, 28, 28), drawn pixel by pixel
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from pixellab import atomic
from pixellab.errors import PixelLabError
from pixellab.fields import Split
from pixellab.teaching.mistakes import VARIANTS, TeachingConfiguration, Variant

FOLDER = Path(__file__).parents[1] / "ui" / "first_frames"
NAME = "leak_lab"

ROLES = ("future", "seen", "blind", "out of reach", "leak")
"""What `Recording.roles` counts: the index of each pixel's role."""


@dataclass(frozen=True)
class Protocol:
    """How all models were trained alike.

    Attributes:
        data: the set; the colour models read its digits in one of seven colours each.
        steps, batch: updates, and images in each.
        learning_rate: of Adam at the start; it falls to 0 as half a cosine.
        seed: of the weights, of the order of the images, and of the drawn pictures.
        every: updates between two points of the training curve, each the mean over the updates since the last.
        looks: updates between two points of the validation curve.
        looked: validation images of each point; ``measured``: of the final figure.
        pictures: how many were drawn.
        target: row and column whose field is kept.
        command: what makes the recording again.
        precision, threads: of the arithmetic.
    """

    data: str = "mnist-binarized"
    steps: int = 800
    batch: int = 32
    learning_rate: float = 2e-3
    seed: int = 0
    every: int = 20
    looks: int = 100
    looked: int = 256
    measured: int = 1024
    pictures: int = 9
    target: tuple[int, int] = (14, 14)
    command: str = "python -m pixellab.teaching.record"
    precision: str = "float32"
    threads: int = 1


@dataclass(frozen=True, eq=False)
class Recording:
    """One model, trained and drawn from.

    Attributes:
        name: of the `Variant`.
        configuration: its sizes.
        parameters: how many weights, masked ones included.
        train, valid: (n, 2): updates, and nats an image. For a model that leaks this is no likelihood.
        final: nats an image on more validation images, after the last update.
        seconds: of one CPU core.
        verdict: what `pixellab.causality.check` says of the trained model's kind, in sentences.
        field: the receptive field at the target, in a sentence.
        samples: (n, C, H, W) uint8 levels, drawn by one pass of the network for every value.
        roles: (H, W) uint8, the field at the target: indices of `ROLES`.
    """

    name: str
    configuration: TeachingConfiguration
    parameters: int
    train: tuple[tuple[int, float], ...]
    valid: tuple[tuple[int, float], ...]
    final: float
    seconds: float
    verdict: tuple[str, ...]
    field: str
    samples: np.ndarray
    roles: np.ndarray

    @property
    def variant(self) -> Variant:
        """What this is a recording of."""
        return VARIANTS[self.name]


@dataclass(frozen=True)
class LeakLab(Mapping[str, Recording]):
    """All recordings by name, in the order of `VARIANTS`, and how they were made."""

    protocol: Protocol
    recordings: dict[str, Recording]

    def __getitem__(self, name: str) -> Recording:
        return self.recordings[name]

    def __iter__(self):
        return iter(self.recordings)

    def __len__(self) -> int:
        return len(self.recordings)


def roles(split: Split) -> np.ndarray:
    """(H, W) uint8: the role of each pixel, as an index of `ROLES`; the target itself is "leak" or "future"."""
    result = np.zeros(split.seen.shape, np.uint8)
    for index, role in enumerate((split.seen, split.blind, split.out_of_reach, split.leak), start=1):
        result[role] = index
    return result


def read(folder: Path = FOLDER) -> LeakLab:
    """The recordings of the package.

    Raises:
        PixelLabError: when a file is missing or damaged.
    """
    try:
        text = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
        protocol = Protocol(**{**text["protocol"], "target": tuple(text["protocol"]["target"])})
        with np.load(folder / f"{NAME}.npz", allow_pickle=False) as arrays:
            found = {values["name"]: _recording(values, arrays) for values in text["recordings"]}
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as fault:
        raise PixelLabError(f"The recordings {NAME}.json and .npz cannot be read: restore both.") from fault
    return LeakLab(protocol, {name: found[name] for name in VARIANTS if name in found})


def write(lab: LeakLab, folder: Path = FOLDER) -> None:
    """Write both files."""
    text = {"protocol": asdict(lab.protocol), "roles": ROLES, "recordings": [_values(r) for r in lab.values()]}
    arrays = {}
    for name, recording in lab.items():
        arrays[f"{name}.samples"] = np.packbits(
            recording.samples.astype(bool).reshape(len(recording.samples), -1), axis=1
        )
        arrays[f"{name}.roles"] = recording.roles
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    atomic.write(folder / f"{NAME}.npz", packed.getvalue())
    atomic.write(folder / f"{NAME}.json", (json.dumps(text, ensure_ascii=False, indent=1) + "\n").encode())


def _values(recording: Recording) -> dict[str, object]:
    c = recording.configuration
    return {
        "name": recording.name,
        "title": recording.variant.title,
        "configuration": asdict(c),
        "parameters": recording.parameters,
        "final": round(recording.final, 3),
        "seconds": round(recording.seconds, 1),
        "verdict": recording.verdict,
        "field": recording.field,
        "train": {"steps": [s for s, _ in recording.train], "nats": [round(v, 3) for _, v in recording.train]},
        "valid": {"steps": [s for s, _ in recording.valid], "nats": [round(v, 3) for _, v in recording.valid]},
    }


def _recording(values: dict, arrays: Mapping[str, np.ndarray]) -> Recording:
    c, name = TeachingConfiguration(**values["configuration"]), values["name"]
    bits = np.unpackbits(arrays[f"{name}.samples"], axis=1, count=c.dimensions)
    return Recording(
        name=name,
        configuration=c,
        parameters=values["parameters"],
        train=tuple(zip(values["train"]["steps"], values["train"]["nats"], strict=True)),
        valid=tuple(zip(values["valid"]["steps"], values["valid"]["nats"], strict=True)),
        final=values["final"],
        seconds=values["seconds"],
        verdict=tuple(values["verdict"]),
        field=values["field"],
        samples=bits.reshape(-1, *c.shape),
        roles=arrays[f"{name}.roles"],
    )
