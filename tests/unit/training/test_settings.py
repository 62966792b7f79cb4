"""Training settings: files, their faults, and the schedule of the learning rate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pixellab.errors import PixelLabError
from pixellab.training.settings import Settings, read, shipped

FILE = """
name = "mine"
title = "Mine"
data = "mnist-binarized"
protocol = "static binarised MNIST, nats per image"
unit = "nats"
{more}
[model]
architecture = "pixelcnn"
{network}
"""


def written(folder: Path, more: str = "", network: str = "") -> Path:
    path = folder / "mine.toml"
    path.write_text(FILE.format(more=more, network=network), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", shipped())
def test_shipped_configurations_are_read(name: str) -> None:
    assert read(name).name == name


def test_a_file_is_read(tmp_path: Path) -> None:
    settings = read(written(tmp_path, "steps = 7", "features = 8"))
    assert settings.steps == 7
    assert settings.model.architecture == "pixelcnn"
    assert settings.model.features == 8


@pytest.mark.parametrize(
    ("more", "network", "words"),
    [
        ("stepps = 7", "", "no setting stepps"),
        ("steps = 0", "", "steps is at least 1, not 0"),
        ("steps = 1.5", "", "steps is a whole number, not 1.5"),
        ("steps = true", "", "steps is a whole number"),
        ('steps = "many"', "", "steps is a whole number"),
        ("learning_rate = 0.0", "", "learning_rate is above 0"),
        ("ema = 1.0", "", "ema is below 1"),
        ("flip = 1", "", "flip is true or false"),
        ('precision = "half"', "", "precision is one of auto, float32, bfloat16, not 'half'"),
        ("", "kernel = 4", "kernel must be odd"),
        ("", "depth = 4", "pixelcnn has no depth"),
        ("", 'features = "wide"', "features must be a whole number"),
        ("steps = = 1", "", "line 7"),
        ("model = 3", "", "line 8"),
    ],
)
def test_a_fault_in_a_file_is_one_sentence(tmp_path: Path, more: str, network: str, words: str) -> None:
    with pytest.raises(PixelLabError, match=r"mine\.toml is not a training configuration") as caught:
        read(written(tmp_path, more, network))
    message = str(caught.value)
    assert words in message
    assert message.endswith(".")
    assert not message.endswith("..")


def test_settings_of_a_file_can_be_replaced(tmp_path: Path) -> None:
    changes = ["steps=9", "model.features = 16", "flip=true", "precision=float32", 'title="Another"', "clip=0.5"]
    settings = read(written(tmp_path, "steps = 7", "features = 8"), changes)
    assert (settings.steps, settings.model.features, settings.flip) == (9, 16, True)
    assert (settings.precision, settings.title, settings.clip) == ("float32", "Another", 0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("steps", "'steps' is no change"),
        ("=3", "'=3' is no change"),
        ("network.features=3", "is no change: write setting=value, or model.setting=value"),
        ("steps=many", "steps is a whole number"),
        ("step=3", "no setting step"),
        ("model.depth=3", "pixelcnn has no depth"),
    ],
)
def test_a_change_that_does_not_fit_is_one_sentence(tmp_path: Path, change: str, words: str) -> None:
    with pytest.raises(PixelLabError, match="is not a training configuration") as caught:
        read(written(tmp_path), [change])
    assert words in str(caught.value)


def test_missing_settings_are_named(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('name = "short"\n', encoding="utf-8")
    with pytest.raises(PixelLabError, match="it lacks data, model, protocol, title, unit"):
        read(path)


@pytest.mark.parametrize("name", ["nothing", "nothing.toml"])
def test_an_unknown_name_says_which_there_are(name: str) -> None:
    with pytest.raises(PixelLabError, match=r"name one of .*mnist-gated"):
        read(name)


def test_the_learning_rate_climbs_stays_and_falls(settings: Settings) -> None:
    schedule = replace(settings, steps=10, warmup=2, cooldown=4, learning_rate=8.0)
    assert [schedule.rate(step) for step in range(10)] == [4, 8, 8, 8, 8, 8, 8, 6, 4, 2]


def test_a_longer_plateau_changes_nothing_that_was_learnt(settings: Settings) -> None:
    short = replace(settings, steps=10, warmup=2, cooldown=4)
    assert [short.rate(step) for step in range(6)] == [replace(short, steps=20).rate(step) for step in range(6)]


def test_without_ramps_the_learning_rate_is_constant(settings: Settings) -> None:
    flat = replace(settings, steps=3, warmup=0, cooldown=0, learning_rate=8.0)
    assert [flat.rate(step) for step in range(3)] == [8, 8, 8]
