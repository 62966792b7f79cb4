"""What PNG and WebP make of the pictures of a split, for a likelihood to stand beside.

A likelihood is the length of the best code, to which arithmetic coding comes within two bits a picture. A file holds
more than its pixels: signature, size, checksums. So each format is counted twice, as the whole file and as the
compressed pixels alone (the IDAT chunks of a PNG without their frames; the VP8L chunk of a WebP likewise).
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, features

from pixellab.data import Images
from pixellab.errors import PixelLabError
from pixellab.zoo import FileFormat

SETTINGS: dict[str, dict[str, Any]] = {
    "PNG": {"format": "PNG", "optimize": True},
    "WebP": {"format": "WEBP", "lossless": True, "quality": 100, "method": 6, "exact": True},
}
"""How Pillow is asked to save, by the format's name: without loss, as small as it can."""


def measure(name: str, images: Images, unit: str) -> FileFormat:
    """The mean size of the pictures, each saved as a file of its own and read back to make sure that nothing is lost.

    Args:
        name: one of `SETTINGS`.
        unit: "nats" an image or "bits/dim", as of the model that it stands beside.

    Raises:
        PixelLabError: when Pillow was built without the format, or a file gives other pictures back.
    """
    if name == "WebP" and not features.check("webp"):
        raise PixelLabError("This Pillow was built without WebP: install one from PyPI.")
    whole = pixels = 0
    for picture in images.x:
        image = _image(picture, images.levels)
        file = io.BytesIO()
        image.save(file, **SETTINGS[name])
        if not np.array_equal(np.asarray(Image.open(file).convert(image.mode)), np.asarray(image)):
            raise PixelLabError(f"{name} does not give these pictures back bit for bit.")
        whole += len(file.getvalue())
        pixels += _COUNTERS[name](file.getvalue())
    files, alone = (_in_unit(8 * size / len(images), images.x.shape[1:], unit) for size in (whole, pixels))
    return FileFormat(name, images.split, len(images), round(files, 3), round(alone, 3))


def _image(picture: np.ndarray, levels: int) -> Image.Image:
    """(C, H, W) levels as an image in its smallest mode: one bit, eight, or three times eight."""
    if picture.shape[0] == 3 and levels == 256:
        return Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0)))
    if picture.shape[0] == 1 and levels == 2:
        return Image.fromarray(picture[0].astype(bool))
    if picture.shape[0] == 1 and levels == 256:
        return Image.fromarray(picture[0])
    raise PixelLabError(f"There is no picture format for {picture.shape[0]} colours of {levels} levels.")


def _in_unit(bits: float, shape: tuple[int, ...], unit: str) -> float:
    return bits * math.log(2) if unit == "nats" else bits / math.prod(shape)


def _png_pixels(file: bytes) -> int:
    """Bytes inside the IDAT chunks: length (4), name (4), content, checksum (4), after a signature of 8."""
    at, size = 8, 0
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        size += length * (file[at + 4 : at + 8] == b"IDAT")
        at += 12 + length
    return size


def _webp_pixels(file: bytes) -> int:
    """Bytes inside the VP8L chunk: name (4), length (4), content, filled up to an even number; after a head of 12."""
    at = 12
    while at < len(file):
        (length,) = struct.unpack_from("<I", file, at + 4)
        if file[at : at + 4] == b"VP8L":
            return length
        at += 8 + length + length % 2
    raise PixelLabError("This WebP file has no lossless picture in it.")


_COUNTERS: dict[str, Callable[[bytes], int]] = {"PNG": _png_pixels, "WebP": _webp_pixels}
