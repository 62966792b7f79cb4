"""What a training run is, read from a small file: the model, the data, and how long and how fast to learn."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from pixellab.configurations import Configuration, from_dict
from pixellab.errors import PixelLabError

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

FOLDER = Path(__file__).parent / "configurations"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A training run.

    Attributes:
        name: of the run and of the model it makes.
        title: the model's name for people.
        model: the network.
        data: name of the data set, see `pixellab.data`.
        protocol: one sentence about the data and the unit, printed beside every figure.
        labels: whether the class of a picture is its condition.
        unit: "nats" an image, or "bits/dim".
        steps: updates in all; warm-up and cool-down included.
        batch_size: pictures an update, over all processes.
        learning_rate: the highest; reached after ``warmup`` updates, kept, and brought to 0 over the last ``cooldown``.
        clip: largest norm of the gradient.
        ema: decay of the exponential moving average of the weights, which is what is measured and kept.
        weight_decay: as in AdamW.
        flip: whether half of the pictures are mirrored.
        precision: "float32" or "bfloat16" (autocast).
        validate_every: updates between two looks at the validation split.
        valid_images: how many of its pictures are looked at.
        seed: of the initial weights, the order of the data and dropout.
        departures: where the training or the model departs from the paper.
    """

    name: str
    title: str
    model: Configuration
    data: str
    protocol: str
    unit: str
    labels: bool = False
    steps: int = 10_000
    batch_size: int = 16
    learning_rate: float = 1e-3
    warmup: int = 500
    cooldown: int = 2_000
    clip: float = 1.0
    ema: float = 0.999
    weight_decay: float = 0.0
    flip: bool = False
    precision: str = "bfloat16"
    validate_every: int = 1_000
    valid_images: int = 2_000
    seed: int = 0
    departures: list[str] = field(default_factory=list)

    def rate(self, step: int) -> float:
        """The learning rate of update ``step`` (0-based): a ramp, a plateau, a ramp.

        The plateau can be made longer without touching what was learnt: raise ``steps`` and go on.
        """
        up = min(1.0, (step + 1) / max(1, self.warmup))
        down = min(1.0, (self.steps - step) / max(1, self.cooldown))
        return self.learning_rate * min(up, down)


def shipped() -> tuple[str, ...]:
    """The names of the configurations that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def read(name_or_path: str | Path) -> Settings:
    """The settings of a shipped configuration ("mnist-gated") or of a file.

    Raises:
        PixelLabError: when there is no such configuration or a value in it does not fit.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = FOLDER / f"{name_or_path}.toml"
    if not path.is_file():
        raise PixelLabError(
            f"There is no training configuration {str(name_or_path)!r}: name one of {', '.join(shipped())} or a .toml file."
        )
    try:
        return from_values(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValueError, TypeError, KeyError) as fault:
        raise PixelLabError(f"{path.name} is not a training configuration: {fault}.") from fault


def from_values(values: dict[str, Any]) -> Settings:
    """Settings from the tables of a file: everything at the top, the network under ``model``."""
    known = {f.name for f in fields(Settings)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"it has no setting {', '.join(unknown)}")
    return Settings(**{**values, "model": from_dict(values["model"])})
