"""`pixellab ship`: half the bytes, the same model, and no figure that belongs to other weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pixellab import zoo

Command = Callable[..., tuple[int, str, str]]


def test_ships_halves_without_the_figure_of_the_wholes(
    pixellab_command: Command, binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoo, "FOLDER", tmp_path / "pretrained")
    card = zoo.card(binary)
    zoo.save_card(binary, replace(card, figures=[zoo.Figure("valid", 10, 90.0), zoo.Figure("test", 10, 91.0)]))
    status, text, _ = pixellab_command("ship", binary)
    assert status == 0
    assert card.name in text
    shipped = zoo.FOLDER / card.name
    assert [f.split for f in zoo.card(card.name).figures] == ["valid"]
    assert {weight.dtype for weight in load_file(shipped / zoo.WEIGHTS).values()} == {torch.float16}
    before, after = zoo.load(binary).state_dict(), zoo.load(card.name).state_dict()
    assert all(torch.equal(after[name], before[name].half().float()) for name in before)
