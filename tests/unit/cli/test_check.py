"""`pixellab check`, pointed at models that somebody else wrote."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

Command = Callable[..., tuple[int, str, str]]

SOURCE = '''
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn


class Masked(nn.Conv2d):
    """A 3×3 convolution with the mask of somebody's blog."""

    def __init__(self, source, to, first):
        super().__init__(source, to, 3, padding=1)
        mask = torch.ones(3, 3)
        mask[1, 2 - first:] = 0
        mask[2] = 0
        self.register_buffer("mask", mask)

    def forward(self, x):
        return nn.functional.conv2d(x, self.weight * self.mask, self.bias, padding=1)


class Right(nn.Sequential):
    def __init__(self):
        super().__init__(Masked(1, 4, True), nn.Tanh(), Masked(4, 4, False), nn.Tanh(), nn.Conv2d(4, 3, 1))


class Leaking(nn.Sequential):
    def __init__(self):
        super().__init__(Masked(1, 4, False), nn.Tanh(), Masked(4, 3, False))


@dataclass
class Sizes:
    features: int = 4


class Embedded(nn.Module):
    """Reads integers."""

    def __init__(self, levels):
        super().__init__()
        self.values = nn.Embedding(levels, 4)
        self.rest = Masked(4, levels, True)

    def forward(self, x):
        return self.rest(self.values(x[:, 0]).movedim(-1, 1))


class Colours(nn.Module):
    """Three colours that know nothing of one another."""

    def __init__(self, axes=True):
        super().__init__()
        self.one, self.axes = Masked(3, 12, True), axes

    def forward(self, x):
        logits = self.one(x)
        return logits.unflatten(1, (4, 3)) if self.axes else logits


def make(levels=5):
    return Embedded(levels)


def packed():
    return Colours(axes=False)


right = Right().double()


def logits(x):
    return right(x)


def pair(x):
    return right(x), None


def nothing():
    return None


def broken():
    raise RuntimeError("no\\nGPU here")


