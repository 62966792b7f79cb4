"""The recordings of the leak lab: the format, what is in the package, and that they can be made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pixellab import fields
from pixellab.errors import PixelLabError
from pixellab.teaching import record, recordings
from pixellab.teaching.mistakes import VARIANTS, TeachingConfiguration
from pixellab.teaching.recordings import LeakLab, Protocol

SMALL = Protocol(steps=4, batch=2, every=2, looks=4, looked=3, measured=5, pictures=2, target=(3, 4))


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, (count, 1, 6, 7), dtype=np.uint8)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every model tiny."""
    for name, c in record.SIZES.items():
        tiny = replace(c, features=6, head_features=6, height=6, width=7, first_kernel=3, kernel=3)
        monkeypatch.setitem(record.SIZES, name, tiny)


@pytest.mark.usefixtures("small")
def test_a_recording_comes_back_from_its_files(tmp_path: Path) -> None:
    names = ("stack-rgb", "batch-norm", "gated-not-shifted")
    made = {name: record.record(name, SMALL, pictures(8), pictures(6)) for name in names}
    recordings.write(LeakLab(SMALL, made), tmp_path)
    lab = recordings.read(tmp_path)
    assert lab.protocol == SMALL
    assert tuple(lab) == tuple(name for name in VARIANTS if name in names)
    for name, given in made.items():
        found = lab[name]
        assert found.configuration == given.configuration
        assert found.parameters == given.parameters > 0
        assert [step for step, _ in found.train] == [2, 4]
        assert [step for step, _ in found.valid] == [0, 4]
        np.testing.assert_allclose(found.train, given.train, atol=1e-3)
        assert found.final == pytest.approx(given.final, abs=1e-3)
        assert found.verdict == given.verdict
        assert found.variant.right in ("stack", "stack-rgb", "gated")
        assert found.samples.shape == (2, given.configuration.channels, 6, 7)
        np.testing.assert_array_equal(found.samples, given.samples)
        np.testing.assert_array_equal(found.roles, given.roles)
    assert lab["stack-rgb"].verdict[0].startswith("Causal at all 5 targets")
    assert lab["gated-not-shifted"].verdict[0].startswith("Not causal")
    assert (lab["gated-not-shifted"].roles == recordings.ROLES.index("leak")).any()


@pytest.mark.usefixtures("small")
def test_the_same_seed_records_the_same() -> None:
    first, again = (record.record("stack", SMALL, pictures(8), pictures(6)) for _ in range(2))
    assert first.train == again.train
    assert first.final == again.final
    np.testing.assert_array_equal(first.samples, again.samples)


@pytest.mark.usefixtures("small")
def test_what_is_done_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Loaded:
        x = pictures(8)

    monkeypatch.setattr(record.data, "load", lambda *_, **__: Loaded)
    monkeypatch.setattr(record, "PROTOCOL", SMALL)
    given = ["--folder", str(tmp_path / "out"), "--work", str(tmp_path / "work"), "--only", "stack"]
    assert record.main(given) == 0
    assert "nats an image on validation images" in capsys.readouterr().out
    monkeypatch.setattr(record, "record", lambda name, *_: pytest.fail(f"{name} was recorded again"))
    assert record.main(given) == 0
    assert list(recordings.read(tmp_path / "out")) == ["stack"]
    monkeypatch.setattr(record, "PROTOCOL", replace(SMALL, seed=1))
    with pytest.raises(pytest.fail.Exception, match="stack was recorded again"):
        record.main(given)


def test_missing_and_damaged_files_are_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PixelLabError, match="cannot be read: restore both"):
        recordings.read(tmp_path)
    (tmp_path / "leak_lab.json").write_text("{}")
    (tmp_path / "leak_lab.npz").write_bytes(b"PK")
    with pytest.raises(PixelLabError, match="cannot be read: restore both"):
        recordings.read(tmp_path)


def test_every_picture_of_a_colour_has_one(tmp_path: Path) -> None:
    x = np.ones((50, 1, 2, 2), np.uint8)
    coloured = record.coloured(x, 3, seed=0)
    assert coloured.shape == (50, 3, 2, 2)
    assert len({tuple(picture) for picture in coloured[:, :, 0, 0].tolist()}) == 7
    assert coloured.any(axis=1).all()
    np.testing.assert_array_equal(coloured, coloured[:, :, :1, :1].repeat(2, 2).repeat(2, 3))
    assert record.coloured(x, 1, seed=0) is x


@pytest.fixture(scope="module")
def shipped() -> LeakLab:
    """What is in the package."""
    return recordings.read()


def test_all_variants_are_shipped(shipped: LeakLab) -> None:
    assert list(shipped) == list(VARIANTS)
    files = [recordings.FOLDER / f"leak_lab.{ending}" for ending in ("json", "npz")]
    assert sum(path.stat().st_size for path in files) < 300_000


def test_all_were_trained_alike(shipped: LeakLab) -> None:
    assert shipped.protocol == Protocol()
    for recording in shipped.values():
        right = shipped[recording.variant.right]
        assert recording.configuration == right.configuration == record.SIZES[right.name]
        assert [step for step, _ in recording.train] == [step for step, _ in right.train]
        assert recording.train[-1][0] == recording.valid[-1][0] == shipped.protocol.steps
        assert recording.samples.shape == (9, *recording.configuration.shape)


@pytest.mark.parametrize("name", VARIANTS)
def test_fields_and_verdicts_are_those_of_the_mistake(name: str, shipped: LeakLab) -> None:
    leaks = VARIANTS[name].kind == "leaks"
    split = fields.split(VARIANTS[name].network(shipped[name].configuration), *shipped.protocol.target)
    assert shipped[name].field == split.sentence
    np.testing.assert_array_equal(shipped[name].roles, recordings.roles(split))
    assert split.leak.any() == leaks
    assert shipped[name].verdict[0].startswith("Not causal" if leaks else "Causal")


def test_a_leak_is_a_loss_too_low_to_be_true(shipped: LeakLab) -> None:
    """The symptom that the lesson is about: what leaks by a pixel finds it; what only hides is a worse likelihood."""
    for recording in shipped.values():
        right = shipped[recording.variant.right].final
        if recording.variant.kind == "hides":
            assert recording.final > right
        elif recording.variant.kind == "leaks" and not recording.name.endswith("-norm"):
            assert recording.final < right / 2


def test_a_configuration_for_lessons_has_no_architecture() -> None:
    assert TeachingConfiguration().architecture == ""
