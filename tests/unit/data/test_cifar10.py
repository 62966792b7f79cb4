from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pixellab.data import cifar10
from pixellab.data.files import MissingFile

SHEET = 2  # images a sheet here, so that 5 sheets are held out and 10 make a batch, as in the real set


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "SHEET", SHEET)
    monkeypatch.setattr(cifar10, "BATCH", 10 * SHEET)
    monkeypatch.setattr(cifar10, "HELD_OUT", 5 * SHEET)


@pytest.fixture
def published(random: np.random.Generator) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Images and labels of the published train and test parts."""
    return {
        part: (
            random.integers(256, size=(count, 3, 32, 32), dtype=np.uint8),
            random.integers(10, size=count, dtype=np.uint8),
        )
        for part, count in (("train", 50 * SHEET), ("test", 10 * SHEET))
    }


def batches(published: dict) -> dict[str, bytes]:
    """The binary version: by file name, its bytes."""
    x, labels = (np.concatenate([published[part][i] for part in ("train", "test")]) for i in (0, 1))
    records = np.concatenate([labels[:, None], x.reshape(len(x), -1)], axis=1)
    names = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]
    return {name: part.tobytes() for name, part in zip(names, np.split(records, 6), strict=True)}


def write_batches(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def write_archive(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / cifar10.ARCHIVE
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {"batches.meta.txt": b"cat\n", **files}.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def write_sheets(folder: Path, published: dict, *, left_out: int = 0) -> None:
    for part, (x, _) in published.items():
        rows = x.transpose(0, 2, 3, 1).reshape(len(x), 1024, 3)
        if part == "test":
            rows = rows[: len(rows) - left_out]
        for i in range(0, len(rows), SHEET):
            Image.fromarray(rows[i : i + SHEET]).save(folder / f"{part}_{i // SHEET:02d}.png")
    labels = {part: y for part, (_, y) in published.items()}
    labels["test"] = labels["test"][: len(labels["test"]) - left_out]
    np.savez(folder / "labels.npz", **labels)


def expected(published: dict, split: str) -> tuple[np.ndarray, np.ndarray]:
    part = "test" if split == "test" else "train"
    keep = {"train": slice(0, 45 * SHEET), "valid": slice(45 * SHEET, None), "test": slice(None)}[split]
    x, labels = published[part]
    return x[keep], labels[keep]


class TestEveryFormat:
    @pytest.fixture(params=["folder", "loose", "archive", "sheets"])
    def folder(self, request: pytest.FixtureRequest, tmp_path: Path, published: dict) -> Path:
        match request.param:
            case "folder":
                write_batches(tmp_path / "cifar-10-batches-bin", batches(published))
            case "loose":
                write_batches(tmp_path, batches(published))
            case "archive":
                write_archive(tmp_path, batches(published))
            case "sheets":
                write_sheets(tmp_path, published)
        return tmp_path

    @pytest.mark.parametrize("split", ["train", "valid", "test"])
    def test_valid_is_the_end_of_the_training_images(self, folder: Path, published: dict, split: str):
        x, labels = cifar10.read(folder, split)
        wanted_x, wanted_labels = expected(published, split)
        np.testing.assert_array_equal(x, wanted_x)
        np.testing.assert_array_equal(labels, wanted_labels)
        assert x.flags.c_contiguous
        assert x.flags.writeable


def test_the_published_archive_comes_before_the_sheets(tmp_path: Path, published: dict):
    write_sheets(tmp_path, published, left_out=1)
    assert len(cifar10.read(tmp_path, "test")[0]) == 10 * SHEET - 1
    write_archive(tmp_path, batches(published))
    assert len(cifar10.read(tmp_path, "test")[0]) == 10 * SHEET


def test_an_incomplete_unpacked_folder_does_not_hide_the_archive(tmp_path: Path, published: dict):
    files = batches(published)
    write_archive(tmp_path, files)
    write_batches(tmp_path / "cifar-10-batches-bin", {"data_batch_1.bin": files["data_batch_1.bin"]})
    np.testing.assert_array_equal(cifar10.read(tmp_path, "train")[0], expected(published, "train")[0])


def test_nothing_there(tmp_path: Path):
    with pytest.raises(MissingFile, match=r"cifar-10-binary.tar.gz or labels.npz is missing"):
        cifar10.read(tmp_path, "test")


class TestBatchFaults:
    @pytest.mark.parametrize("change", [-1, 1])
    def test_another_size(self, tmp_path: Path, published: dict, refused, change: int):
        files = batches(published)
        files["test_batch.bin"] = (files["test_batch.bin"] * 2)[: 61_460 + change]
        write_batches(tmp_path, files)
        with refused(f"it has {61_460 + change:,} bytes, a batch of 20 images has 61,460"):
            cifar10.read(tmp_path, "test")

    def test_a_label_above_nine(self, tmp_path: Path, published: dict, refused):
        published["test"][1][4] = 10
        write_batches(tmp_path, batches(published))
        with refused("test_batch.bin is damaged or another file (it holds the label 10"):
            cifar10.read(tmp_path, "test")

    def test_the_pickled_version_is_not_read(self, tmp_path: Path, refused):
        files = {"test_batch.bin": pickle.dumps({b"data": np.zeros((20, 3072), np.uint8)})}
        write_batches(tmp_path, files)
        with refused("a batch of 20 images has 61,460"):
            cifar10.read(tmp_path, "test")


class TestArchiveFaults:
    @pytest.mark.parametrize("kept", [0.0, 0.2, 0.9])
    def test_a_cut_archive(self, tmp_path: Path, published: dict, refused, kept: float):
        path = write_archive(tmp_path, batches(published))
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
        with refused("cannot be read as a .tar.gz archive"):
            cifar10.read(tmp_path, "test")

    def test_a_foreign_archive(self, tmp_path: Path, refused):
        write_archive(tmp_path, {"data_batch_1": b"the pickled version"})
        with refused("it holds no test_batch.bin"):
            cifar10.read(tmp_path, "test")

    def test_a_link_in_place_of_a_batch(self, tmp_path: Path, refused):
        with tarfile.open(tmp_path / cifar10.ARCHIVE, "w:gz") as archive:
            member = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/hostname"
            archive.addfile(member)
        with refused("it holds no test_batch.bin"):
            cifar10.read(tmp_path, "test")

    def test_a_page_saved_under_its_name(self, tmp_path: Path, refused):
        (tmp_path / cifar10.ARCHIVE).write_text("<html>404</html>")
        with refused("cannot be read as a .tar.gz archive"):
            cifar10.read(tmp_path, "test")

    def test_a_batch_of_another_size(self, tmp_path: Path, published: dict, refused):
        write_archive(tmp_path, batches(published) | {"test_batch.bin": b"short"})
        with refused("test_batch.bin is damaged or another file (it has 5 bytes"):
            cifar10.read(tmp_path, "test")

    def test_nothing_is_unpacked(self, tmp_path: Path, published: dict):
        write_archive(tmp_path, batches(published))
        cifar10.read(tmp_path, "train")
        assert [path.name for path in tmp_path.iterdir()] == [cifar10.ARCHIVE]


class TestSheetFaults:
    @pytest.fixture
    def folder(self, tmp_path: Path, published: dict) -> Path:
        write_sheets(tmp_path, published)
        return tmp_path

    @pytest.mark.parametrize("picture", [("L", (1024, 2)), ("RGBA", (1024, 2)), ("RGB", (32, 32))])
    def test_another_picture(self, folder: Path, refused, picture: tuple):
        Image.new(*picture).save(folder / "test_03.png")
        with refused("a sheet is RGB, 1,024 wide and at most 2 high"):
            cifar10.read(folder, "test")

    @pytest.mark.parametrize("kept", [0, 20, 3000])
    def test_a_cut_picture(self, folder: Path, refused, kept: int):
        path = folder / "test_03.png"
        path.write_bytes(path.read_bytes()[:kept])
        with refused("cannot be read as a PNG picture"):
            cifar10.read(folder, "test")

    def test_a_jpeg_under_its_name(self, folder: Path, refused):
        Image.new("RGB", (1024, 2)).save(folder / "test_03.png", format="JPEG")
        with refused("cannot be read as a PNG picture"):
            cifar10.read(folder, "test")

    def test_a_sheet_with_a_row_less(self, folder: Path, refused):
        Image.new("RGB", (1024, 1)).save(folder / "train_44.png")
        with refused("it has 90 labels for the 89 images of the train sheets"):
            cifar10.read(folder, "train")

    def test_a_missing_sheet(self, folder: Path):
        (folder / "train_49.png").unlink()
        with pytest.raises(MissingFile, match=r"train_49.png is missing"):
            cifar10.read(folder, "valid")

    def test_another_number_of_labels(self, folder: Path, refused):
        np.savez(folder / "labels.npz", train=np.zeros(99, np.uint8))
        with refused("its train is 99 of type uint8, not 100"):
            cifar10.read(folder, "valid")

    def test_a_label_above_nine(self, folder: Path, refused):
        np.savez(folder / "labels.npz", test=np.full(20, 11, np.uint8))
        with refused("it holds the label 11"):
            cifar10.read(folder, "test")
