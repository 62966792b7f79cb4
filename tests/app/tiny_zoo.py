"""Small random models as folders of the zoo, for pages that need a kind of model rather than a good one."""

from __future__ import annotations

from pathlib import Path

import torch

import pixellab
from pixellab import zoo


def save(folder: Path, title: str, architecture: str, data: str = "mnist-binarized", **options: object) -> None:
    """A model of 28×28 binary pictures, whose card says that its condition, if any, begins with a class."""
    torch.manual_seed(0)
    small = {"features": 8, "layers": 1, "head_features": 8}
    model = pixellab.build(architecture, **{**small, **options})
    card = zoo.Card(
        name=folder.name, title=title, configuration=model.configuration, data=data, protocol="none", unit="nats",
        seed=0, command="none", steps=0, images_seen=0, hours=0.0, hardware="none", labels="condition_size" in options,
    )  # fmt: skip
    zoo.save(folder, model, card)
