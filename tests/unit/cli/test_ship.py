"""`pixellab ship`: half the bytes, the same model, and no figure that belongs to other weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pixellab import gallery, zoo
from pixellab.training.log import CURVE, FILE, Log, Row

Command = Callable[..., tuple[int, str, str]]


def test_ships_halves_without_the_figure_of_the_wholes(
    pixellab_command: Command, binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path / "pretrained")
    card = zoo.card(binary)
    figures = [zoo.Figure("valid", 10, 90.0), zoo.Figure("test", 10, 91.0)]
    zoo.save_card(binary, replace(card, figures=figures).with_count(zoo.Count("class", 9, 10, "9 of 10.")))
    status, text, _ = pixellab_command("ship", binary)
    assert status == 0
    assert card.name in text
    shipped = zoo.FOLDER / card.name
    assert [f.split for f in zoo.card(card.name).figures] == ["valid"]
    assert zoo.card(card.name).counts == []
    assert {weight.dtype for weight in load_file(shipped / zoo.WEIGHTS).values()} == {torch.float16}
    before, after = zoo.load(binary).state_dict(), zoo.load(card.name).state_dict()
    assert all(torch.equal(after[name], before[name].half().float()) for name in before)


def test_curve_and_gallery_come_along(
    pixellab_command: Command, binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path / "pretrained")
    card = replace(zoo.card(binary), steps=300)
    zoo.save_card(binary, card)
    rows = [Row(step, 4 * step, step, 1e-3, 95.0, 90.0 - step / 100) for step in range(1, 401)]
    Log(binary / FILE, "nats").write(rows)
    assert pixellab_command("ship", binary)[0] == 0
    curve = Log(zoo.FOLDER / card.name / CURVE, "nats").read()
    # What was learnt after the shipped weights is not theirs.
    assert (curve[0].step, curve[-1].step) == (1, 300)
    assert len(curve) == 60
    assert gallery.read(card.name).pictures.shape == (1, gallery.SEEDS, 1, 28, 28)


def test_beside_leaves_weights_and_figures_as_they_are(
    pixellab_command: Command, binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path / "pretrained")
    status, _, error = pixellab_command("ship", binary, "--beside")
    assert status == 2
    assert "leave --beside out" in error
    pixellab_command("ship", binary)
    place = zoo.FOLDER / zoo.card(binary).name
    zoo.save_card(place, zoo.card(place).with_figure(zoo.Figure("test", 10, 91.0)))
    (place / gallery.FILE).unlink()
    before = (place / zoo.WEIGHTS).read_bytes()
    assert pixellab_command("ship", place.name, "--beside")[0] == 0
    assert (place / zoo.WEIGHTS).read_bytes() == before
    assert zoo.card(place).figure("test").value == 91.0
    assert gallery.read(place.name) is not None
