"""Help that teaches, at once, and errors in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from pixellab.cli import main

COMMANDS = [
    ("train",),
    ("evaluate",),
    ("sample",),
    ("complete",),
    ("check",),
    ("bench",),
    ("bench", "sampling"),
    ("bench", "training"),
    ("download",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_explains_and_shows_examples(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert f"\n  pixellab {' '.join(command)} " in shown
    assert max(map(len, shown.splitlines())) <= 120


def test_help_needs_no_torch() -> None:
    code = f"""
import sys
from pixellab.cli import main
for command in {COMMANDS!r}:
    try:
        main([*command, "--help"])
    except SystemExit:
        pass
print("torch" in sys.modules, "streamlit" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"


def test_it_runs_as_a_module() -> None:
    """As torchrun starts it, and as python -m starts a package."""
    for module in ("pixellab", "pixellab.cli"):
        done = subprocess.run(
            [sys.executable, "-m", module, "sample", "nothing", "out.png"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr.startswith("pixellab: There is no trained model 'nothing'")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "nothing"], "no training configuration 'nothing'"),
        (["evaluate", "nothing"], "no trained model 'nothing'"),
        (["complete", "nothing", "a.png", "b.png"], "no trained model 'nothing'"),
        (["bench", "sampling", "--architecture", "vae"], "No architecture is called 'vae'"),
        (["bench", "sampling", "--levels", "1"], "levels must lie between 2"),
        (["download", "tiles"], "no public address"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    pixellab_command: Callable[..., tuple[int, str, str]], arguments: list[str], words: str
) -> None:
    status, out, err = pixellab_command(*arguments)
    assert status == 2
    assert out == ""
    assert err.startswith("pixellab: ")
    assert words in err
    assert "\n" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sample", "m", "out.jpg"], "does not end in .png"),
        (["sample", "m", os.path.join("nowhere", "out.png")], "there is no folder nowhere"),
        (["sample", "m", "out.png", "-n", "0"], "not at least 1"),
        (["sample", "m", "out.png", "--temperature", "-1"], "at least 0"),
        (["sample", "m", "out.png", "--seed", "99999999999999999999"], "does not lie in"),
        (["evaluate", "m", "--split", "exam"], "invalid choice"),
        (["download", "imagenet"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_runs(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert words in capsys.readouterr().err
