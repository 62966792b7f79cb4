"""What the worker can be asked for. Checked in the web process, where the person is; run in the worker."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np

from pixellab.configurations import Configuration

METHODS = ("raster",)
MOST_ENDINGS = 64


@dataclass(frozen=True, eq=False)
class Completion:
    """n endings of a picture: its hidden pixels are drawn, all others are kept."""

    model: str
    image: np.ndarray | None = None  # (C, H, W) 0 … K-1, not read where hidden; None: nothing is given
    hidden: np.ndarray | None = None  # (H, W) bool; None: every pixel
    n: int = 9
    temperature: float = 1.0
    seed: int = 0
    method: str = "raster"
    condition: int | np.ndarray | None = None  # a class, or a vector (condition_size,)
    keep_probabilities: bool = False  # always for two levels, never beyond MOST_PROBABILITY_BYTES

    def checked(self, configuration: Configuration) -> Completion:
        """The same request in the exact types of the protocol. Raises `ValueError` with one sentence."""
        shape = configuration.shape
        hidden = np.ones(shape[1:], bool) if self.hidden is None else np.asarray(self.hidden)
        if hidden.shape != shape[1:] or hidden.dtype != bool:
            raise ValueError(
                f"The hidden pixels must be a bool array of shape {shape[1:]} for {self.model!r}, "
                f"not {hidden.dtype} of shape {hidden.shape}."
            )
        if self.image is None and not hidden.all():
            raise ValueError("There is no image, so every pixel must be hidden.")
        image = np.zeros(shape, np.uint8) if self.image is None else self.image
        if self.method not in METHODS:
            raise ValueError(f"There is no method {self.method!r}; there is {', '.join(METHODS)}.")
        return replace(
            self,
            image=_checked_image(self.model, image, hidden, configuration),
            hidden=hidden.copy(),
            n=_whole("The number of endings", self.n, 1, MOST_ENDINGS),
            temperature=_checked_temperature(self.temperature),
            seed=_whole("The seed", self.seed, 0, 2**63 - 1),
            condition=_checked_condition(self.model, self.condition, configuration),
            keep_probabilities=bool(self.keep_probabilities) or configuration.levels == 2,
        )

    def order(self) -> np.ndarray:
        """(total, 2) uint16 row and column of the pixels that will be drawn, in raster order."""
        return np.argwhere(self.hidden).astype(np.uint16)


@dataclass(frozen=True, eq=False)
class Distributions:
    """What the model expected at every pixel of a finished picture from those before: one parallel pass."""

    model: str
    image: np.ndarray  # (C, H, W) integers 0 … K-1
    condition: int | np.ndarray | None = None

    n = 1
    keep_probabilities = True

    def checked(self, configuration: Configuration) -> Distributions:
        """The same request in the exact types of the protocol. Raises `ValueError` with one sentence."""
        nothing_hidden = np.zeros((configuration.height, configuration.width), bool)
        return replace(
            self,
            image=_checked_image(self.model, self.image, nothing_hidden, configuration),
            condition=_checked_condition(self.model, self.condition, configuration),
        )

    def order(self) -> np.ndarray:
        """(H·W, 2) uint16 row and column of all pixels, in raster order."""
        return np.argwhere(np.ones(self.image.shape[1:], bool)).astype(np.uint16)


@dataclass(frozen=True, eq=False)
class Dials:
    """The three distributions of one pixel of a colour picture, for many values of its earlier colours.

    The answer is one event whose n members are: the picture's own values (PICTURE); red at each of `STOPS` stops,
    green and blue drawn after it (ALONG_RED …); the chosen red (NOW); that red with green at each of the stops
    (ALONG_GREEN …); `DRAWS` draws of the softmaxes (DRAWN …) and as many of Gaussians fitted to them (REGRESSED …).
    Each probability is at temperature 1; each value is drawn at `temperature`, from the same numbers everywhere.
    """

    model: str
    image: np.ndarray  # (3, H, W) integers 0 … K-1; pixels from (row, column) on are not read
    row: int
    column: int
    red: int | None = None  # None: drawn
    temperature: float = 1.0
    seed: int = 0  # 0: numbers that give the picture's own values at temperature 1

    STOPS = 64
    DRAWS = 64
    PICTURE = 0
    NOW = 1
    ALONG_RED = 2
    ALONG_GREEN = ALONG_RED + STOPS
    DRAWN = ALONG_GREEN + STOPS
    REGRESSED = DRAWN + DRAWS
    n = REGRESSED + DRAWS
    keep_probabilities = True

    def checked(self, configuration: Configuration) -> Dials:
        """The same request in the exact types of the protocol. Raises `ValueError` with one sentence."""
        if configuration.channels != 3 or configuration.levels != 256:
            raise ValueError(f"{self.model!r} has no three colours of 256 values.")
        nothing_hidden = np.zeros((configuration.height, configuration.width), bool)
        return replace(
            self,
            image=_checked_image(self.model, self.image, nothing_hidden, configuration),
            row=_whole("The row", self.row, 0, configuration.height - 1),
            column=_whole("The column", self.column, 0, configuration.width - 1),
            red=None if self.red is None else _whole("Red", self.red, 0, 255),
            temperature=_checked_temperature(self.temperature),
            seed=_whole("The seed", self.seed, 0, 2**63 - 1),
        )

    def order(self) -> np.ndarray:
        """(1, 2) uint16: the pixel."""
        return np.array([[self.row, self.column]], np.uint16)


Request: TypeAlias = "Completion | Distributions | Dials"
_KINDS = {kind.__name__: kind for kind in (Completion, Distributions, Dials)}


def generation(
    model: str,
    *,
    n: int = 1,
    temperature: float = 1.0,
    seed: int = 0,
    condition: int | np.ndarray | None = None,
    keep_probabilities: bool = False,
) -> Completion:
    """A picture from nothing: a completion in which every pixel is hidden."""
    return Completion(
        model,
        n=n,
        temperature=temperature,
        seed=seed,
        condition=condition,
        keep_probabilities=keep_probabilities,
    )


def pack(request: Request) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A checked request as a JSON object and arrays."""
    values = {field.name: getattr(request, field.name) for field in fields(request)}
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray)}
    plain = {name: value for name, value in values.items() if name not in arrays}
    return {"request": type(request).__name__, **plain}, arrays


