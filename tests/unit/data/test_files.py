from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from pixellab.data import MissingFile, data_folder
from pixellab.data.files import find, read_npz, reading


def test_the_folder_is_the_argument_then_the_environment_then_the_cache(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIXELLAB_DATA", "~/sets")
    assert data_folder("here") == Path("here")
    assert data_folder() == Path.home() / "sets"
    monkeypatch.delenv("PIXELLAB_DATA")
    assert data_folder() == Path(platformdirs.user_cache_dir("pixellab")) / "data"


def test_find_takes_the_first_that_exists(tmp_path: Path):
    (tmp_path / "b").touch()
    assert find(tmp_path, "a", "b", "c") == tmp_path / "b"
    with pytest.raises(MissingFile, match="c or d is missing"):
        find(tmp_path, "c", "d")


def test_a_file_that_may_not_be_read_is_said(refused):
    with refused("may not be read"), reading(Path("x"), "a file"):
        raise PermissionError


class TestNpz:
    def test_arrays_come_back_in_c_order(self, tmp_path: Path, random: np.random.Generator):
        a = random.integers(256, size=(5, 3), dtype=np.uint8)
        np.savez_compressed(tmp_path / "z.npz", a=np.asfortranarray(a), other=["not wanted"])
        arrays = read_npz(tmp_path / "z.npz", a=(None, 3))
        assert list(arrays) == ["a"]
        np.testing.assert_array_equal(arrays["a"], a)
        assert arrays["a"].flags.c_contiguous

    @pytest.mark.parametrize("shape", [(4, 3), (None, 4), (5,), (5, 3, 1)])
    def test_another_shape_is_refused(self, tmp_path: Path, refused, shape: tuple):
        np.savez(tmp_path / "z.npz", a=np.zeros((5, 3), np.uint8))
        with refused("its a is 5×3 of type uint8, not "):
            read_npz(tmp_path / "z.npz", a=shape)

    def test_another_type_is_refused(self, tmp_path: Path, refused):
        np.savez(tmp_path / "z.npz", a=np.zeros(5))
        with refused("of type float64"):
            read_npz(tmp_path / "z.npz", a=(5,))

    def test_a_missing_array_is_refused(self, tmp_path: Path, refused):
        np.savez(tmp_path / "z.npz", b=np.zeros(5, np.uint8))
        with refused("an .npz archive with a"):
            read_npz(tmp_path / "z.npz", a=(5,))

    @pytest.mark.parametrize("kept", [0.0, 0.3, 0.99])
    def test_a_cut_archive_is_refused(
        self, tmp_path: Path, refused, random: np.random.Generator, kept: float
    ):
        path = tmp_path / "z.npz"
        np.savez_compressed(path, a=random.integers(256, size=5000, dtype=np.uint8))
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
        with refused("cannot be read as an .npz archive"):
            read_npz(path, a=(5000,))

    def test_a_damaged_archive_is_refused(self, tmp_path: Path, refused, random: np.random.Generator):
        path = tmp_path / "z.npz"
        np.savez_compressed(path, a=random.integers(256, size=5000, dtype=np.uint8))
        data = bytearray(path.read_bytes())
        data[2500] ^= 0xFF
        path.write_bytes(data)
        with refused("cannot be read as an .npz archive"):
            read_npz(path, a=(5000,))

    @pytest.mark.parametrize("content", [b"hello", pickle.dumps([1, 2]), b"PK\x03\x04 nothing"])
    def test_a_foreign_file_is_refused(self, tmp_path: Path, refused, content: bytes):
        (tmp_path / "z.npz").write_bytes(content)
        with refused("cannot be read as an .npz archive"):
            read_npz(tmp_path / "z.npz", a=(5,))

    def test_no_pickle_is_loaded(self, tmp_path: Path, refused):
        np.savez(tmp_path / "z.npz", a=np.array([{"an": "object"}], object))
        with refused("cannot be read as an .npz archive"):
            read_npz(tmp_path / "z.npz", a=(1,))
