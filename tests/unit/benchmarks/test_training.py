"""`pixellab bench training`: both loops timed, nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from pixellab.benchmarks import training
from pixellab.cli import main
from pixellab.configurations import configuration
from pixellab.training.settings import Settings

FILE = """
name = "tiny"
title = "Tiny"
data = "mnist-binarized"
protocol = "none"
unit = "nats"
batch_size = 2

[model]
architecture = "gated_pixelcnn"
features = 4
layers = 2
head_features = 4
height = 4
width = 6
"""


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("way", [training.configured, training.plain])
def test_both_ways_are_timed(way, labels: bool) -> None:
    model = configuration(
        "gated_pixelcnn", features=4, layers=2, head_features=4, height=4, width=6, condition_size=3 * labels
    )
    settings = Settings(
        name="t", title="T", model=model, data="mnist", protocol="", unit="nats", batch_size=2, labels=labels
    )
    found = way(settings, "cpu", 2)
    assert found.images_per_second > 1
    assert found.peak is None or found.peak > 50e6


def test_the_command_compares(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    """Without the processes of their own: starting them takes seconds."""
    monkeypatch.setattr(training, "ProcessPoolExecutor", _Here)
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(FILE)
    assert main(["bench", "training", "tiny.toml", "--updates", "1", "--threads", "1"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "tiny, batches of 2, 1 updates after 2"
    assert "images/s" in shown[1]
    assert "as configured (" in shown[1]
    assert "plain loop" in shown[2]
    assert shown[3].strip().endswith("times as fast")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.toml"]


class _Here:
    """An executor that works in this process."""

    def __init__(self, _workers: int, mp_context: object) -> None:
        pass

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work, *arguments: object) -> _Here:
        self.result = lambda: work(*arguments)
        return self