def unpack(plain: dict[str, Any], arrays: dict[str, np.ndarray]) -> Request:
    """The request that was packed."""
    values = dict(plain)
    return _KINDS[values.pop("request")](**values, **arrays)


def _checked_image(model: str, image: np.ndarray, hidden: np.ndarray, configuration: Configuration) -> np.ndarray:
    image = np.asarray(image)
    shape = configuration.shape
    if image.shape != shape or image.dtype.kind not in "iu":
        raise ValueError(
            f"The image must be integers of shape {shape} (channels, height, width) for {model!r}, "
            f"not {image.dtype} of shape {image.shape}."
        )
    # What lies under hidden pixels is never sent, so it cannot leak into what is drawn.
    given = np.where(hidden, 0, image)
    if given.min() < 0 or given.max() >= configuration.levels:
        raise ValueError(
            f"The image has values from {given.min()} to {given.max()}; "
            f"{model!r} knows 0 to {configuration.levels - 1}."
        )
    return given.astype(np.uint8)


def _checked_temperature(temperature: float) -> float:
    temperature = float(temperature)
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"The temperature must be a number from 0 up, not {temperature}.")
    return temperature


def _checked_condition(
    model: str, condition: int | np.ndarray | None, configuration: Configuration
) -> int | np.ndarray | None:
    size = getattr(configuration, "condition_size", 0) or 0
    if condition is None:
        return None
    if not size:
        raise ValueError(f"{model!r} takes no condition.")
    if np.ndim(condition) == 0:
        return _whole("The condition", condition, 0, size - 1)
    vector = np.asarray(condition, np.float32)
    if vector.shape != (size,) or not np.isfinite(vector).all():
        raise ValueError(f"The condition of {model!r} must be a class or {size} finite numbers.")
    return vector


def _whole(what: str, value: object, least: int, most: int) -> int:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        raise ValueError(f"{what} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)
