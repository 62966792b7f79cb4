"""What the worker can be asked for. Checked in the web process, where the person is; run in the worker."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

import numpy as np

from pixellab.configurations import Configuration

MOST_ENDINGS = 64
PARTICLES = (2, 64)
"""The least and the most that may run for one ending."""

Condition: TypeAlias = "int | np.ndarray | None"
"""A class (int) or a vector (condition_size,) for all endings; classes (n,) or vectors (n, condition_size) for each."""

Shapes: TypeAlias = "dict[str, tuple[tuple[int, ...], type[np.generic]]]"
"""Of what comes of each pixel, by name: the shape and the type of one row."""


def drawing_order(hidden: np.ndarray, draft: int = 1) -> np.ndarray:
    """(total, 2) uint16 row and column of the hidden pixels, in the order in which they are drawn.

    draft: every so-manieth pixel of every so-manieth row comes first (Multi-Scale PixelRNN); 1: raster order.
    """
    first = np.zeros_like(hidden)
    first[::draft, ::draft] = True
    return np.concatenate([np.argwhere(hidden & first), np.argwhere(hidden & ~first)]).astype(np.uint16)


@dataclass(frozen=True, eq=False)
class Completion:
    """n endings of a picture: its hidden pixels are drawn, all others are kept."""

    model: str
    image: np.ndarray | None = None  # (C, H, W) 0 … K-1, not read where hidden; None: nothing is given
    hidden: np.ndarray | None = None  # (H, W) bool; None: every pixel
    n: int = 9
    temperature: float = 1.0
    seed: int = 0
    condition: Condition = None
    keep_probabilities: bool = False  # always for two levels, never beyond MOST_PROBABILITY_BYTES
    draft: int = 1  # see `drawing_order`; set by `checked`

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
        return replace(
            self,
            image=_checked_image(self.model, image, hidden, configuration),
            hidden=hidden.copy(),
            n=_whole("The number of endings", self.n, 1, MOST_ENDINGS),
            temperature=_checked_temperature(self.temperature),
            seed=_whole("The seed", self.seed, 0, 2**63 - 1),
            condition=_checked_condition(self.model, self.condition, configuration, self.n),
            keep_probabilities=bool(self.keep_probabilities) or configuration.levels == 2,
            draft=getattr(configuration, "factor", 1),
        )

    def order(self) -> np.ndarray:
        """(total, 2) uint16 row and column of the pixels that will be drawn, in the order of the model."""
        return drawing_order(self.hidden, self.draft)

    def shapes(self, configuration: Configuration) -> Shapes:
        """See `Shapes`."""
        return _drawn_shapes(self.n, configuration)


@dataclass(frozen=True, eq=False)
class LookBelow(Completion):
    """n endings that fit what is given behind the hole, too: `particles` for each, see `sampling.look_below`.

    After the hole the pictures are read on to their end, which weighs the particles once more.
    """

    particles: int = 32

    def checked(self, configuration: Configuration) -> LookBelow:
        """As that of `Completion`."""
        request = super().checked(configuration)
        if request.temperature == 0:
            raise ValueError("Looking below weighs by probability: the temperature must be above 0.")
        return replace(request, particles=_whole("The number of particles", self.particles, *PARTICLES))

    def order(self) -> np.ndarray:
        """(total, 2) uint16 row and column of all pixels from the first hidden one on, in the order of the model."""
        everything = drawing_order(np.ones_like(self.hidden), self.draft)
        somewhere = np.flatnonzero(self.hidden[tuple(everything.T)])
        return everything[somewhere[0] :] if len(somewhere) else everything[:0]

    def shapes(self, configuration: Configuration) -> Shapes:
        """See `Shapes`.

        values: of each particle; parents: which particle of its ending each one was before the resampling at this
        pixel; shares: of the weight of its ending, before that resampling; worth: equally weighted draws that they
        are worth; stands: the particle that stands for the ending, in the end the one that was chosen;
        evidence: logarithm of how much each ending counts.
        """
        n, particles = self.n, self.particles
        return {
            "values": ((n, particles, configuration.channels), np.uint8),
            "parents": ((n, particles), np.uint8),
            "shares": ((n, particles), np.float16),
            "worth": ((n,), np.float32),
            "stands": ((n,), np.uint8),
            "evidence": ((n,), np.float64),
        }


@dataclass(frozen=True, eq=False)
class Distributions:
    """What the model expected at every pixel of a finished picture from those before: one parallel pass."""

    model: str
    image: np.ndarray  # (C, H, W) integers 0 … K-1
    condition: Condition = None

    n = 1
    keep_probabilities = True

    def checked(self, configuration: Configuration) -> Distributions:
        """The same request in the exact types of the protocol. Raises `ValueError` with one sentence."""
        nothing_hidden = np.zeros((configuration.height, configuration.width), bool)
        return replace(
            self,
            image=_checked_image(self.model, self.image, nothing_hidden, configuration),
            condition=_checked_condition(self.model, self.condition, configuration, self.n),
        )

    def order(self) -> np.ndarray:
        """(H·W, 2) uint16 row and column of all pixels, in raster order."""
        return drawing_order(np.ones(self.image.shape[1:], bool))

    def shapes(self, configuration: Configuration) -> Shapes:
        """See `Shapes`."""
        return _drawn_shapes(self.n, configuration)


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

    def shapes(self, configuration: Configuration) -> Shapes:
        """See `Shapes`."""
        return _drawn_shapes(self.n, configuration)


Request: TypeAlias = "Completion | LookBelow | Distributions | Dials"
_KINDS = {kind.__name__: kind for kind in (Completion, LookBelow, Distributions, Dials)}


def generation(
    model: str,
    *,
    n: int = 1,
    temperature: float = 1.0,
    seed: int = 0,
    condition: Condition = None,
    keep_probabilities: bool = False,
) -> Completion:
    """A picture from nothing: a completion in which every pixel is hidden."""
    return Completion(
        model, n=n, temperature=temperature, seed=seed, condition=condition, keep_probabilities=keep_probabilities
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


def _drawn_shapes(n: int, configuration: Configuration) -> Shapes:
    """What comes of a pixel that was drawn, or whose distribution was asked for; see `jobs.Job`."""
    shape = n, configuration.channels
    return {
        "values": (shape, np.uint8),
        "entropy": (shape, np.float32),
        "nats": (shape, np.float32),
        "probabilities": ((*shape, configuration.levels), np.float16),
    }


def _checked_condition(model: str, condition: Condition, configuration: Configuration, n: int) -> Condition:
    size = getattr(configuration, "condition_size", 0) or 0
    if condition is None:
        return None
    if not size:
        raise ValueError(f"{model!r} takes no condition.")
    if np.ndim(condition) == 0:
        return _whole("The condition", condition, 0, size - 1)
    given = np.asarray(condition)
    if given.dtype.kind in "iu":
        if given.shape != (n,) or given.min() < 0 or given.max() >= size:
            raise ValueError(f"The condition of {model!r} must be {n} classes from 0 to {size - 1}, one an ending.")
        return given.astype(np.int64)
    vector = given.astype(np.float32)
    if vector.shape not in ((size,), (n, size)) or not np.isfinite(vector).all():
        raise ValueError(f"The condition of {model!r} must be a class or {size} finite numbers, for all or for each.")
    return vector


def _whole(what: str, value: object, least: int, most: int) -> int:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        raise ValueError(f"{what} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)
