"""What a training run is, read from a small file: the model, the data, and how long and how fast to learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pixellab.configurations import Configuration, from_dict
from pixellab.data import NAMES
from pixellab.errors import PixelLabError

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

FOLDER = Path(__file__).parent / "configurations"
UNITS = ("nats", "bits/dim")
PRECISIONS = ("auto", "float32", "bfloat16")
ENDLESS = 1_000_000_000
"""Updates of a run that only time ends."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """A training run.

    Attributes:
        name: of the run and of the model it makes.
        title: the model's name for people.
        model: the network.
        data: name of the data set, see `pixellab.data`.
        protocol: one sentence about the data and the unit, printed beside every figure.
        labels: whether the class of a picture, and its place where it has one, is the model's condition.
        unit: "nats" an image, or "bits/dim".
        steps: updates in all; warm-up and cool-down included.
        batch_size: pictures an update, over all processes.
        learning_rate: the highest; reached after ``warmup`` updates, kept, and brought to 0 over the last ``cooldown``.
        clip: largest norm of the gradient.
        ema: decay of the exponential moving average of the weights, which is what is measured and kept.
        weight_decay: as in AdamW.
        flip: whether half of the pictures are mirrored.
        precision: "float32", "bfloat16" (autocast), or "auto": whichever of them this machine multiplies faster.
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
    precision: str = "auto"
    validate_every: int = 1_000
    valid_images: int = 2_000
    seed: int = 0
    departures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "validate_every", "valid_images"):
            _check(name, getattr(self, name), int, least=1)
        for name in ("warmup", "cooldown", "seed"):
            _check(name, getattr(self, name), int, least=0)
        for name in ("learning_rate", "clip"):
            _check(name, getattr(self, name), (int, float), above=0)
        _check("weight_decay", self.weight_decay, (int, float), least=0)
        _check("ema", self.ema, (int, float), least=0, below=1)
        for name in ("labels", "flip"):
            _check(name, getattr(self, name), bool)
        for name, choices in (("unit", UNITS), ("precision", PRECISIONS), ("data", NAMES)):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")

    def rate(self, step: int, spent: float = 0.0) -> float:
        """The learning rate of update ``step`` (0-based): a ramp, a plateau, a ramp.

        The plateau can be made longer without touching what was learnt: raise ``steps`` and go on.

        Args:
            spent: the share of its time that a run with a limit in time has spent, 0 … 1. The last ramp follows updates
                or time, whichever is further.
        """
        up = min(1.0, (step + 1) / max(1, self.warmup))
        left = min(self.steps - step, (1 - spent) * self.steps)
        return self.learning_rate * min(up, left / max(1, self.cooldown), 1.0)

    def timed(self, steps: int | None = None) -> Settings:
        """The same run for a limit in time: at most ``steps`` updates, or any number, the last ramp in proportion."""
        wanted = steps or ENDLESS
        return replace(self, steps=wanted, cooldown=round(wanted * min(1.0, self.cooldown / self.steps)))


def shipped() -> tuple[str, ...]:
    """The names of the configurations that come with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def read(name_or_path: str | Path, changes: Sequence[str] = ()) -> Settings:
    """The settings of a shipped configuration ("mnist-gated") or of a file.

    Args:
        changes: settings to be replaced, each as a line of such a file: "batch_size=64", "model.features=96".

    Raises:
        PixelLabError: when there is no such configuration or a value in it does not fit.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = FOLDER / f"{name_or_path}.toml"
    if not path.is_file():
        raise PixelLabError(
            f"There is no training configuration {str(name_or_path)!r}: "
            f"name one of {', '.join(shipped())}, or a .toml file."
        )
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        for change in changes:
            _replace(values, change)
        return from_values(values)
    except (OSError, ValueError, TypeError) as fault:
        raise PixelLabError(f"{path} is not a training configuration: {str(fault).rstrip('.')}.") from fault


def from_values(values: dict[str, Any]) -> Settings:
    """Settings from the tables of a file: everything at the top, the network under ``model``.

    Raises:
        ValueError: when a setting is missing, unknown or does not fit.
    """
    known = {f.name: f for f in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise ValueError(f"it has no setting {', '.join(unknown)}")
    required = {name for name, f in known.items() if f.default is MISSING and f.default_factory is MISSING}
    if missing := sorted(required - set(values)):
        raise ValueError(f"it lacks {', '.join(missing)}")
    if not isinstance(values["model"], dict):
        raise ValueError("model is a table with the network's architecture and sizes")
    return Settings(**{**values, "model": from_dict(values["model"])})


def _replace(values: dict[str, Any], change: str) -> None:
    """Replace one setting, written as a line of a file; a word needs no quotes."""
    key, equals, text = change.partition("=")
    table, _, name = key.strip().rpartition(".")
    if not equals or not name or table not in ("", "model"):
        raise ValueError(f"{change!r} is no change: write setting=value, or model.setting=value")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except ValueError:
        value = text.strip()
    (values[table] if table else values)[name] = value


def _check(
    name: str,
    value: object,
    kind: type | tuple[type, ...],
    *,
    least: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """Raise a ValueError that says what a setting must be."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        wanted = {int: "a whole number", bool: "true or false"}.get(kind, "a number")
        raise ValueError(f"{name} is {wanted}, not {value!r}")
    if least is not None and not value >= least:
        raise ValueError(f"{name} is at least {least}, not {value!r}")
    if above is not None and not value > above:
        raise ValueError(f"{name} is above {above}, not {value!r}")
    if below is not None and not value < below:
        raise ValueError(f"{name} is below {below}, not {value!r}")
