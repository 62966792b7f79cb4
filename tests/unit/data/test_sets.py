from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pixellab import data
from pixellab.data import sets
from pixellab.data.published import PublishedFile


@pytest.fixture
def binarized_folder(tmp_path: Path) -> Path:
    """A data folder with a static binarised MNIST of the published size: image i has its bit i % 784 set."""
    arrays = {}
    for split, count in (("train", 50_000), ("valid", 10_000), ("test", 10_000)):
        bits = np.zeros((count, 784), np.uint8)
        bits[np.arange(count), np.arange(count) % 784] = 1
        arrays |= {split: np.packbits(bits, axis=1), f"{split}_label": np.arange(count, dtype=np.int64) % 10}
    (tmp_path / "mnist_binarized").mkdir()
    path = tmp_path / "mnist_binarized" / "static_binarized_mnist.npz"
    np.savez(path, **{name: array.astype(np.uint8) for name, array in arrays.items()})
    return tmp_path


@pytest.mark.parametrize(("split", "count"), [("train", 50_000), ("valid", 10_000), ("test", 10_000)])
def test_a_set_of_the_published_size(binarized_folder: Path, split: str, count: int):
    images = data.load("mnist-binarized", split, root=binarized_folder)
    assert (images.name, images.split, images.levels) == ("mnist-binarized", split, 2)
    assert images.x.shape == (count, 1, 28, 28)
    assert (images.x.reshape(count, 784).argmax(axis=1) == np.arange(count) % 784).all()
    assert images.x.sum() == count
    assert images.labels.tolist()[:11] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert images.classes == tuple("0123456789")
    assert "static binarisation" in images.note


def test_the_environment_names_the_folder(binarized_folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIXELLAB_DATA", str(binarized_folder))
    assert len(data.load("mnist-binarized", "test")) == 10_000


def test_a_wrong_name_and_a_wrong_split_are_the_callers_fault(tmp_path: Path):
    with pytest.raises(ValueError, match="no set 'mnits'; there are mnist-binarized, mnist, "):
        data.load("mnits", "test", root=tmp_path)
    with pytest.raises(ValueError, match="no set 'mnits'"):
        data.fetch("mnits", root=tmp_path)
    with pytest.raises(ValueError, match="one of train, valid, test, not 'dev'"):
        data.load("mnist", "dev", root=tmp_path)


class TestMissing:
    @pytest.mark.parametrize("name", ["mnist-binarized", "mnist", "fashion-mnist", "cifar10"])
    def test_a_published_set_says_how_to_download_it(self, tmp_path: Path, refused, name: str):
        with refused(f"run `pixellab download {name}`, load it with download=True, or set PIXELLAB_DATA"):
            data.load(name, "test", root=tmp_path)

    @pytest.mark.parametrize(("name", "file"), [("tiles", "dcss_tiles"), ("emoji", "noto_emoji")])
    def test_sprites_ask_for_a_copy_of_ones_own(self, tmp_path: Path, refused, name: str, file: str):
        with refused(f"({file}_32.npz is missing): it has no public address, so put your own copy there"):
            data.load(name, "test", root=tmp_path, download=True)
        with refused("has no public address"):
            data.fetch(name, root=tmp_path)

    def test_it_can_be_told_from_damage(self, tmp_path: Path):
        with pytest.raises(data.MissingFile):
            data.load("mnist", "test", root=tmp_path)


@pytest.mark.parametrize(("count", "said"), [(9_980, "; 9,980 of the 10,000 test images"), (10_000, "")])
def test_a_copy_that_lacks_images_says_so(monkeypatch: pytest.MonkeyPatch, count: int, said: str):
    def read(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros((count, 3, 1, 1), np.uint8), np.zeros(count, np.uint8)

    monkeypatch.setitem(sets.SETS, "cifar10", dataclasses.replace(sets.SETS["cifar10"], read=read))
    assert data.load("cifar10", "test").note == "colours as published" + said


def test_sprites_have_no_labels_and_name_their_background(tmp_path: Path):
    (tmp_path / "dcss_tiles").mkdir()
    opacity = np.repeat([0, 255], 3).astype(np.uint8)
    x = np.zeros((6, 32, 32, 4), np.uint8)
    x[..., 3] = opacity[:, None, None]
    np.savez(tmp_path / "dcss_tiles" / "dcss_tiles_32.npz", x=x, split=np.array([0, 1, 2, 0, 1, 2], np.uint8))
    images = data.load("tiles", "valid", root=tmp_path)
    assert (len(images), images.labels, images.classes, images.levels) == (1, None, (), 256)
    assert "over white" in images.note
    assert "a quarter or more" in images.note


class TestDownload:
    """`load` and `fetch` ask for the right files; the transfer itself is tested in test_download."""

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[PublishedFile]:
        """The files that were asked for; each arrives as black images or a text of zeros."""
        files: list[PublishedFile] = []

        def download(file: PublishedFile, folder: Path) -> Path:
            files.append(file)
            folder.mkdir(parents=True, exist_ok=True)
            if file.name.endswith(".amat"):
                (folder / file.name).write_bytes((b"0 " * 783 + b"0\n") * (file.size // 1568))
            return folder / file.name

        monkeypatch.setattr("pixellab.data.download.download", download)
        return files

    def test_load_asks_for_the_files_of_its_split(self, tmp_path: Path, asked: list):
        images = data.load("mnist-binarized", "test", root=tmp_path, download=True)
        assert [file.name for file in asked] == ["binarized_mnist_test.amat"]
        assert images.x.shape == (10_000, 1, 28, 28)
        assert images.labels is None
        assert images.classes == ()

    def test_load_asks_for_nothing_that_is_there(self, binarized_folder: Path, asked: list):
        data.load("mnist-binarized", "test", root=binarized_folder, download=True)
        assert asked == []

    @pytest.mark.parametrize(("name", "count"), [("mnist-binarized", 3), ("mnist", 4), ("cifar10", 1)])
    def test_fetch_asks_for_every_file_once(self, tmp_path: Path, asked: list, name: str, count: int):
        paths = data.fetch(name, root=tmp_path)
        assert len(paths) == len(asked) == len(set(asked)) == count
        assert {path.parent for path in paths} == {tmp_path / sets.SETS[name].folder}


@pytest.mark.parametrize("name", [name for name in data.NAMES if sets.SETS[name].published])
def test_published_files_are_well_formed(name: str):
    assert tuple(sets.SETS[name].published) == data.SPLITS
    for file in {file for files in sets.SETS[name].published.values() for file in files}:
        algorithm, _, checksum = file.digest.partition(":")
        assert len(bytes.fromhex(checksum)) == hashlib.new(algorithm).digest_size
        assert file.size > 0
        assert file.addresses
        for address in file.addresses:
            assert address.startswith(("https://", "http://"))
            assert address.endswith("/" + file.name)


def test_neither_torch_nor_the_network_is_imported():
    names = ("torch", "tqdm", "urllib.request")
    code = f"import sys, pixellab.data; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
