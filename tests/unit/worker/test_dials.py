"""One pixel taken apart: every member's probabilities are those of a whole pass over the picture that it makes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pixellab.models import build
from pixellab.models.autoregressive import AutoregressiveModel
from pixellab.worker.dials import dials, stops
from pixellab.worker.requests import Dials, pack, unpack

ROW, COLUMN = 3, 2


@pytest.fixture(scope="module")
def model() -> AutoregressiveModel:
    torch.manual_seed(0)
    model = build("gated_pixelcnn", channels=3, levels=256, height=6, width=5, features=12, layers=3, head_features=12)
    with torch.no_grad():  # far from uniform
        model.head.softmax.weight.mul_(40)
    return model.eval()


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (3, 6, 5)).astype(np.uint8)


def asked(model: AutoregressiveModel, image: np.ndarray, **settings: object) -> tuple[np.ndarray, np.ndarray]:
    return dials(model, Dials("any", image, ROW, COLUMN, **settings).checked(model.configuration))


def test_all_members_equal_a_whole_pass(model: AutoregressiveModel, image: np.ndarray) -> None:
    values, probabilities = asked(model, image, red=250, temperature=0.7, seed=3)
    batch = torch.from_numpy(image).long().repeat(Dials.n, 1, 1, 1)
    batch[:, :, ROW, COLUMN] = torch.from_numpy(values.astype(np.int64))
    with torch.inference_mode():
        whole = model(batch)[..., ROW, COLUMN].softmax(1).permute(0, 2, 1).numpy()
    np.testing.assert_allclose(probabilities, whole, atol=1e-6)


def test_members_are_what_the_request_describes(model: AutoregressiveModel, image: np.ndarray) -> None:
    values, _ = asked(model, image, red=250)
    own = image[:, ROW, COLUMN].tolist()
    assert values[Dials.PICTURE].tolist() == own
    assert values[Dials.NOW, 0] == 250
    along = values[Dials.ALONG_RED : Dials.ALONG_GREEN]
    assert along[:, 0].tolist() == stops(own[0])
    assert own in along.tolist(), "the numbers are those that give the picture's own colours"
    green = values[Dials.ALONG_GREEN : Dials.DRAWN]
    assert set(green[:, 0]) == {250}
    assert green[:, 1].tolist() == stops(int(values[Dials.NOW, 1]))


def test_without_a_red_of_its_own_the_picture_comes_back(model: AutoregressiveModel, image: np.ndarray) -> None:
    values, _ = asked(model, image)
    assert values[Dials.NOW].tolist() == image[:, ROW, COLUMN].tolist()


def test_what_comes_later_is_not_read(model: AutoregressiveModel, image: np.ndarray) -> None:
    other = image.copy()
    other[:, ROW, COLUMN + 1 :] = 7
    other[:, ROW + 1 :] = 7
    for one, two in zip(asked(model, image), asked(model, other), strict=True):
        assert np.array_equal(one, two)


def test_at_zero_temperature_all_draws_are_the_likeliest(model: AutoregressiveModel, image: np.ndarray) -> None:
    values, probabilities = asked(model, image, temperature=0)
    drawn = slice(Dials.DRAWN, Dials.n)
    assert np.array_equal(values[drawn], probabilities[drawn].argmax(-1))


def test_gaussians_have_mean_and_spread_of_the_softmax(model: AutoregressiveModel, image: np.ndarray) -> None:
    values, probabilities = asked(model, image)
    level, share = np.arange(256), probabilities[Dials.PICTURE, 0].astype(np.float64)
    mean = (share * level).sum()
    spread = np.sqrt((share * (level - mean) ** 2).sum())
    random = np.random.default_rng(0)
    random.random((Dials.DRAWS, 3))  # those of the softmaxes come first
    noise = random.standard_normal((Dials.DRAWS, 3))[:, 0]
    assert np.array_equal(values[Dials.REGRESSED :, 0], np.clip(np.rint(mean + spread * noise), 0, 255))


def test_a_request_travels_and_is_checked(model: AutoregressiveModel, image: np.ndarray) -> None:
    request = Dials("any", image, 1, 2, red=9).checked(model.configuration)
    again = unpack(*pack(request))
    assert (again.row, again.column, again.red, again.n) == (1, 2, 9, Dials.n)
    with pytest.raises(ValueError, match="row"):
        Dials("any", image, 6, 0).checked(model.configuration)
    with pytest.raises(ValueError, match="three colours"):
        Dials("any", image[:1], 0, 0).checked(build("gated_pixelcnn", features=8, layers=2).configuration)


def test_stops_hold_the_value_and_stay_in_order() -> None:
    for value in (0, 3, 128, 250, 255):
        assert value in stops(value)
        assert sorted(set(stops(value))) == stops(value)
        assert len(stops(value)) == Dials.STOPS
