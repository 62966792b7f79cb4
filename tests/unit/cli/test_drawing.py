"""`pixellab sample` and `pixellab complete`: PNG files of what the model draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pixellab import holes, zoo
from pixellab.commands import arguments
from pixellab.commands.complete import fitted
from pixellab.configurations import configuration
from pixellab.data import load
from pixellab.pictures import grid, to_rgb
from pixellab.sampling import complete, sample

Command = Callable[..., tuple[int, str, str]]


def shown(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"))


def saved(path: Path, values: np.ndarray) -> Path:
    Image.fromarray(values).save(path)
    return path


def test_samples_are_those_of_the_seed(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    status, text, _ = pixellab_command("sample", binary, out, "-n", 3, "--seed", 5, "--scale", 1)
    assert status == 0
    assert text == f"{out}: 3 pictures, 57 × 57 pixels.\n"
    expected = sample(zoo.load(binary), 3, seed=5).numpy()
    assert np.array_equal(shown(out), grid(to_rgb(expected, 2), columns=2))


def test_temperature_zero_draws_the_same_picture_again(
    pixellab_command: Command, binary: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    pixellab_command("sample", binary, out, "-n", 2, "--temperature", 0, "--scale", 1)
    pixels = shown(out)
    assert np.array_equal(pixels[:, :28], pixels[:, 29:])


def test_colour_samples(pixellab_command: Command, colour: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert pixellab_command("sample", colour, out, "-n", 1)[0] == 0
    pixels = shown(out)
    assert pixels.shape == (96, 96, 3)  # enlarged three times
    assert np.array_equal(pixels[::3, ::3].repeat(3, 0).repeat(3, 1), pixels)
    assert len(np.unique(pixels)) > 100


def test_an_animation_ends_with_the_picture(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    still, moving = tmp_path / "still.png", tmp_path / "moving.png"
    pixellab_command("sample", binary, still, "-n", 2)
    text = pixellab_command("sample", binary, moving, "-n", 2, "--animate")[1]
    with Image.open(moving) as animation:
        assert animation.is_animated
        assert 60 < animation.n_frames <= 98
        assert f"{animation.n_frames} frames" in text
        first = np.asarray(animation.convert("RGB"))
        animation.seek(animation.n_frames - 1)
        assert np.array_equal(np.asarray(animation.convert("RGB")), shown(still))
    assert len(np.unique(first.reshape(-1, 3), axis=0)) == 2  # only what is still to come, and the gap


@pytest.mark.parametrize("name", holes.PRESETS)
def test_a_completion_keeps_what_is_given(
    pixellab_command: Command, binary: Path, data: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out.png"
    arguments = ("complete", binary, "test:7", out, "-n", 2, "--hide", name, "--scale", 1, "--data", data)
    assert pixellab_command(*arguments)[0] == 0
    image, hidden = load("mnist-binarized", "test", root=data).x[7:8], holes.preset(name, 28, 28)
    endings = complete(zoo.load(binary), torch.from_numpy(image), torch.from_numpy(hidden), n=2).images[0].numpy()
    assert np.array_equal(shown(out), grid(to_rgb(endings, 2, hidden=hidden), columns=2))
    assert np.array_equal(endings[:, 0][:, ~hidden], np.repeat(image[:, 0][:, ~hidden], 2, 0))


def test_holes_by_rows_and_by_mask_are_the_same(
    pixellab_command: Command, binary: Path, data: Path, tmp_path: Path
) -> None:
    mask = np.zeros((28, 28), np.uint8)
    mask[8:20, 4:24] = 255
    path = saved(tmp_path / "mask.png", mask)
    for out, hole in (("rows.png", "8-19:4-23"), ("mask_out.png", path)):
        pixellab_command("complete", binary, "test:7", tmp_path / out, "-n", 1, "--hide", hole, "--data", data)
    assert np.array_equal(shown(tmp_path / "rows.png"), shown(tmp_path / "mask_out.png"))


def test_a_picture_file_is_fitted(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    drawing = np.full((100, 200), 255, np.uint8)
    drawing[20:80, 90:110] = 0  # a dark stroke
    path = saved(tmp_path / "one.png", drawing)
    out = tmp_path / "out.png"
    assert pixellab_command("complete", binary, path, out, "-n", 1, "--hide", "27:0-27", "--scale", 1)[0] == 0
    top = shown(out)[:27, :, 0] > 0
    assert top[5:22, 12:16].mean() > 0.8
    assert top[:, :8].sum() == top[:, 20:].sum() == 0


def test_a_binary_picture_of_the_model_s_size_is_taken_as_it_is() -> None:
    bits = np.zeros((28, 28), np.uint8)
    bits[3:9, 2] = 1
    binary = configuration("pixelcnn")
    rgb = np.repeat(bits[:, :, None] * 255, 3, 2)
    assert np.array_equal(fitted(rgb, binary), bits[None])
    assert np.array_equal(fitted(255 - rgb, binary), bits[None])
    assert np.array_equal(fitted(255 - rgb, binary, "light"), 1 - bits[None])


def test_values_become_the_nearest_level() -> None:
    rgb = np.zeros((2, 2, 3), np.uint8)
    rgb[0, 0] = (42, 43, 255)  # 42 / 85 is below a half, 43 / 85 above
    four = configuration("pixelcnn", channels=3, levels=4, height=2, width=2)
    assert fitted(rgb, four)[:, 0, 0].tolist() == [0, 1, 3]
    grey = configuration("pixelcnn", channels=1, levels=256, height=2, width=2)
    assert fitted(np.full((2, 2, 3), 77, np.uint8), grey).tolist() == [[[77, 77], [77, 77]]]


def test_classes_by_number_and_by_name_for_one_and_for_all(
    pixellab_command: Command, conditional: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    pictures = {}
    for classes in (["3"], ["3", "3", "3"], ["3", "4", "5"]):
        assert pixellab_command("sample", conditional, out, "-n", 3, "--condition", *classes)[0] == 0
        pictures[" ".join(classes)] = shown(out)
    assert np.array_equal(pictures["3"], pictures["3 3 3"])
    assert not np.array_equal(pictures["3"], pictures["3 4 5"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([], "give --condition with a number below 10 or a name (0, 1, 2"),
        (["--condition", "10"], "no class '10'"),
        (["--condition", "ten"], "no class 'ten'"),
        (["--condition", "1", "2"], "one class for all, or 3, one a picture; these are 2"),
    ],
)
def test_what_is_wrong_with_a_class(
    pixellab_command: Command, conditional: Path, tmp_path: Path, more: list[str], words: str
) -> None:
    status, _, err = pixellab_command("sample", conditional, tmp_path / "out.png", "-n", 3, *more)
    assert status == 2
    assert words in err


def test_a_place_is_told_with_the_class(pixellab_command: Command, placed: Path, tmp_path: Path) -> None:
    """The picture is what `sample` draws when it is told the same; another place gives another picture."""
    drawn = []
    for told in (["3@0,2"], ["3@0,2", "3@3,1"]):
        out = tmp_path / f"{len(told)}.png"
        status, _, err = pixellab_command("sample", placed, out, "-n", 2, "--condition", *told, "--scale", 1)
        assert (status, err) == (0, "")
        drawn.append(np.array(Image.open(out).convert("L")))
    card = zoo.card(placed)
    told = arguments.conditions(["3@0,2", "3@3,1"], card, 2)
    assert told.argmax(1).tolist() == [3, 3]
    assert told[:, 10:].argmax(1).tolist() == [2, 13]
    assert torch.equal(arguments.conditions(["3@0,2"], card, 2)[1], told[0])
    assert not np.array_equal(*drawn)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("3", "There is no place '' for Tiny: give a number below 10 or a name (0, 1"),
        ("3@4,0", "no place '@4,0'"),
        ("3@0", "@row,column of a cell, from @0,0 to @3,3"),
        ("3@-1,0", "no place '@-1,0'"),
        ("10@0,0", "no class '10'"),
        ("25@0,0", "no class '25'"),
    ],
)
def test_a_place_that_is_none_is_one_sentence(
    pixellab_command: Command, placed: Path, tmp_path: Path, told: str, words: str
) -> None:
    status, _, err = pixellab_command("sample", placed, tmp_path / "out.png", "-n", 3, "--condition", told)
    assert status == 2
    assert words in err
    assert "\n" not in err


def test_a_class_alone_has_no_place(pixellab_command: Command, conditional: Path, tmp_path: Path) -> None:
    status, _, err = pixellab_command("sample", conditional, tmp_path / "out.png", "--condition", "3@0,0")
    assert status == 2
    assert "There is no place '@0,0' for Tiny: give a number below 10" in err


def test_an_unconditional_model_takes_no_class(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    status, _, err = pixellab_command("sample", binary, tmp_path / "out.png", "--condition", "1")
    assert (status, err) == (2, "pixellab: Tiny has no classes: leave --condition out.")


@pytest.mark.parametrize(
    ("image", "hole", "words"),
    [
        ("nothing.png", "centre", "nothing.png cannot be read (No such file or directory)"),
        ("text", "centre", "text.png: This is not a PNG"),
        ("wide", "wide", "wide.png has 40 × 28 pixels; a mask has the model's 28 × 28"),
        ("wide", "black", "black.png hides nothing"),
        ("wide", "middle", "middle cannot be read"),
        ("wide", "0-28:0", "'0-28' names no rows: write a number or FIRST-LAST within 0-27"),
        ("wide", "5-4:0", "'5-4' names no rows"),
        ("wide", "1:2-3-4", "'2-3-4' names no columns"),
        ("blank", "centre", "This picture is blank"),
        ("test:10000", "centre", "There are 10,000 test images: choose a number below that"),
    ],
)
def test_what_is_wrong_with_a_picture_or_a_hole(
    pixellab_command: Command, binary: Path, data: Path, tmp_path: Path, image: str, hole: str, words: str
) -> None:
    stripe = np.zeros((28, 40), np.uint8)
    stripe[5:20, 20] = 255
    files = {"text": tmp_path / "text.png", "wide": saved(tmp_path / "wide.png", stripe)}
    files["text"].write_text("hello")
    files["black"] = saved(tmp_path / "black.png", np.zeros((28, 28), np.uint8))
    files["blank"] = saved(tmp_path / "blank.png", np.full((50, 50), 200, np.uint8))
    picture, mask = files.get(image, image), files.get(hole, hole)
    status, _, err = pixellab_command(
        "complete", binary, picture, tmp_path / "out.png", "--hide", mask, "--data", data
    )
    assert status == 2
    assert words in err
    assert "\n" not in err
    assert not (tmp_path / "out.png").exists()


def test_endings_that_look_below(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    picture, out = saved(tmp_path / "in.png", np.eye(28, dtype=np.uint8) * 255), tmp_path / "out.png"
    arguments = ("complete", binary, picture, out, "-n", 2, "--hide", "26-26:0-3", "--method", "look_below")
    status, text, _ = pixellab_command(*arguments, "--particles", 3)
    assert status == 0
    assert "the 3 particles behind each are worth" in text
    status, _, fault = pixellab_command(*arguments, "--animate")
    assert status == 2
    assert "--animate" in fault
