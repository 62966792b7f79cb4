"""The gallery of a model: what its seeds draw, all of it, written small and read without torch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import pixellab
from pixellab import gallery, zoo
from pixellab.conditions import where
from pixellab.errors import PixelLabError


def described(model: torch.nn.Module, **changes: object) -> zoo.Card:
    card = zoo.Card(
        name="tiny", title="Tiny", configuration=model.configuration, data="mnist-binarized", protocol="none",
        unit="nats", seed=0, command="", steps=1, images_seen=16, hours=0.5, hardware="1 CPU core",
    )  # fmt: skip
    return replace(card, **changes)


def tiny(**sizes: int) -> torch.nn.Module:
    torch.manual_seed(0)
    return pixellab.build("gated_pixelcnn", features=6, layers=2, head_features=8, height=4, width=5, **sizes)


def test_each_picture_is_the_one_its_seed_draws(tmp_path: Path) -> None:
    model = tiny()
    card = described(model)
    drawn = gallery.draw(model, card)
    zoo.save(tmp_path, model, card)
    gallery.write(tmp_path, drawn, 2)
    found = gallery.read(tmp_path)
    assert found.pictures.shape == (1, gallery.SEEDS, 1, 4, 5)
    assert found.rows == ("",)
    assert found.seeds.tolist() == [list(range(gallery.SEEDS))]
    for seed in (0, 7, 15):
        picture, asked = found.of_seed(seed)
        assert asked == ""
        assert np.array_equal(picture, pixellab.sample(model, 1, seed=seed)[0].numpy())
    assert found.of_seed(16) is None


def test_a_row_a_class(tmp_path: Path) -> None:
    model = tiny(condition_size=10)
    card = described(model, labels=True)
    zoo.save(tmp_path, model, card)
    gallery.write(tmp_path, gallery.draw(model, card), 2)
    found = gallery.read(tmp_path)
    assert found.rows == tuple("0123456789")
    assert found.pictures.shape[:2] == (10, gallery.SEEDS_A_CLASS)
    own = pixellab.sample(model, 1, condition=torch.tensor([3]), seed=5)[0].numpy()
    assert np.array_equal(found.pictures[3, 5], own)


def test_one_class_in_every_place() -> None:
    model = tiny(condition_size=26, spatial_features=4)
    found = gallery.draw(model, described(model, labels=True, data="mnist-where"))
    assert found.pictures.shape[:2] == (4, 4)
    assert found.seeds.ravel().tolist() == list(range(16))
    told = where(*(torch.tensor([k]) for k in (gallery.ONE_CLASS, 2, 1)), classes=10, grid=(4, 4))
    assert np.array_equal(found.pictures[2, 1], pixellab.sample(model, 1, condition=told, seed=9)[0].numpy())


def test_another_condition_is_refused() -> None:
    model = tiny(condition_size=7)
    with pytest.raises(PixelLabError, match="of length 7"):
        gallery.draw(model, described(model))


def test_colours_come_back(tmp_path: Path) -> None:
    model = tiny(channels=3, levels=256)
    card = described(model, unit="bits/dim")
    zoo.save(tmp_path, model, card)
    drawn = gallery.draw(model, card)
    gallery.write(tmp_path, drawn, 256)
    assert np.array_equal(gallery.read(tmp_path).pictures, drawn.pictures)


def test_no_gallery_is_none_and_a_damaged_one_is_a_sentence(tmp_path: Path) -> None:
    model = tiny()
    zoo.save(tmp_path, model, described(model))
    assert gallery.read(tmp_path) is None
    (tmp_path / gallery.FILE).write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(PixelLabError, match=r"samples.npz is damaged"):
        gallery.read(tmp_path)


@pytest.mark.parametrize("name", zoo.pretrained())
def test_every_shipped_model_has_one_and_a_curve(name: str) -> None:
    found = gallery.read(name)
    assert found is not None, f"`pixellab ship {name} --beside` draws it"
    assert found.pictures.shape[2:] == zoo.card(name).configuration.shape
    assert (zoo.FOLDER / name / gallery.FILE).stat().st_size < 200_000


def test_reading_needs_no_torch() -> None:
    use = "gallery.read(zoo.pretrained()[0])"
    code = f"import sys; from pixellab import gallery, zoo; {use}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
