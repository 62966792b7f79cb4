"""What the tests of the command line share: a data folder of random pictures, tiny models, and `pixellab …` itself."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import pixellab
from pixellab import zoo
from pixellab.cli import main

SPRITES = {"train": 5, "valid": 2, "test": 3}


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with binarised MNIST (random bits, sparse) and a few tiles (random colours)."""
    root, random = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    arrays = {}
    for split, count in (("train", 50_000), ("valid", 10_000), ("test", 10_000)):
        bits = random.integers(0, 256, (count, 98), dtype=np.uint8)
        arrays[split] = bits & np.roll(bits, 1, axis=0)
        arrays[f"{split}_label"] = np.arange(count, dtype=np.uint8) % 10
    (root / "mnist_binarized").mkdir()
    np.savez(root / "mnist_binarized" / "static_binarized_mnist.npz", **arrays)
    split = np.repeat(np.arange(3, dtype=np.uint8), list(SPRITES.values()))
    x = random.integers(0, 256, (len(split), 32, 32, 4), dtype=np.uint8)
    (root / "dcss_tiles").mkdir()
    np.savez(root / "dcss_tiles" / "dcss_tiles_32.npz", x=x, split=split)
    return root


def _save(folder: Path, model: torch.nn.Module, **card: object) -> Path:
    defaults = zoo.Card(
        name="tiny",
        title="Tiny",
        configuration=model.configuration,
        data="mnist-binarized",
        protocol="random bits, nats per image",
        unit="nats",
        seed=0,
        command="pixellab train tiny",
        steps=1,
        images_seen=4,
        hours=0.0,
        hardware="1 CPU cores",
    )
    zoo.save(folder, model, replace(defaults, **card))
    return folder


@pytest.fixture
def binary(tmp_path: Path) -> Path:
    """A binary model of 28×28."""
    torch.manual_seed(0)
    model = pixellab.build("gated_pixelcnn", features=4, layers=2, head_features=4, first_kernel=3)
    return _save(tmp_path / "binary", model)


@pytest.fixture
def conditional(tmp_path: Path) -> Path:
    """A class-conditional binary model of 28×28."""
    torch.manual_seed(0)
    model = pixellab.build("gated_pixelcnn", features=4, layers=2, head_features=4, first_kernel=3, condition_size=10)
    with torch.no_grad():
        for layer in model.layers:
            layer.condition.weight.mul_(10)
        model.head.softmax.weight.mul_(100)
    return _save(tmp_path / "conditional", model, labels=True)


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """A binary model of 28×28 that is told a class and a place."""
    torch.manual_seed(0)
    sizes = {"features": 4, "layers": 2, "head_features": 4, "first_kernel": 3}
    model = pixellab.build("gated_pixelcnn", **sizes, condition_size=26, spatial_features=12)
    with torch.no_grad():
        for layer in model.layers:
            layer.condition.weight.mul_(30)
        model.head.softmax.weight.mul_(100)
    return _save(tmp_path / "placed", model, labels=True, data="mnist-where")


@pytest.fixture
def scales(tmp_path: Path) -> Path:
    """A Multi-Scale PixelRNN of 28×28."""
    torch.manual_seed(0)
    sizes = {"features": 4, "layers": 1, "small_layers": 1, "head_features": 4, "conditioning_features": 3}
    model = pixellab.build("multi_scale", lstm="row_lstm", **sizes)
    return _save(tmp_path / "scales", model)


@pytest.fixture(scope="session")
def grey(data: Path) -> Path:
    """The data folder, with MNIST in it: dark squares of 12×12 pixels on white, some way from the middle."""
    folder = data / "mnist"
    folder.mkdir(exist_ok=True)
    for part, count in (("train", 60_000), ("t10k", 10_000)):
        x = np.zeros((count, 28, 28), np.uint8)
        x[::2, 4:16, 6:18], x[1::2, 10:22, 4:16] = 255, 200
        labels = np.arange(count, dtype=np.uint8) % 10
        for name, values in ((f"{part}-images-idx3-ubyte", x), (f"{part}-labels-idx1-ubyte", labels)):
            header = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
            (folder / name).write_bytes(header + values.tobytes())
    return data


@pytest.fixture
def colour(tmp_path: Path) -> Path:
    """An RGB model of 32×32 and 256 levels."""
    torch.manual_seed(0)
    model = pixellab.build(
        "pixelcnn", channels=3, levels=256, height=32, width=32, features=3, layers=1, head_features=3, first_kernel=3
    )
    return _save(tmp_path / "colour", model, data="tiles", protocol="random tiles, bits/dim", unit="bits/dim")


@pytest.fixture
def pixellab_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`pixellab_command("sample", model, out)` → exit status, stdout, stderr without progress bars."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out, "\n".join(line for line in err.replace("\r", "\n").splitlines() if "%|" not in line).strip()

    return run
