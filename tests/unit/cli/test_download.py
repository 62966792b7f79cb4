"""`pixellab download`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pixellab.commands import download
from pixellab.errors import PixelLabError


def test_it_says_where_the_files_are(
    pixellab_command: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(name: str, *, root: str | None) -> list[Path]:
        asked.append((name, root))
        (tmp_path / "a.gz").write_bytes(bytes(2_500_000))
        return [tmp_path / "a.gz"]

    monkeypatch.setattr(download, "fetch", fetch)
    status, out, _ = pixellab_command("download", "mnist", "--data", tmp_path)
    assert (status, out) == (0, f"{tmp_path / 'a.gz'} (2.5 MB, verified)\n")
    assert asked == [("mnist", str(tmp_path))]


def test_without_network_it_is_one_sentence(
    pixellab_command: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(name: str, *, root: str | None) -> list[Path]:
        raise PixelLabError("It could not be downloaded: check the network.")

    monkeypatch.setattr(download, "fetch", fetch)
    status, _, err = pixellab_command("download", "mnist")
    assert (status, err) == (2, "pixellab: It could not be downloaded: check the network.")
