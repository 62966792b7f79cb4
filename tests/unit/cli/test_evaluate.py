"""`pixellab evaluate`: a figure with its protocol, or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from pixellab import obedience, zoo
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
    out = pixellab_command("evaluate", conditional, "--images", 12, "--tries", 1, "--data", data)[1]
    assert f"{expected:.3f} nats" in out


def test_classes_are_counted_by_bayes_rule(pixellab_command: Command, conditional: Path, data: Path) -> None:
    images = load("mnist-binarized", "test", root=data)
    chosen = torch.randperm(10_000, generator=torch.Generator().manual_seed(0))[:12]
    pictures, model = torch.from_numpy(images.x)[chosen], zoo.load(conditional)
    costs = torch.stack([nll(model, pictures, torch.full((12,), label)) for label in range(10)])
    right = int((costs.argmin(0) == torch.from_numpy(images.labels)[chosen]).sum())
    out = pixellab_command("evaluate", conditional, "--images", 3, "--tries", 12, "--data", data)[1]
    assert "Causal at all 6 targets" in out
    assert f"Of 12 of the 10,000 test images, drawn by seed 0: {right} ({right / 12:.1%}".replace("%", " %") in out
    assert "likeliest under their own class." in out
    assert zoo.card(conditional).counts == []


def test_classes_and_places_are_counted_and_recorded(
    pixellab_command: Command, placed: Path, grey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixellab.commands.evaluate._nats", lambda *_: torch.ones(10_000, dtype=torch.float64))
    arguments = ("evaluate", placed, "--tries", 6, "--record", "--data", grey)
    status, out, err = pixellab_command(*arguments)
    assert (status, err) == (0, "")
    assert "Causal at all 6 targets" in out
    assert "likeliest under their own class, given their place." in out
    card = zoo.card(placed)
    assert [count.asked for count in card.counts] == ["class", "place"]
    assert all(count.of == 6 and 0 <= count.right <= 6 and count.said in out for count in card.counts)
    drawn, _, places = obedience.draw_where(zoo.load(placed), 6, classes=10, grid=(4, 4))
    assert card.count("place").right == int(obedience.lands(drawn, places).sum())
    pixellab_command(*arguments)
    assert zoo.card(placed).counts == card.counts  # Counted again, not twice.


def test_a_model_of_another_order_is_measured_in_its_order(
    pixellab_command: Command, scales: Path, data: Path
) -> None:
    status, out, _ = pixellab_command("evaluate", scales, "--images", 2, "--data", data)
    assert status == 0
    assert "Gradients in float64: Causal at all 6 targets" in out


@pytest.mark.parametrize("name", ["binary", "colour", "conditional", "placed", "scales"])
def test_a_model_that_looks_ahead_gets_no_figure(
    pixellab_command: Command, grey: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, name: str
) -> None:
    honest = zoo.load

    def leaking(*arguments: object) -> torch.nn.Module:
        model = honest(*arguments)
        first = {"colour": lambda: model.first, "scales": lambda: model.large.first}
        leaks = first.get(name, lambda: model.layers[0].horizontal)()
        leaks.put_on(torch.ones_like(leaks.mask))
        return model

    monkeypatch.setattr(zoo, "load", leaking)
    status, out, err = pixellab_command("evaluate", request.getfixturevalue(name), "--record", "--data", grey)
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
