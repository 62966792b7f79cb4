"""Trained models in folders: written, read, and refused in one sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import pixellab
from pixellab import zoo
from pixellab.errors import PixelLabError


def described(model: torch.nn.Module) -> zoo.Card:
    return zoo.Card(
        name="tiny",
        title="Tiny",
        configuration=model.configuration,
        data="mnist-binarized",
        protocol="none",
        unit="nats",
        seed=0,
        command="pixellab train tiny",
        steps=1,
        images_seen=16,
        hours=0.5,
        hardware="1 CPU core",
        figures=[zoo.Figure("valid", 100, 90.5)],
        departures=["é and ≤ come back"],
    )


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return pixellab.build("gated_pixelcnn", features=8, layers=2, head_features=8, height=4, width=5, condition_size=2)


@pytest.fixture
def folder(tmp_path: Path, model: torch.nn.Module) -> Path:
    zoo.save(tmp_path / "tiny", model, described(model))
    return tmp_path / "tiny"


def test_what_was_saved_is_loaded(folder: Path, model: torch.nn.Module) -> None:
    assert zoo.card(folder) == described(model)
    loaded = pixellab.load(str(folder))
    assert not loaded.training
    assert loaded.configuration == model.configuration
    x, condition = torch.randint(2, (3, 1, 4, 5)), torch.tensor([0, 1, 1])
    assert torch.equal(loaded(x, condition), model(x, condition))
    assert sorted(path.name for path in folder.iterdir()) == [zoo.CARD, zoo.WEIGHTS]


def test_weights_are_counted_without_torch(folder: Path, model: torch.nn.Module) -> None:
    assert zoo.parameters(folder) == sum(weight.numel() for weight in model.parameters())
    (folder / zoo.WEIGHTS).write_bytes(b"\xff" * 40)
    with pytest.raises(PixelLabError, match="truncated or damaged"):
        zoo.parameters(folder)


def test_half_precision_is_loaded_as_float32(folder: Path, model: torch.nn.Module) -> None:
    path = folder / zoo.WEIGHTS
    save_file({name: value.half() for name, value in load_file(path).items()}, path)
    loaded = zoo.load(folder)
    for own, given in zip(loaded.parameters(), model.parameters(), strict=True):
        assert own.dtype == torch.float32
        torch.testing.assert_close(own, given, rtol=1e-3, atol=1e-3)


def test_a_figure_replaces_that_of_its_split(model: torch.nn.Module) -> None:
    card = described(model)
    both = card.with_figure(zoo.Figure("test", 10_000, 88.0))
    assert [figure.split for figure in both.figures] == ["valid", "test"]
    assert both.with_figure(zoo.Figure("valid", 10_000, 89.0)).figure("valid").value == 89.0
    assert card.figure("test") is None


def test_what_a_model_began_from_and_did_as_told_comes_back(tmp_path: Path, model: torch.nn.Module) -> None:
    began, count = zoo.Beginning("first", 10, 160, 0.25), zoo.Count("place", 99, 100, "99 of 100.")
    card = replace(described(model), began=began).with_count(count)
    zoo.save(tmp_path / "tiny", model, card)
    found = zoo.card(tmp_path / "tiny")
    assert found == card
    assert (found.began, found.count("place"), found.count("class")) == (began, count, None)
    assert found.in_all == zoo.Beginning("tiny", 11, 176, 0.75)
    again = found.with_count(zoo.Count("class", 1, 2, "")).with_count(zoo.Count("place", 98, 100, "98 of 100."))
    assert [(c.asked, c.right) for c in again.counts] == [("class", 1), ("place", 98)]


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content)


def truncate(name: str) -> Callable[[Path], None]:
    def half(folder: Path) -> None:
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])

    return half


def edit(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / zoo.CARD
        path.write_text(json.dumps({**json.loads(path.read_text()), **values}))

    return change


def foreign_weights(folder: Path) -> None:
    save_file({"fc.weight": torch.zeros(3)}, folder / zoo.WEIGHTS)


DAMAGES = {
    "no card": (remove(zoo.CARD), "has no card.json"),
    "no weights": (remove(zoo.WEIGHTS), "has no model.safetensors"),
    "card is no JSON": (write(zoo.CARD, b"hello"), "card.json is damaged"),
    "card is not text": (write(zoo.CARD, b"\xff\xfe\x00"), "card.json is damaged"),
    "card is a list": (write(zoo.CARD, b"[1, 2]"), "card.json is damaged"),
    "card truncated": (truncate(zoo.CARD), "card.json is damaged"),
    "card with another key": (edit(colour="red"), "card.json is damaged"),
    "card of an unknown architecture": (edit(configuration={"architecture": "vae"}), "card.json is damaged"),
    "weights truncated": (truncate(zoo.WEIGHTS), "model.safetensors is truncated or damaged"),
    "weights empty": (write(zoo.WEIGHTS, b""), "model.safetensors is truncated or damaged"),
    "weights are a pickle": (write(zoo.WEIGHTS, b"\x80\x04\x95" * 50), "model.safetensors is truncated or damaged"),
    "weights are a pointer": (write(zoo.WEIGHTS, b"version https://git-lfs"), "model.safetensors is truncated"),
    "weights of something else": (foreign_weights, "holds the weights of another network"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_wrong_is_one_sentence(folder: Path, damage: str) -> None:
    harm, words = DAMAGES[damage]
    harm(folder)
    with pytest.raises(PixelLabError) as caught:
        zoo.load(folder)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert message.endswith(".")


def test_weights_of_another_size_are_refused(folder: Path, model: torch.nn.Module) -> None:
    wider = replace(model.configuration, features=16)
    zoo.save_card(folder, replace(described(model), configuration=wider))
    with pytest.raises(PixelLabError, match="another network"):
        zoo.load(folder)


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(PixelLabError, match="no trained model 'nothing': choose one of"):
        zoo.load("nothing")


def test_an_unknown_device_is_one_sentence(folder: Path) -> None:
    with pytest.raises(ValueError, match="device is one of auto, cpu, cuda"):
        zoo.load(folder, "tpu")
    if not torch.cuda.is_available():
        with pytest.raises(PixelLabError, match="choose cpu"):
            zoo.load(folder, "cuda")


@pytest.mark.parametrize("name", zoo.pretrained())
def test_shipped_models_load_and_are_small(name: str) -> None:
    model, card = zoo.load(name), zoo.card(name)
    assert card.name == name
    assert all(torch.isfinite(weight).all() for weight in model.parameters())
    assert (zoo.FOLDER / name / zoo.WEIGHTS).stat().st_size < 20e6


def test_cards_need_no_torch(folder: Path) -> None:
    use = f"zoo.card({str(folder)!r}); zoo.pretrained()"
    code = f"import sys; from pixellab import zoo; {use}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
