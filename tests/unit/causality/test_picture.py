"""The picture of a report: every role in its colour, and the colours are those of the pages."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import pixellab.ui
from pixellab import causality
from pixellab.causality import picture
from pixellab.teaching.broken import BROKEN
from pixellab.teaching.mistakes import TeachingConfiguration

SIZES = {"features": 9, "head_features": 9, "first_kernel": 3, "kernel": 3, "layers": 3}


def report(name: str, channels: int, height: int, width: int) -> causality.Report:
    torch.manual_seed(0)
    model = BROKEN[name](TeachingConfiguration(channels=channels, height=height, width=width, **SIZES))
    return causality.check(model.network, (channels, height, width), pictures=1)


def drawn(given: causality.Report) -> set[str]:
    """The colours of its picture, as #RRGGBB."""
    with Image.open(io.BytesIO(picture.draw(given, "A model"))) as image:
        pixels = np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)
    return {"#{:02X}{:02X}{:02X}".format(*pixel) for pixel in pixels.tolist()}


@pytest.mark.parametrize("channels", [1, 3])
def test_every_role_is_drawn_in_its_colour(channels: int) -> None:
    assert {picture.TARGET, *(look["facecolor"] for look in picture.ROLES.values())} <= drawn(
        report("mask-b-first", channels, 6, 9)
    )


def test_colours_are_those_of_the_pages() -> None:
    css = (Path(pixellab.ui.__path__[0]) / "css" / "roles.css").read_text(encoding="utf-8")
    light = css.split('[data-theme="dark"]')[0]
    for name, colour in {
        "target": picture.TARGET,
        "context": picture.ROLES["seen"]["facecolor"],
        "blind": picture.ROLES["blind"]["facecolor"],
        "out-of-reach": picture.ROLES["out of reach"]["edgecolor"],
        "future": picture.ROLES["future"]["facecolor"],
        "leak": picture.ROLES["leak"]["facecolor"],
        "red": picture.COLOURS[0][1],
        "green": picture.COLOURS[1][1],
        "blue": picture.COLOURS[2][1],
    }.items():
        assert f"--{name}: {colour};" in light


def test_four_targets_are_shown_or_those_there_are() -> None:
    assert picture.chosen(report("mask-b-first", 1, 7, 9)) == [(3, 4), (3, 1), (3, 7), (6, 8)]
    model = BROKEN["mask-b-first"](TeachingConfiguration(height=5, width=5, **SIZES))
    assert picture.chosen(causality.check(model.network, (1, 5, 5), targets=[(2, 2)], pictures=1)) == [(2, 2)]
