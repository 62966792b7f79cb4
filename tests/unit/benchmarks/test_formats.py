"""PNG and WebP beside a likelihood: nothing is lost, and the bytes counted are those of the pixels."""

from __future__ import annotations

import io
import math
import zlib

import numpy as np
import pytest
from PIL import Image

from pixellab.benchmarks import formats
from pixellab.data import Images


def images(x: np.ndarray, levels: int) -> Images:
    return Images(x, None, "tiles", "test", levels=levels)


def noise(n: int, channels: int, levels: int) -> Images:
    return images(np.random.default_rng(0).integers(0, levels, (n, channels, 32, 32), dtype=np.uint8), levels)


@pytest.mark.parametrize("name", formats.SETTINGS)
def test_noise_cannot_be_compressed(name: str) -> None:
    found = formats.measure(name, noise(4, 3, 256), "bits/dim")
    assert (found.split, found.images) == ("test", 4)
    assert 8 <= found.pixels < found.files < 8.5


@pytest.mark.parametrize("name", formats.SETTINGS)
def test_a_plain_picture_costs_little_but_its_file(name: str) -> None:
    found = formats.measure(name, images(np.full((3, 3, 32, 32), 7, np.uint8), 256), "bits/dim")
    assert found.pixels < 0.15
    assert found.files < 0.3


@pytest.mark.parametrize(("name", "around"), [("PNG", 8 + 25 + 12 + 12), ("WebP", 12 + 8)])
def test_what_stands_around_the_pixels_is_known(name: str, around: int) -> None:
    # PNG: signature, IHDR, the frame of one IDAT, IEND. WebP: RIFF head, the frame of VP8L, maybe a byte of filling.
    found = formats.measure(name, noise(1, 3, 256), "bits/dim")
    assert around <= (found.files - found.pixels) * 3 * 32 * 32 / 8 + 0.3 < around + 2


def test_the_pixels_of_a_png_are_one_zlib_stream() -> None:
    file = io.BytesIO()
    Image.fromarray(np.arange(192, dtype=np.uint8).reshape(8, 8, 3)).save(file, "PNG", optimize=True)
    data = file.getvalue()
    start = data.index(b"IDAT") + 4
    content = data[start : start + formats._png_pixels(data)]
    assert len(zlib.decompress(content)) == 8 * (1 + 24)


def test_binary_pictures_are_counted_in_nats() -> None:
    found = formats.measure("PNG", noise(4, 1, 2), "nats")
    # PNG writes a byte in front of each row that says how it is filtered.
    noise_alone, filters = 32 * 32 * math.log(2), 32 * 8 * math.log(2)
    assert noise_alone + filters <= found.pixels < noise_alone + filters + 20 * 8 * math.log(2)
