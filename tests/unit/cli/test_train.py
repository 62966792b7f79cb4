"""`pixellab train`: begins, goes on, stops, and shares its work among processes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pixellab import zoo
from pixellab.training import checkpoints
from pixellab.training.loop import CHECKPOINT, LOG

Command = Callable[..., tuple[int, str, str]]

SETTINGS = """
name = "tiny"
title = "Tiny"
data = "mnist-binarized"
protocol = "random bits, nats per image"
unit = "nats"
steps = {steps}
batch_size = 4
learning_rate = 1e-3
warmup = 1
cooldown = 1
precision = "float32"
validate_every = {validate_every}
valid_images = 4

[model]
architecture = "gated_pixelcnn"
features = 4
layers = 2
head_features = 4
first_kernel = 3
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Callable[..., Path]:
    """`configuration(steps=3)`: a settings file."""

    def write(steps: int = 3, validate_every: int = 3) -> Path:
        path = tmp_path / "tiny.toml"
        path.write_text(SETTINGS.format(steps=steps, validate_every=validate_every))
        return path

    return write


def test_a_run_begins_ends_and_goes_on(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    file, folder = configuration(), tmp_path / "run"
    status, out, _ = pixellab_command("train", file, "--folder", folder, "--data", data, "--threads", 1)
    assert status == 0
    assert re.search(r"Tiny on mnist-binarized: [\d,]+ weights, 3 updates of 4 images, cpu, float32\.", out)
    assert f"Beginning in {folder}, from random weights." in out
    assert "step 3: " in out
    assert "Done: 3 updates." in out
    assert re.search(r"The best weights \(\d+\.\d{3} nats on valid\) lie in ", out)
    assert f"pixellab evaluate {folder}" in out
    assert zoo.card(folder).command == f"pixellab train {file}"
    status, out, _ = pixellab_command("train", file, "--folder", folder, "--data", data, "--steps", 5)
    assert status == 0
    assert f"Going on after update 3 in {folder}." in out
    assert "Done: 5 updates." in out
    assert zoo.card(folder).command in (f"pixellab train {file}", f"pixellab train {file} --steps 5")


def test_a_run_can_begin_from_a_trained_model(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, binary: Path, tmp_path: Path
) -> None:
    arguments = ("train", configuration(), "--folder", tmp_path / "run", "--data", data, "--from", binary)
    status, out, _ = pixellab_command(*arguments)
    assert status == 0
    assert f"from {binary}." in out
    assert (tmp_path / "run" / LOG).read_text().splitlines()[1].startswith("0,0,")
    out = pixellab_command(*arguments)[1]
    assert "Going on after update 3" in out
    assert "--from is not used" in out


def test_a_damaged_checkpoint_is_one_sentence(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / CHECKPOINT).write_bytes(b"\x00" * 100)
    status, _, err = pixellab_command("train", configuration(), "--folder", tmp_path / "run", "--data", data)
    assert status == 2
    assert "damaged one: move it away to begin anew" in err
    assert "\n" not in err


def test_a_folder_that_cannot_be_made_is_one_sentence(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "run"
    status, _, err = pixellab_command("train", configuration(), "--folder", folder, "--data", data)
    assert status == 2
    assert err.splitlines()[-1] == f"pixellab: {folder} cannot be used: Not a directory."


@pytest.fixture
def two(configuration: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two configurations whose runs live in the current folder."""
    monkeypatch.chdir(tmp_path)
    one, other = configuration(), tmp_path / "other.toml"
    other.write_text(one.read_text().replace('"tiny"', '"other"'))
    return one, other


def test_several_share_the_minutes(
    pixellab_command: Command, two: tuple[Path, Path], data: Path, tmp_path: Path
) -> None:
    one, other = two
    arguments = ("train", f"{one}:1", f"{other}:3", "--minutes", 0.02, "--data", data, "--threads", 1)
    status, out, err = pixellab_command(*arguments, "--set", "batch_size=2")
    assert status == 0
    assert "pixellab:" not in err
    assert "0.005 minutes of updates of 2 images" in out
    assert "0.015 minutes of updates of 2 images" in out
    assert out.count("Done: ") == 2
    assert zoo.card(tmp_path / "runs" / "other").command == f"pixellab train {other} --minutes 0.015 --set batch_size=2"
    status, out, _ = pixellab_command(*arguments, "--set", "batch_size=2")
    assert (status, out) == (0, "")  # Nothing is left to do, and nothing is loaded.


def test_a_sitting_ends_and_the_same_command_goes_on(
    pixellab_command: Command, two: tuple[Path, Path], data: Path, tmp_path: Path
) -> None:
    arguments = ("train", *two, "--minutes", 0.02, "--data", data, "--threads", 1)
    status, out, _ = pixellab_command(*arguments, "--sitting", 0.0001)
    assert status == 0
    assert "This sitting is over: stopped and saved after update 0" in out
    assert not (tmp_path / "runs" / "other").exists()
    out = pixellab_command(*arguments)[1]
    assert "Going on after update 0" in out
    assert out.count("Done: ") == 2


def test_what_goes_wrong_with_one_leaves_the_others_their_time(
    pixellab_command: Command, two: tuple[Path, Path], data: Path, tmp_path: Path
) -> None:
    one, other = two
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    (tmp_path / "runs" / "tiny" / CHECKPOINT).write_bytes(b"\x00" * 100)
    status, out, err = pixellab_command("train", one, other, "--minutes", 0.01, "--data", data, "--threads", 1)
    assert status == 2
    assert "pixellab: tiny: " in err
    assert "damaged one" in err
    assert out.count("Done: ") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("mnist-gated", "mnist-pixelcnn", "--folder", "x"), "--folder and --from are for one configuration"),
        (("mnist-gated:2", "mnist-pixelcnn"), "NAME:WEIGHT divides --minutes"),
        (("mnist-gated", "mnist-gated:2", "--minutes", "3"), "mnist-gated is there twice"),
        (("mnist-gated:two", "--minutes", "3"), "There is no training configuration 'mnist-gated:two'"),
        (("mnist-gated", "--set", "steps=no"), "steps is a whole number"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    pixellab_command: Command, arguments: tuple[str, ...], words: str
) -> None:
    status, _, err = pixellab_command("train", *arguments)
    assert status == 2
    assert words in err
    assert "\n" not in err


def test_a_run_from_another_model_says_so_in_its_card(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, binary: Path, tmp_path: Path
) -> None:
    """An unconditional model begins a conditional one; what it took is counted."""
    changes = ("--set", "labels=true", "--set", "model.condition_size=10", "--set", "learning_rate=0.1")
    arguments = ("train", configuration(steps=9), "--folder", tmp_path / "run", "--data", data, "--from", binary)
    status, out, _ = pixellab_command(*arguments, *changes, "--threads", 1)
    assert status == 0
    assert f"from {binary}." in out
    card = zoo.card(tmp_path / "run")
    assert card.labels
    assert card.began == zoo.card(binary).in_all
    assert card.in_all.images_seen == card.images_seen + zoo.card(binary).images_seen


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_saves(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    file, folder = configuration(steps=1_000_000, validate_every=1_000_000), tmp_path / "run"
    command = [sys.executable, "-m", "pixellab.cli", "train", str(file), "--folder", str(folder), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        progress = b""
        while b" nats" not in progress:  # The loss of the first 20 updates stands beside the bar.
            progress += process.stderr.read1()
            assert process.poll() is None, progress.decode()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    said = re.search(r"Stopped and saved after update ([\d,]+): the same command", out.decode())
    step = int(said[1].replace(",", ""))
    assert checkpoints.load(folder / CHECKPOINT)[1].step == step >= 20
    out = pixellab_command("train", file, "--folder", folder, "--data", data, "--steps", step)[1]
    assert f"Going on after update {step:,} in {folder}." in out
    assert f"Done: {step:,} updates." in out


def test_two_processes_learn_what_one_learns(
    pixellab_command: Command, configuration: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    """torchrun with gloo. The first moments are sums of gradients: equal moments are equal gradients."""
    file = configuration()
    pixellab_command("train", file, "--folder", tmp_path / "one", "--data", data, "--threads", 1)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "pixellab.cli"]
    own = ["train", str(file), "--folder", str(tmp_path / "two"), "--data", str(data), "--device", "cpu"]
    done = subprocess.run([sys.executable, *launch, *own], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "3 updates of 4 images shared by 2 processes" in done.stdout
    assert done.stdout.count("Done: 3 updates.") == 1
    assert "Warning" not in done.stderr

    one, two = (load_file(tmp_path / name / CHECKPOINT) for name in ("one", "two"))
    assert one.keys() == two.keys()
    for name, value in one.items():
        if name.startswith("optimizer") or name == "losses":
            torch.testing.assert_close(two[name], value, rtol=1e-4, atol=1e-7, msg=name)
        else:
            torch.testing.assert_close(two[name], value, rtol=0, atol=3e-5, msg=name)
    logs = [(tmp_path / name / LOG).read_text().splitlines()[1].split(",") for name in ("one", "two")]
    assert [float(cell) for cell in logs[1][4:]] == pytest.approx([float(cell) for cell in logs[0][4:]], abs=2e-3)
    assert zoo.card(tmp_path / "two").command.startswith("torchrun --nproc-per-node 2 -m pixellab.cli train ")
