"""The leak lab without a browser: nothing without recordings; with them, plain JSON and the answer among four."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pixellab import fields
from pixellab.teaching import recordings
from pixellab.teaching.mistakes import MISTAKES, VARIANTS, TeachingConfiguration
from pixellab.ui import leak_lab
from pixellab.ui.components import checked, unpack


@pytest.fixture(scope="module")
def lab() -> recordings.LeakLab:
    """As if recorded: the real fields, and made-up curves and pictures."""
    made = {}
    for name, variant in VARIANTS.items():
        c = TeachingConfiguration()
        split = fields.split(variant.network(c), 14, 14)
        curve = ((0, 540.0), (100, 90.0))
        pictures = np.ones((9, *c.shape), np.uint8)
        made[name] = recordings.Recording(
            name, c, 1, curve, curve, 90.0, 1.0, (), split.sentence, pictures, recordings.roles(split)
        )
    return recordings.LeakLab(recordings.Protocol(), made)


def test_without_recordings_there_is_no_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(recordings.read, "__defaults__", (tmp_path,))
    assert leak_lab.recorded() is None


def test_too_few_mistakes_are_no_lab(
    lab: recordings.LeakLab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(recordings.read, "__defaults__", (tmp_path,))
    for names, enough in ((["stack", "mask-b-first"], False), (list(VARIANTS), True)):
        recordings.write(recordings.LeakLab(lab.protocol, {name: lab[name] for name in names}), tmp_path)
        assert (leak_lab.recorded() is not None) == enough


def test_entries_are_plain_json(lab: recordings.LeakLab) -> None:
    for recording in lab.values():
        checked(leak_lab._entry(recording, lab))


def test_the_options_hold_the_answer_among_four(lab: recordings.LeakLab) -> None:
    for name in MISTAKES:
        options = leak_lab.options(name, lab)
        assert name in options
        assert len(set(options)) == leak_lab.OPTIONS


def test_pictures_and_roles_travel_whole(lab: recordings.LeakLab) -> None:
    recording = lab["mask-b-first"]
    entry = leak_lab._entry(recording, lab)
    shown = unpack(entry["samples"], (9, 28, 28, recording.samples.shape[1]))
    np.testing.assert_array_equal(shown, recording.samples.transpose(0, 2, 3, 1).astype(bool))
    assert recording.roles.ravel()[entry["target"]] == recordings.ROLES.index("leak")
