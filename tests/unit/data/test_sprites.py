from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pixellab.data import sprites


def write(folder: Path, rgba: np.ndarray, splits: list[int]) -> None:
    np.savez_compressed(folder / "s.npz", x=rgba, split=np.array(splits, np.uint8), name=["a"] * len(splits))


@pytest.fixture
def rgba(random: np.random.Generator) -> np.ndarray:
    """Four sprites of which 0, a quarter less one pixel, a quarter, and all pixels are drawn."""
    x = random.integers(256, size=(4, 32, 32, 4), dtype=np.uint8)
    opacity = np.zeros((4, 1024), np.uint8)
    for sprite, drawn in zip(opacity, (0, 255, 256, 1024), strict=True):
        sprite[:drawn] = random.integers(1, 256, size=drawn)
    x[..., 3] = opacity.reshape(4, 32, 32)
    return x


def test_compose_rounds_to_the_nearest_level(rgba: np.ndarray):
    background = np.array([10, 128, 250])
    share = rgba[..., 3:] / 255
    wanted = np.round(rgba[..., :3] * share + background * (1 - share)).transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(sprites.compose(rgba, tuple(background.tolist())), wanted)


def test_transparent_is_white_and_opaque_is_itself(rgba: np.ndarray):
    rgba[3, ..., 3] = 255
    x = sprites.compose(rgba)
    assert (x[0] == 255).all()
    np.testing.assert_array_equal(x[3], rgba[3, ..., :3].transpose(2, 0, 1))


def test_a_split_is_taken_and_the_nearly_empty_left_out(tmp_path: Path, rgba: np.ndarray):
    write(tmp_path, np.concatenate([rgba, rgba]), [0, 0, 0, 0, 1, 1, 2, 1])
    for split, kept in (("train", [2, 3]), ("valid", [3]), ("test", [2])):
        x, labels = sprites.read(tmp_path, split, file="s.npz", least_coverage=0.25)
        np.testing.assert_array_equal(x, sprites.compose(rgba[kept]))
        assert labels is None
    assert len(sprites.read(tmp_path, "train", file="s.npz", least_coverage=0.0)[0]) == 4


@pytest.mark.parametrize("splits", [[0, 1, 2, 3], [0, 1, 2]])
def test_a_split_that_does_not_fit_is_refused(tmp_path: Path, rgba: np.ndarray, refused, splits: list[int]):
    write(tmp_path, rgba, splits)
    with refused("its split does not say 0, 1 or 2 for each of the 4 sprites"):
        sprites.read(tmp_path, "train", file="s.npz", least_coverage=0.0)


def test_pictures_without_opacity_are_refused(tmp_path: Path, rgba: np.ndarray, refused):
    write(tmp_path, rgba[..., :3], [0, 0, 0, 0])
    with refused("its x is 4×32×32×3 of type uint8, not N×32×32×4"):
        sprites.read(tmp_path, "train", file="s.npz", least_coverage=0.0)
