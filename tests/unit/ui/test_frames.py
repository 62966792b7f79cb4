"""What travels to the browser, and what is recorded for the first frame."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from pixellab.errors import PixelLabError
from pixellab.ui.components import checked
from pixellab.ui.frames import FIRST_FRAMES, STEPS, Frames, recorded


def frames(n: int = 3, *, channels: int = 1, levels: int = 2, done: int | None = None, seed: int = 0) -> Frames:
    """Frames of a 4×5 picture whose two lower rows are hidden."""
    rng = np.random.default_rng(seed)
    hidden = np.zeros((4, 5), bool)
    hidden[2:] = True
    order = np.argwhere(hidden).astype(np.uint16)
    probabilities = rng.dirichlet(np.ones(levels), (10, n, channels)).astype(np.float16)
    values = rng.integers(0, levels, (10, n, channels)).astype(np.uint8)
    p = probabilities.astype(np.float32)
    entropy = -(p * np.log(np.maximum(p, 1e-6))).sum(-1)
    picture = rng.integers(0, levels, (channels, 4, 5)).astype(np.uint8)
    return Frames(picture, hidden, order, values, entropy, probabilities, levels, 10 if done is None else done)


@pytest.mark.parametrize(("channels", "levels"), [(1, 2), (3, 256)])
def test_the_payload_is_plain_json_and_holds_only_what_is_done(channels: int, levels: int) -> None:
    payload = frames(channels=channels, levels=levels, done=4).payload()
    checked(payload)
    json.dumps(payload)
    sizes = {name: len(base64.b64decode(text)) for name, text in payload.items() if isinstance(text, str)}
    assert sizes == {
        "picture": 3 * channels * 20,
        "hidden": 20,
        "order": 10 * 2 * 2,
        "values": 4 * 3 * channels,
        "entropy": 4 * 3 * channels * 2,
        "probabilities": 4 * 3 * channels * levels * 2,
    }


def test_probabilities_travel_to_five_digits() -> None:
    given = frames()
    sent = np.frombuffer(base64.b64decode(given.payload()["probabilities"]), "<u2") / STEPS
    assert np.abs(sent - given.probabilities.astype(float).ravel()).max() < 1e-5


def test_frames_are_recorded_and_read_back(tmp_path: Path) -> None:
    given = frames()
    given.save(tmp_path / "a.npz")
    back = Frames.load(tmp_path / "a.npz")
    assert (back.n, back.total, back.done, back.levels) == (3, 10, 10, 2)
    for name in ("picture", "hidden", "order", "values"):
        assert np.array_equal(getattr(back, name), getattr(given, name)), name
    assert np.abs(back.entropy - given.entropy).max() < 2e-3


def test_only_finished_binary_frames_are_recorded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="finished"):
        frames(done=3).save(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="two levels"):
        frames(levels=4).save(tmp_path / "a.npz")


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_broken_recording_is_said_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(PixelLabError, match="record them again"):
        Frames.load(tmp_path / "a.npz")


def test_jobs_are_woven_together_picture_by_picture() -> None:
    a, b = frames(2, seed=1, done=7), frames(2, seed=2, done=9)
    both = Frames.joined([a, b])
    assert both.done == 7
    for k, (part, index) in enumerate([(a, 0), (b, 0), (a, 1), (b, 1)]):
        assert np.array_equal(both.picture[k], part.picture)
        assert np.array_equal(both.values[:, k], part.values[:, index])
        assert np.array_equal(both.entropy[:, k], part.entropy[:, index])
        assert np.array_equal(both.probabilities[:, k], part.probabilities[:, index])
    assert Frames.joined([a]) is a


@pytest.mark.parametrize("path", sorted(FIRST_FRAMES.glob("*.npz")), ids=lambda path: path.stem)
def test_what_is_shipped_is_small(path: Path) -> None:
    """Frames of two values, or tables of three times 256."""
    assert path.stat().st_size < (100_000 if path.stem == "dials" else 60_000)


@pytest.mark.parametrize(("name", "n"), [("start", 4), ("generation-one", 1), ("generation-nine", 9)])
def test_the_first_frames_are_there(name: str, n: int) -> None:
    first = recorded(name)
    assert first is not None
    assert first.n == n
    assert set(np.unique(first.values)) == {0, 1}


def test_the_same_random_numbers_give_the_same_picture_at_temperature_zero() -> None:
    values = recorded("generation-temperatures").values[..., 0]
    greedy = values[:, [0, 4, 8]]
    assert (greedy == greedy[:, :1]).all()
