"""Replacing a file in one step."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pixellab import atomic


def test_write_replaces_the_content(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    for content in (b"old", b"new and longer"):
        atomic.write(path, content)
        assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_cut_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "file.bin"
    atomic.write(path, b"old")

    def cut(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, cut)
        with pytest.raises(OSError, match="no space"):
            atomic.write(path, b"new")
    assert path.read_bytes() == b"old"
    atomic.write(path, b"newer")
    assert path.read_bytes() == b"newer"
