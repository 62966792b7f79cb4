"""What the tests of training share: a run so small that an update takes milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pixellab import zoo
from pixellab.configurations import configuration
from pixellab.data import Images
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.training.loop import Run
from pixellab.training.processes import Processes
from pixellab.training.settings import Settings

ALONE = Processes(0, 1, torch.device("cpu"))


def pictures(count: int, split: str, seed: int) -> Images:
    """Binary pictures of 4×6 whose rows repeat: there is something to learn."""
    row = np.random.default_rng(seed).integers(0, 2, (count, 1, 1, 6), dtype=np.uint8)
    labels = row.sum((1, 2, 3)).astype(np.uint8) % 2
    return Images(np.repeat(row, 4, axis=2), labels, "mnist-binarized", split, 2, classes=("even", "odd"))


@pytest.fixture
def settings() -> Settings:
    """Six updates with dropout, mirrored pictures, warm-up, cool-down and three looks at the validation split."""
    return Settings(
        name="tiny",
        title="Tiny",
        model=configuration(
            "gated_pixelcnn", height=4, width=6, features=8, layers=2, head_features=8, dropout=0.5
        ),
        data="mnist-binarized",
        protocol="repeated rows, nats per image",
        unit="nats",
        steps=6,
        batch_size=4,
        learning_rate=1e-2,
        warmup=2,
        cooldown=2,
        weight_decay=0.1,
        flip=True,
        validate_every=2,
        valid_images=6,
    )


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Callable[..., Run]:
    """`run("folder", steps=3)`: a run in a folder of its own, with settings replaced."""

    def make(
        folder: str = "run",
        *,
        weights: AutoregressiveModel | None = None,
        began: zoo.Beginning | None = None,
        limit: float | None = None,
        command: str = "",
        **changes: object,
    ) -> Run:
        train, valid = pictures(10, "train", 1), pictures(8, "valid", 2)
        chosen = replace(settings, **changes)
        more = {"weights": weights, "began": began, "limit": limit, "command": command}
        return Run(chosen, tmp_path / folder, train, valid, ALONE, **more)

    return make
