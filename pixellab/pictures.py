"""Picture files in and out: what people upload becomes model input, what models draw becomes PNG.

Reading is careful, because files come from strangers: size and pixels are limited before anything is decoded,
and whatever is wrong is said in one sentence (`PixelLabError`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageOps

from pixellab.errors import PixelLabError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MOST_BYTES = 20 * 2**20
MOST_PIXELS = 50_000_000
_WORKING_SIDE = 1024  # pixels; far more than any model takes, far less than a camera gives

TARGET = (200, 69, 15)
"""The colour of generated ink (the role "target" of the light theme)."""
_UNDRAWN = (221, 225, 231)


def read(data: bytes) -> np.ndarray:
    """The first frame of a PNG, JPEG, WebP or GIF file, upright, as (H, W, 3) uint8.

    Any colour mode and depth; a transparent picture is laid on black where what it shows is light, else on
    white. No side is longer than 1024 pixels: larger pictures are reduced.

    Raises:
        PixelLabError: the file is too large, no such picture, or cut short.
    """
    if not data:
        raise PixelLabError("This file is empty; choose a PNG, JPEG, WebP or GIF picture.")
    if len(data) > MOST_BYTES:
        raise PixelLabError(
            f"This file has {len(data) / 2**20:.0f} MB; choose a picture below {MOST_BYTES >> 20} MB."
        )
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise PixelLabError(_too_many(image.width, image.height))
        image.draft("RGB", (_WORKING_SIDE, _WORKING_SIDE))
        image.load()
        return np.asarray(_opaque(ImageOps.exif_transpose(image)))
    except Image.UnidentifiedImageError:
        raise PixelLabError("This is not a PNG, JPEG, WebP or GIF picture; choose another file.") from None
    except Image.DecompressionBombError:
        raise PixelLabError(_too_many()) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise PixelLabError(
            "This picture is damaged or cut short; save it again, or choose another."
        ) from error


def cropped(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    """The largest middle part of `rgb` (H, W, 3) in that shape, resampled: (3, height, width) uint8."""
    fitted = ImageOps.fit(Image.fromarray(rgb), (width, height), Image.Resampling.LANCZOS)
    return np.asarray(fitted).transpose(2, 0, 1).copy()


def grey(rgb: np.ndarray) -> np.ndarray:
    """Lightness of `rgb` (..., 3) uint8 as float32 in [0, 1], weighted as in Rec. 601."""
    return (rgb.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)) / 255


def background_is_light(rgb: np.ndarray) -> bool:
    """Whether the border of the picture is lighter than mid-grey: dark ink on paper."""
    return float(_border(grey(rgb))) > 0.5


def digit(rgb: np.ndarray, height: int = 28, width: int = 28, *, dark_ink: bool) -> np.ndarray:
    """Ink in [0, 1] of a drawn digit, (height, width) float32, placed as in MNIST.

    The ink is cut out, fitted into 20/28 of the picture with its proportions kept, and its centre of mass put
    into the middle (LeCun et al. 1998).

    Args:
        rgb: (H, W, 3) uint8.
        dark_ink: the ink is darker than the ground (see `background_is_light`).

    Raises:
        PixelLabError: the picture is blank.
    """
    light = grey(rgb)
    ground = _border(light)
    ink = np.clip(ground - light if dark_ink else light - ground, 0, None)
    if ink.max() < 0.1:
        raise PixelLabError(
            "This picture is blank, or its ink is on the other side: try the switch, or another."
        )
    ink /= np.quantile(ink[ink > 0.5 * ink.max()], 0.5)
    rows, columns = (np.flatnonzero((ink > 0.3).any(axis)) for axis in (1, 0))
    ink = np.clip(ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 0, 1)
    scale = min(height, width) * 20 / 28 / max(ink.shape)
    size = tuple(max(1, round(side * scale)) for side in ink.shape[::-1])
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    small = np.asarray(Image.fromarray(ink).resize(size, method))
    return _centred(np.clip(small, 0, 1), height, width)


def binarise(ink: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """1 where `ink` (H, W) reaches `threshold`, else 0: (1, H, W) uint8."""
    return (ink >= threshold).astype(np.uint8)[None]


def to_rgb(
    pictures: np.ndarray, levels: int, hidden: np.ndarray | None = None, undrawn: np.ndarray | None = None
) -> np.ndarray:
    """Pictures (n, C, H, W) of values below `levels` as (n, H, W, 3) uint8.

    hidden: (H, W) bool, where binary ink is generated and takes the colour of its role;
    undrawn: (H, W) bool, what is still to come, grey.
    """
    rgb = np.rint(pictures.astype(np.float32) * (255 / (levels - 1))).astype(np.uint8)
    rgb = np.broadcast_to(rgb.transpose(0, 2, 3, 1), (*rgb.shape[:1], *rgb.shape[2:], 3)).copy()
    if hidden is not None and levels == 2 and pictures.shape[1] == 1:
        ground = tuple(channel // 6 for channel in TARGET)
        rgb[:, hidden] = np.where(pictures[:, 0][:, hidden, None] > 0, TARGET, ground)
    if undrawn is not None:
        rgb[:, undrawn] = _UNDRAWN
    return rgb


def grid(rgb: np.ndarray, *, columns: int, scale: int = 1, gap: int = 1) -> np.ndarray:
    """Pictures (n, H, W, 3) side by side on white: (H', W', 3).

    gap: pixels between two pictures; scale: how wide each pixel becomes, the gap included.
    """
    n, height, width, _ = rgb.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for index, picture in enumerate(rgb):
        top, left = (index // columns) * (height + gap), (index % columns) * (width + gap)
        sheet[top : top + height, left : left + width] = picture
    return sheet.repeat(scale, 0).repeat(scale, 1)


def png(rgb: np.ndarray) -> bytes:
    """A PNG file of (H, W, 3) uint8."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG", optimize=True)
    return file.getvalue()


