"""`pixellab evaluate`: a figure with its protocol, or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from pixellab import zoo
from pixellab.commands.evaluate import _count
from pixellab.data import Images, load
from pixellab.likelihood import bits_per_dim, nll

Command = Callable[..., tuple[int, str, str]]


def test_a_figure_comes_with_its_protocol(pixellab_command: Command, binary: Path, data: Path) -> None:
    status, out, _ = pixellab_command("evaluate", binary, "--images", 20, "--batch", 8, "--data", data)
    assert status == 0
    assert "Gradients in float64: Causal at all 6 targets" in out
    figure = r"Tiny: 5\d\d\.\d{3} nats an image \(standard error \d+\.\d{3}\) on 20 of the 10,000 test images"
    assert re.search(figure, out)
    assert "random bits, nats per image; float32 on cpu, batches of 8, " in out
    assert zoo.card(binary).figures == []


def test_the_figure_is_the_mean_over_a_split_and_is_recorded(
    pixellab_command: Command, colour: Path, data: Path
) -> None:
    images = torch.from_numpy(load("tiles", "test", root=data).x)
    zoo.save_card(colour, zoo.card(colour).with_figure(zoo.Figure("valid", 2, 7.5)))
    expected = round(bits_per_dim(nll(zoo.load(colour), images).mean().item(), (3, 32, 32)), 3)
    status, out, _ = pixellab_command("evaluate", colour, "--record", "--data", data)
    assert status == 0
    assert f"{expected:.3f} bits/dim" in out
    assert "on all 3 test images" in out
    assert zoo.card(colour).figures == [zoo.Figure("valid", 2, 7.5), zoo.Figure("test", 3, expected)]


def test_the_class_of_a_picture_is_its_condition(pixellab_command: Command, conditional: Path, data: Path) -> None:
    chosen = torch.randperm(10_000, generator=torch.Generator().manual_seed(0))[:12]
    images = load("mnist-binarized", "test", root=data)
    pictures, classes = torch.from_numpy(images.x)[chosen], torch.from_numpy(images.labels).long()[chosen]
    expected = nll(zoo.load(conditional), pictures, classes).mean().item()
    out = pixellab_command("evaluate", conditional, "--images", 12, "--data", data)[1]
    assert f"{expected:.3f} nats" in out


@pytest.mark.parametrize("name", ["binary", "colour"])
def test_a_model_that_looks_ahead_gets_no_figure(
    pixellab_command: Command, data: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, name: str
) -> None:
    honest = zoo.load

    def leaking(*arguments: object) -> torch.nn.Module:
        model = honest(*arguments)
        first = model.layers[0].horizontal if name == "binary" else model.first
        first.mask.fill_(True)
        return model

    monkeypatch.setattr(zoo, "load", leaking)
    status, out, err = pixellab_command("evaluate", request.getfixturevalue(name), "--record", "--data", data)
    assert status == 2
    assert "looks ahead" in err
    assert "no figure is printed" in err
    assert out == ""
    assert zoo.card(request.getfixturevalue(name)).figures == []


def test_a_part_is_not_recorded(pixellab_command: Command, binary: Path) -> None:
    status, _, err = pixellab_command("evaluate", binary, "--images", 5, "--record")
    assert status == 2
    assert "Only a figure on all images is recorded" in err


def test_missing_data_is_one_sentence(pixellab_command: Command, binary: Path, tmp_path: Path) -> None:
    status, _, err = pixellab_command("evaluate", binary, "--data", tmp_path)
    assert status == 2
    assert "pixellab download mnist-binarized" in err


@pytest.mark.parametrize(
    ("name", "there", "measured", "words"),
    [
        ("cifar10", 10, 10, "10 of the 10,000 test images"),
        ("cifar10", 10, 5, "5 of the 10,000 test images"),
        ("mnist", 10, 10, "all 10 test images"),
        ("mnist", 10, 5, "5 of the 10 test images"),
    ],
)
def test_how_many_images_were_measured(name: str, there: int, measured: int, words: str) -> None:
    images = Images(np.zeros((there, 1, 2, 2), np.uint8), None, name, "test", 256)
    assert _count(images, measured) == words
