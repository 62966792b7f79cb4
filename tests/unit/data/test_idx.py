from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from pixellab.data import idx
from pixellab.data.files import MissingFile


def write(path: Path, values: np.ndarray, *, magic: tuple[int, int, int] = (0, 0, 8)) -> None:
    content = struct.pack(f">4B{values.ndim}I", *magic, values.ndim, *values.shape) + values.tobytes()
    path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)


@pytest.fixture
def images(random: np.random.Generator) -> np.ndarray:
    return random.integers(256, size=(7, 4, 6), dtype=np.uint8)


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_values_come_back(tmp_path: Path, images: np.ndarray, name: str):
    write(tmp_path / name, images)
    np.testing.assert_array_equal(idx.read_idx(tmp_path / name, (7, 4, 6)), images)


class TestFaults:
    def test_another_magic_number(self, tmp_path: Path, images: np.ndarray, refused):
        write(tmp_path / "x", images, magic=(0, 0, 13))
        with refused("it starts with 00 00 0d 03, not with the 00 00 08 03 of such an idx file"):
            idx.read_idx(tmp_path / "x", (7, 4, 6))

    def test_labels_in_place_of_images(self, tmp_path: Path, refused):
        write(tmp_path / "x", np.zeros(7, np.uint8))
        with refused("it starts with 00 00 08 01"):
            idx.read_idx(tmp_path / "x", (7, 4, 6))

    @pytest.mark.parametrize("shape", [(8, 4, 6), (7, 6, 4)])
    def test_other_dimensions(self, tmp_path: Path, images: np.ndarray, refused, shape: tuple):
        write(tmp_path / "x", images)
        with refused("its dimensions are not " + "×".join(map(str, shape))):
            idx.read_idx(tmp_path / "x", shape)

    def test_too_few_and_too_many_values(self, tmp_path: Path, images: np.ndarray, refused):
        write(tmp_path / "x", images)
        content = (tmp_path / "x").read_bytes()
        (tmp_path / "x").write_bytes(content[:-1])
        with refused("168 values are announced and only 167 follow"):
            idx.read_idx(tmp_path / "x", (7, 4, 6))
        (tmp_path / "x").write_bytes(content + b"\0")
        with refused("168 values are announced and more follow"):
            idx.read_idx(tmp_path / "x", (7, 4, 6))

    def test_nothing_in_it(self, tmp_path: Path, refused):
        (tmp_path / "x").touch()
        with refused("it starts with nothing"):
            idx.read_idx(tmp_path / "x", (7, 4, 6))

    @pytest.mark.parametrize("kept", [5, 40, -4])
    def test_a_cut_gzip(self, tmp_path: Path, images: np.ndarray, refused, kept: int):
        path = tmp_path / "x.gz"
        write(path, images)
        path.write_bytes(path.read_bytes()[:kept])
        with refused("cannot be read as a gzipped file"):
            idx.read_idx(path, (7, 4, 6))

    def test_a_damaged_gzip(self, tmp_path: Path, images: np.ndarray, refused):
        path = tmp_path / "x.gz"
        write(path, images)
        content = bytearray(path.read_bytes())
        content[-6] ^= 0xFF  # the checksum
        path.write_bytes(content)
        with refused("cannot be read as a gzipped file"):
            idx.read_idx(path, (7, 4, 6))

    def test_a_page_saved_under_its_name(self, tmp_path: Path, refused):
        (tmp_path / "x.gz").write_text("<html>404</html>")
        with refused("cannot be read as a gzipped file"):
            idx.read_idx(tmp_path / "x.gz", (7, 4, 6))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many images as published: black, but for the image's place in its first four pixels."""
    folder = tmp_path_factory.mktemp("mnist")
    for part, count in (("train", 60_000), ("t10k", 10_000)):
        places = np.arange(count, dtype=np.uint32)
        images = np.zeros((count, 28, 28), np.uint8)
        images[:, 0, :4] = places.view(np.uint8).reshape(count, 4)
        write(folder / f"{part}-images-idx3-ubyte.gz", images)
        write(folder / f"{part}-labels-idx1-ubyte", (places % 10).astype(np.uint8))
    return folder


class TestSplits:
    @pytest.mark.parametrize(
        ("split", "places"),
        [("train", range(50_000)), ("valid", range(50_000, 60_000)), ("test", range(10_000))],
    )
    def test_valid_is_the_last_10000_of_the_training_images(self, folder: Path, split: str, places: range):
        x, labels = idx.read(folder, split)
        assert x.shape == (len(places), 1, 28, 28)
        assert x.flags.writeable
        assert x.flags.c_contiguous
        np.testing.assert_array_equal(x[:, 0, 0, :4].copy().view(np.uint32).ravel(), places)
        np.testing.assert_array_equal(labels, np.array(places) % 10)

    def test_a_label_above_nine(self, tmp_path: Path, refused, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(idx, "COUNTS", {"t10k": 2})
        write(tmp_path / "t10k-images-idx3-ubyte", np.zeros((2, 28, 28), np.uint8))
        write(tmp_path / "t10k-labels-idx1-ubyte", np.array([3, 10], np.uint8))
        with refused("it holds the label 10, and labels go from 0 to 9"):
            idx.read(tmp_path, "test")

    def test_a_missing_file(self, tmp_path: Path):
        with pytest.raises(MissingFile, match="train-images-idx3-ubyte is missing"):
            idx.read(tmp_path, "valid")
