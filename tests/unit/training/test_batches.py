"""Which pictures an update learns from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from pixellab.configurations import configuration
from pixellab.data import Images
from pixellab.errors import PixelLabError
from pixellab.training.batches import Batches
from pixellab.training.processes import Processes
from pixellab.training.settings import Settings

CPU = torch.device("cpu")


@pytest.fixture
def numbered() -> Images:
    """Ten pictures of 4×6: picture i holds the bits of i in its first row, from the left."""
    x = np.zeros((10, 1, 4, 6), np.uint8)
    x[:, 0, 0, :4] = np.arange(10)[:, None] >> np.arange(4) & 1
    return Images(x, (np.arange(10) % 2).astype(np.uint8), "mnist", "train", 2, classes=("even", "odd"))


@pytest.fixture
def batches(numbered: Images, settings: Settings) -> Callable[..., Batches]:
    def make(rank: int = 0, world: int = 1, **changes: object) -> Batches:
        return Batches(numbered, replace(settings, **{"flip": False, **changes}), Processes(rank, world, CPU))

    return make


def numbers(pictures: torch.Tensor) -> list[int]:
    return (pictures[:, 0, 0, :4].long() * 2 ** torch.arange(4)).sum(1).tolist()


def test_an_epoch_shows_each_picture_once_in_an_order_of_its_own(batches: Callable[..., Batches]) -> None:
    drawn = batches(batch_size=5)
    first = numbers(drawn(0)[0]) + numbers(drawn(1)[0])
    second = numbers(drawn(2)[0]) + numbers(drawn(3)[0])
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second


def test_an_update_depends_on_its_number_and_the_seed_alone(batches: Callable[..., Batches]) -> None:
    torch.manual_seed(3)
    whole = [numbers(batches(seed=1)(step)[0]) for step in range(5)]
    again = batches(seed=1)
    torch.manual_seed(4)
    assert [numbers(again(step)[0]) for step in (4, 2, 0)] == [whole[4], whole[2], whole[0]]
    assert numbers(batches(seed=2)(0)[0]) != whole[0]


@pytest.mark.parametrize("flip", [False, True])
def test_ranks_share_what_one_process_would_see(batches: Callable[..., Batches], flip: bool) -> None:
    alone = batches(flip=flip)(1)[0]
    parts = [batches(rank, 2, flip=flip)(1)[0] for rank in range(2)]
    assert torch.equal(alone[0::2], parts[0])
    assert torch.equal(alone[1::2], parts[1])


def test_mirroring_turns_about_half_of_the_pictures_and_not_the_data(
    batches: Callable[..., Batches], numbered: Images
) -> None:
    before = numbered.x.copy()
    drawn = batches(flip=True, batch_size=10)
    turned = sum(int((drawn(step)[0].flip(3)[:, 0, 0, :4] != 0).any(1).sum()) for step in range(20))
    plain = sum(int((batches(batch_size=10)(step)[0].flip(3)[:, 0, 0, :2] != 0).any(1).sum()) for step in range(20))
    assert 60 < turned - plain < 180
    assert np.array_equal(numbered.x, before)


def test_classes_stay_with_their_pictures(batches: Callable[..., Batches]) -> None:
    model = configuration("gated_pixelcnn", height=4, width=6, features=8, layers=2, condition_size=2)
    pictures, classes = batches(labels=True, model=model)(0)
    assert [number % 2 for number in numbers(pictures)] == classes.tolist()
    assert batches()(0)[1] is None


@pytest.mark.parametrize(
    ("changes", "world", "words"),
    [
        ({"batch_size": 11}, 1, "A batch of 11 needs 11 training pictures; there are 10."),
        ({"batch_size": 4}, 3, "cannot be shared evenly by 3 processes"),
        ({"model": configuration("pixelcnn", height=4, width=4)}, 1, r"made for \(1, 4, 4\)"),
        ({"model": configuration("pixelcnn", height=4, width=6, levels=4)}, 1, "with 2 levels"),
        ({"labels": True}, 1, "has 2 classes, but the model is conditioned on 0"),
        ({"model": configuration("gated_pixelcnn", height=4, width=6, condition_size=2)}, 1, "set labels = true"),
    ],
)
def test_what_does_not_fit_is_one_sentence(
    batches: Callable[..., Batches], changes: dict[str, object], world: int, words: str
) -> None:
    with pytest.raises(PixelLabError, match=words):
        batches(world=world, **changes)


def test_places_are_told_with_classes(numbered: Images, settings: Settings) -> None:
    cells = np.stack([np.arange(10) // 5, np.arange(10) % 5], 1).astype(np.uint8)
    placed = replace(numbered, places=cells, grid=(2, 5))
    model = configuration(
        "gated_pixelcnn", height=4, width=6, features=8, layers=2, condition_size=12, spatial_features=2
    )
    here, chosen = Processes(0, 1, CPU), replace(settings, flip=False, labels=True, model=model)
    pictures, told = Batches(placed, chosen, here)(0)
    for number, vector in zip(numbers(pictures), told.tolist(), strict=True):
        assert [index for index, value in enumerate(vector) if value] == [number % 2, 2 + number]
    with pytest.raises(PixelLabError, match="leave flip out"):
        Batches(placed, replace(chosen, flip=True), here)
    with pytest.raises(PixelLabError, match="has 2 classes in 2 x 5 places, but the model is conditioned on 2"):
        Batches(placed, replace(chosen, model=replace(model, condition_size=2)), here)
