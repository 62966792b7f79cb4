"""`pixellab bench sampling`: both ways timed, and their logits compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from PIL import Image

import pixellab
from pixellab.benchmarks import sampling
from pixellab.cli import main

OTHERS = """
import time
import torch

class Slow(torch.nn.Module):
    def forward(self, pictures):
        assert not self.training and pictures.shape[1] == 3
        assert pictures.dtype == torch.float32 and pictures.abs().max() <= 1
        time.sleep(0.02)
"""
TINY = {"features": 8, "layers": 2, "head_features": 8}


@pytest.mark.parametrize("architecture", pixellab.architectures())
def test_every_architecture_is_measured_and_equal(architecture: str) -> None:
    model = pixellab.build(architecture, height=4, width=6, channels=3, levels=4, **TINY)
    found = sampling.measure(model, 2, passes=1, repeats=1)
    assert found.equal
    assert 0 < found.difference < 1e-5
    assert found.naive == pytest.approx(found.full_pass * 3 * 4 * 6)
    assert found.ratio == pytest.approx(found.naive / found.streaming)


def test_a_sampler_that_differs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    model = pixellab.build("gated_pixelcnn", height=4, width=4, **TINY)
    streamed = sampling._streamed_logits
    monkeypatch.setattr(sampling, "_streamed_logits", lambda *given: streamed(*given) * 1.01)
    assert not sampling.measure(model, 1, passes=1, repeats=1).equal


def test_conditions_are_streamed_too() -> None:
    model = pixellab.build("gated_pixelcnn", height=4, width=4, condition_size=3, **TINY)
    assert sampling.measure(model, 2, passes=1, repeats=1, condition=torch.tensor([0, 2])).equal


def test_the_command_prints_a_row_each_and_plots(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plot = tmp_path / "plot.png"
    arguments = "--architecture all --features 8 --layers 2 --size 4 6 --batch 1 2 --passes 1 --repeats 1"
    assert main(["bench", "sampling", *arguments.split(), "--plot", str(plot)]) == 0
    shown = capsys.readouterr().out
    rows = [line for line in shown.splitlines() if " × " in line]
    assert len(rows) == 4 * len(pixellab.architectures())
    assert all(name in shown for name in pixellab.architectures())
    assert "median of 1; all passes: times C·H·W" in shown
    with Image.open(plot) as picture:
        assert picture.format == "PNG"


def test_another_network_is_timed_beside_ours(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In evaluation mode, on pictures of floats: a full pass, times C·H·W, over our streaming."""
    (tmp_path / "others.py").write_text(OTHERS)
    arguments = (
        "bench sampling --features 8 --layers 2 --size 4 --channels 3 --batch 2 --passes 3 --repeats 1 --against"
    )
    assert main([*arguments.split(), f"{tmp_path}/others.py:Slow"]) == 0
    shown = capsys.readouterr().out
    found = re.search(r"Slow, beside it: 3×4×4, batch 2, full pass ([\d.]+) ms, all passes ([\d.]+) s; our", shown)
    one_pass, all_passes = map(float, found.groups())
    assert one_pass > 20
    assert all_passes == pytest.approx(one_pass * 48 / 1000, rel=0.01)


def test_processor_time_does_not_count_what_others_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A pass that sleeps takes no processor's time."""
    (tmp_path / "others.py").write_text(OTHERS)
    arguments = (
        "bench sampling --features 8 --layers 2 --size 4 --channels 3 --batch 2 --passes 3 --repeats 1 --cpu-time"
    )
    assert main([*arguments.split(), "--against", f"{tmp_path}/others.py:Slow"]) == 0
    shown = capsys.readouterr().out
    assert "processor seconds" in shown
    assert float(re.search(r"Slow, beside it: .* full pass ([\d.]+) ms", shown)[1]) < 15


def test_another_network_that_fails_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "others.py").write_text(OTHERS)
    arguments = "bench sampling --features 8 --layers 2 --size 4 --batch 1 --passes 1 --repeats 1 --against"
    assert main([*arguments.split(), f"{tmp_path}/others.py:Slow"]) == 2
    assert "Slow fails on pictures of the shape (1, 1, 4, 4): AssertionError" in capsys.readouterr().err
    assert main([*arguments.split(), f"{tmp_path}/others.py:Fast"]) == 2
    assert "has no 'Fast'; it has Slow" in capsys.readouterr().err


def test_the_command_fails_where_logits_differ(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "TOLERANCE", 0.0)
    arguments = "bench sampling --features 8 --layers 2 --size 4 --batch 1 --passes 1 --repeats 1"
    assert main(arguments.split()) == 2
    assert "the two ways are not equal" in capsys.readouterr().err