levels = 5
'''


@pytest.fixture
def check(pixellab_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """`check("my_models:Net", …)` in a folder with somebody's my_models.py → exit status, stdout, stderr."""
    (tmp_path / "my_models.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "half.py").write_text("import torch, nowhere_to_be_found", encoding="utf-8")
    (tmp_path / "wrong.py").write_text("class Net(:", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    def run(model: str, *arguments: object) -> tuple[int, str, str]:
        shape = () if "--shape" in arguments else ("--shape", "1,5,6")
        return pixellab_command("check", model, *shape, *arguments)

    yield run
    for name in ("my_models", "half", "wrong", "checked_my_models"):
        sys.modules.pop(name, None)


def test_a_right_model(check: Command) -> None:
    status, out, err = check("my_models:Right")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "my_models:Right on 5×6 pictures, 1 channel."
    assert lines[1].startswith("Causal at all 30 targets (eval and train mode); they see ")
    assert "  leak: none" in lines
    assert "  never seen, though pixels beyond are: (-1, +2)" in lines
    assert "  ? # # T . ." in lines


def test_a_leaking_model_by_its_file(check: Command, tmp_path: Path) -> None:
    status, out, err = check(f"{tmp_path / 'my_models.py'}:Leaking")
    assert (status, err) == (1, "")
    assert "Not causal: 30 of 30 targets see what they must not" in out
    assert "Pixels see themselves: the first layer lacks mask A" in out
    assert "  leak: itself\n" in out
    assert "  ? # # ! . ." in out.splitlines() or "  # # # ! . ." in out.splitlines()


@pytest.mark.parametrize("name", ["right", "logits"])
def test_a_module_and_a_function_are_taken_as_they_are(check: Command, name: str) -> None:
    status, out, _ = check(f"my_models:{name}")
    assert status == 0
    assert ("as given" in out) == (name == "logits")


def test_integers(check: Command) -> None:
    status, out, _ = check("my_models:make", "--levels", 5)
    assert status == 0
    assert "Causal at all 30 targets" in out
    status, _, err = check("my_models:make")
    assert status == 2
    assert "my_models:make fails on pictures of the shape (2, 1, 5, 6) of real numbers, in float64" in err
    assert "or --levels K if it takes integers" in err
    assert "\n" not in err


def test_three_colours(check: Command) -> None:
    status, out, _ = check("my_models:Colours", "--shape", "3,4,5")
    assert status == 0
    assert "Within a pixel, G does not see R, B does not see R, B does not see G" in out
    assert "  logits of R, G, B\n  leak: none" in out


def test_a_picture(check: Command, tmp_path: Path) -> None:
    status, out, _ = check("my_models:Leaking", "--out", tmp_path / "seen.png")
    assert status == 1
    assert out.splitlines()[-1] == f"{tmp_path / 'seen.png'}: what it sees, as a picture."
    with Image.open(tmp_path / "seen.png") as image:
        colours = {tuple(colour) for colour in np.asarray(image.convert("RGB")).reshape(-1, 3)[::7].tolist()}
    assert {(0x1F, 0x5F, 0xA8), (0x16, 0x19, 0x1D), (0xDD, 0xE1, 0xE7)} <= colours


@pytest.mark.parametrize("name", ["placed", "scales"])
def test_places_and_other_orders_are_checked_too(
    check: Command, request: pytest.FixtureRequest, name: str
) -> None:
    more = ("--shape", "1,6,7" if name == "scales" else "1,28,28")
    status, out, err = check(str(request.getfixturevalue(name)), *more)
    assert (status, err) == (0, "")
    assert "Causal at all" in out


def test_a_trained_model_of_this_package(check: Command, conditional: Path, colour: Path) -> None:
    status, out, _ = check(str(conditional))
    assert status == 0
    assert "on 5×6 pictures, 1 channel." in out
    status, _, err = check(str(colour))
    assert status == 2
    assert "reads pictures of 3 channels: give --shape 3,H,W" in err
    status, out, _ = check(str(colour), "--shape", "3,4,4")
    assert status == 0
    assert "Causal at all 16 targets" in out


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("my_models", "no trained model 'my_models'"),
        ("my_models", "A model of your own is written as in my_models:Net"),
        ("my_models:", "does not say which model"),
        (":Net", "does not say which model"),
        ("my_modles:Net", "There is no module 'my_modles': run the command in its folder"),
        ("nowhere/my_models.py:Net", "There is no file nowhere/my_models.py."),
        ("half:Net", "half cannot be imported: it needs nowhere_to_be_found, which is not installed."),
        ("wrong:Net", "wrong cannot be imported: SyntaxError"),
        ("my_models:Rigth", "my_models has no 'Rigth'; it has Right."),
        ("my_models:Zzz", "my_models has no 'Zzz'; it has Masked, Right, Leaking, Sizes, Embedded."),
        ("my_models:levels", "is of the type int and not a model"),
        ("my_models:Embedded", "needs arguments (levels): name a function without any that makes the model."),
        ("my_models:broken", "my_models:broken cannot be made: RuntimeError: no GPU here."),
        ("my_models:nothing", "makes something of the type NoneType and not a model"),
        ("my_models:Sizes", "makes something of the type Sizes and not a model"),
        ("my_models:pair", "The logits must be one tensor; they are a tuple."),
        ("my_models:Colours", "fails on pictures of the shape (2, 1, 5, 6)"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(check: Command, model: str, words: str) -> None:
    status, out, err = check(model)
    assert (status, out) == (2, "")
    assert err.startswith("pixellab: ")
    assert words in err
    assert "\n" not in err


def test_logits_of_the_wrong_shape(check: Command) -> None:
    _, _, err = check("my_models:packed", "--shape", "3,4,5")
    assert "must be (2, K, 3, 4, 5); they are (2, 12, 4, 5): give K and C an axis each." in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--shape", "5,6"], "'5,6' is not C,H,W, as in 1,28,28"),
        (["--shape", "1,x,6"], "'1,x,6' is not C,H,W"),
        (["--shape", "1,0,6"], "no picture of at least two pixels"),
        (["--levels", "1"], "not at least 2"),
        (["--out", "seen.jpg"], "does not end in .png"),
    ],
)
def test_wrong_arguments_are_refused(
    check: Command, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        check("my_models:Right", *arguments)
    assert left.value.code == 2
    assert words in capsys.readouterr().err
