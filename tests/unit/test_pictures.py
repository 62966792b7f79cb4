"""What people upload: every mode and fault they meet; what the app writes can be read again."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pixellab import pictures
from pixellab.errors import PixelLabError


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def ramp(height: int = 40, width: int = 60) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows * 6 % 256, columns * 4 % 256, (rows + columns) * 2 % 256], -1).astype(np.uint8)


def stroke(size: int = 200, left: int = 40, ground: int = 255, ink: int = 0) -> np.ndarray:
    """A tall bar, off the middle."""
    picture = np.full((size, size, 3), ground, np.uint8)
    picture[30:170, left : left + 30] = ink
    return picture


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_reads_each_format_without_loss(kind: str) -> None:
    picture = np.kron(np.eye(4, dtype=np.uint8), np.ones((8, 8), np.uint8))[..., None].repeat(3, 2) * 255
    options = {"lossless": True} if kind == "WEBP" else {}
    assert np.array_equal(pictures.read(encoded(Image.fromarray(picture), kind, **options)), picture)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr"])
def test_reads_each_colour_mode(mode: str) -> None:
    image = Image.fromarray(ramp()).convert(mode)
    kind, options = ("JPEG", {"quality": 95}) if mode in ("CMYK", "YCbCr") else ("PNG", {})
    got = pictures.read(encoded(image, kind, **options))
    assert got.shape == (40, 60, 3)
    assert got.dtype == np.uint8
    assert abs(got.astype(int) - np.asarray(image.convert("RGB")).astype(int)).mean() < 12


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    values = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    got = pictures.read(encoded(Image.fromarray(values)))[..., 0]
    assert abs(got.astype(int) - values // 257).max() <= 1


def test_dark_ink_on_nothing_lies_on_white_and_light_ink_on_black() -> None:
    for ink, ground in ((0, 255), (255, 0)):
        values = np.zeros((20, 20, 4), np.uint8)
        values[5:15, 8:12] = (ink, ink, ink, 255)
        got = pictures.read(encoded(Image.fromarray(values)))
        assert tuple(got[0, 0]) == (ground,) * 3
        assert tuple(got[10, 10]) == (ink,) * 3


def test_a_sideways_photograph_stands_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90 degrees
    got = pictures.read(encoded(Image.fromarray(ramp(40, 60)), "JPEG", exif=exif))
    assert got.shape == (60, 40, 3)


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.fromarray(np.full((9, 9, 3), value, np.uint8)) for value in (255, 0, 0)]
    got = pictures.read(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert (got == 255).all()


def test_large_pictures_are_reduced() -> None:
    assert pictures.read(encoded(Image.new("RGB", (4000, 1000)), "JPEG")).shape == (256, 1024, 3)


PNG = encoded(Image.fromarray(ramp(300, 300)))
JPEG = encoded(Image.fromarray(ramp(300, 300)), "JPEG")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"not a picture at all", "not a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG"),
        (PNG[: len(PNG) // 2], "damaged"),
        (JPEG[: len(JPEG) // 2], "damaged"),
        (PNG[:60], "damaged"),
        (encoded(Image.fromarray(ramp()), "BMP"), "not a PNG"),
        (b"\x89PNG" + bytes(pictures.MOST_BYTES), "MB"),
    ],
)
def test_bad_files_are_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(PixelLabError, match=says) as caught:
        pictures.read(data)
    assert str(caught.value).count(".") == 1


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = encoded(Image.new("1", (12000, 12000)))
    assert len(bomb) < 100_000
    with pytest.raises(PixelLabError, match="million"):
        pictures.read(bomb)


def test_cropping_takes_the_middle() -> None:
    picture = np.zeros((40, 120, 3), np.uint8)
    picture[:, 40:80] = 200
    got = pictures.cropped(picture, 32, 32)
    assert got.shape == (3, 32, 32)
    assert (got[:, 4:-4, 4:-4] == 200).all()


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (230, 60), (30, 180)])
def test_a_digit_is_placed_as_in_mnist(ground: int, ink: int) -> None:
    picture = stroke(ground=ground, ink=ink)
    assert pictures.background_is_light(picture) is (ground > ink)
    got = pictures.digit(picture, dark_ink=ground > ink)
    assert got.shape == (28, 28)
    rows, _ = np.nonzero(got > 0.5)
    assert rows.max() - rows.min() + 1 == 20  # the longer side fills 20 pixels
    weights = got / got.sum()
    assert abs(weights.sum(1) @ (np.arange(28) + 0.5) - 14) <= 0.5
    assert abs(weights.sum(0) @ (np.arange(28) + 0.5) - 14) <= 0.5


def test_placing_does_not_depend_on_where_it_was_drawn() -> None:
    here, there = (pictures.digit(stroke(left=left), dark_ink=True) for left in (5, 150))
    assert np.array_equal(here, there)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_blank_picture_has_no_digit(value: int) -> None:
    with pytest.raises(PixelLabError, match="blank"):
        pictures.digit(np.full((50, 50, 3), value, np.uint8), dark_ink=True)


def test_binarising_keeps_less_ink_at_a_higher_threshold() -> None:
    ink = pictures.digit(ramp(), dark_ink=pictures.background_is_light(ramp()))
    counts = [int(pictures.binarise(ink, t).sum()) for t in (0.1, 0.5, 0.9)]
    assert counts == sorted(counts, reverse=True)
    assert pictures.binarise(ink).shape == (1, 28, 28)


def test_generated_ink_has_its_colour_and_given_pixels_keep_theirs() -> None:
    values = np.ones((1, 1, 2, 2), np.uint8)
    hidden = np.array([[False, False], [False, True]])
    undrawn = np.array([[False, False], [True, False]])
    rgb = pictures.to_rgb(values, 2, hidden, undrawn)[0]
    assert tuple(rgb[0, 0]) == (255, 255, 255)
    assert tuple(rgb[1, 1]) == pictures.TARGET
    assert len({tuple(rgb[r, c]) for r in (0, 1) for c in (0, 1)}) == 3


def test_colour_pictures_keep_their_colours() -> None:
    values = ramp(4, 5).transpose(2, 0, 1)[None]
    assert np.array_equal(pictures.to_rgb(values, 256, np.ones((4, 5), bool))[0], ramp(4, 5))


def test_the_grid_and_its_file() -> None:
    rgb = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 3, 3), np.uint8)
    sheet = pictures.grid(rgb, columns=3, scale=2, gap=1)
    assert sheet.shape == ((4 * 2 + 1) * 2, (3 * 3 + 2) * 2, 3)
    assert (sheet[-1, -1] == 255).all()  # the empty sixth place
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(pictures.png(sheet)))), sheet)


def test_the_animation_holds_every_frame() -> None:
    frames = [np.full((6, 8, 3), value, np.uint8) for value in (0, 100, 200)]
    image = Image.open(io.BytesIO(pictures.animated_png(frames, milliseconds=40)))
    assert image.n_frames == 3
    for index, frame in enumerate(frames):
        image.seek(index)
        assert np.array_equal(np.asarray(image.convert("RGB")), frame)
    assert image.info["duration"] == 2000