def animated_png(frames: Iterable[np.ndarray], *, milliseconds: int, last: int = 2000) -> bytes:
    """An animated PNG of frames (H, W, 3) uint8 that repeats.

    Each frame is shown `milliseconds` long, the last one `last`.
    """
    images = [Image.fromarray(frame) for frame in frames]
    file = io.BytesIO()
    images[0].save(
        file, "PNG", save_all=True, append_images=images[1:], loop=0,
        duration=[milliseconds] * (len(images) - 1) + [last],
    )  # fmt: skip
    return file.getvalue()


def _too_many(width: int = 0, height: int = 0) -> str:
    size = f"{width} × {height}" if width else "too many"
    return f"This picture has {size} pixels; choose one below {MOST_PIXELS // 10**6} million."


def _opaque(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue, whatever the mode was, and at most 1024 pixels a side."""
    if image.mode.startswith(("I", "F")):  # sixteen bits and more: PIL would clip instead of scaling
        values = np.asarray(image).astype(np.float32)
        image = Image.fromarray((values / max(65535.0, float(values.max())) * 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        image.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
        values = np.asarray(image)
        weight = values[..., 3].astype(np.float32)
        shown = float((grey(values[..., :3]) * weight).sum() / max(1.0, float(weight.sum())))
        ground = Image.new("RGBA", image.size, "black" if shown > 0.5 else "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("RGB")
    image.thumbnail((_WORKING_SIDE, _WORKING_SIDE))
    return image


def _border(light: np.ndarray) -> np.float32:
    return np.median(np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]]))


def _centred(ink: np.ndarray, height: int, width: int) -> np.ndarray:
    """`ink` on a ground of (height, width), its centre of mass in the middle as far as it fits."""
    whole = np.zeros((height, width), np.float32)
    mass = ink.sum()
    rows, columns = ink.shape
    centre = (ink.sum(1) @ (np.arange(rows) + 0.5) / mass, ink.sum(0) @ (np.arange(columns) + 0.5) / mass)
    top = int(np.clip(round(height / 2 - centre[0]), 0, height - rows))
    left = int(np.clip(round(width / 2 - centre[1]), 0, width - columns))
    whole[top : top + rows, left : left + columns] = ink
    return whole
