from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pixellab.data import binarized


@pytest.fixture
def bits(random: np.random.Generator) -> np.ndarray:
    return random.integers(2, size=(6, 1, 28, 28), dtype=np.uint8)


@pytest.fixture(autouse=True)
def _six_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binarized, "COUNTS", {"train": 6, "valid": 6, "test": 6})


def pack(path: Path, bits: np.ndarray, labels: list[int]) -> None:
    packed = np.packbits(bits.reshape(len(bits), 784), axis=1)
    np.savez_compressed(path, test=np.asfortranarray(packed), test_label=np.array(labels, np.uint8))


def text(bits: np.ndarray) -> bytes:
    return "".join(" ".join(map(str, row)) + "\n" for row in bits.reshape(len(bits), 784)).encode()


class TestPacked:
    def test_bits_and_labels_come_back(self, tmp_path: Path, bits: np.ndarray):
        pack(tmp_path / binarized.PACKED, bits, [0, 1, 2, 3, 4, 9])
        x, labels = binarized.read(tmp_path, "test")
        np.testing.assert_array_equal(x, bits)
        assert x.flags.c_contiguous
        assert labels.tolist() == [0, 1, 2, 3, 4, 9]

    def test_a_label_above_nine_is_refused(self, tmp_path: Path, bits: np.ndarray, refused):
        pack(tmp_path / binarized.PACKED, bits, [0, 1, 2, 3, 4, 10])
        with refused("it holds the label 10"):
            binarized.read(tmp_path, "test")

    def test_another_number_of_images_is_refused(self, tmp_path: Path, bits: np.ndarray, refused):
        pack(tmp_path / binarized.PACKED, bits[:5], [0] * 5)
        with refused("its test is 5×98 of type uint8, not 6×98"):
            binarized.read(tmp_path, "test")


class TestAmat:
    def test_bits_come_back_without_labels(self, tmp_path: Path, bits: np.ndarray):
        (tmp_path / "binarized_mnist_valid.amat").write_bytes(text(bits))
        x, labels = binarized.read(tmp_path, "valid")
        np.testing.assert_array_equal(x, bits)
        assert labels is None
        assert x.flags.writeable
        assert x.flags.c_contiguous

    def test_the_packed_archive_comes_first(self, tmp_path: Path, bits: np.ndarray):
        pack(tmp_path / binarized.PACKED, bits, [5] * 6)
        (tmp_path / "binarized_mnist_test.amat").write_bytes(text(1 - bits))
        np.testing.assert_array_equal(binarized.read(tmp_path, "test")[0], bits)

    @pytest.mark.parametrize("change", [-1, -1568, 1568])
    def test_another_size_is_refused(self, tmp_path: Path, bits: np.ndarray, refused, change: int):
        content = (text(bits) * 2)[: 9408 + change]
        (tmp_path / "x.amat").write_bytes(content)
        with refused(f"it has {len(content):,} bytes, 6 lines of 784 digits have 9,408"):
            binarized.read_amat(tmp_path / "x.amat", 6)

    @pytest.mark.parametrize("character", [b"2", b"/", b" ", b"\xff"])
    def test_another_digit_is_refused(self, tmp_path: Path, bits: np.ndarray, refused, character: bytes):
        content = bytearray(text(bits))
        content[1000:1001] = character
        (tmp_path / "x.amat").write_bytes(content)
        with refused("other than the digits 0 and 1"):
            binarized.read_amat(tmp_path / "x.amat", 6)

    @pytest.mark.parametrize(("place", "character"), [(1001, b"0"), (1567, b" "), (1001, b"\n")])
    def test_another_separator_is_refused(
        self, tmp_path: Path, bits: np.ndarray, refused, place: int, character: bytes
    ):
        content = bytearray(text(bits))
        content[place : place + 1] = character
        (tmp_path / "x.amat").write_bytes(content)
        with refused("its lines are not 784 single digits"):
            binarized.read_amat(tmp_path / "x.amat", 6)
