"""Every request that cannot be met is refused where it is made, in one sentence."""

from __future__ import annotations

from dataclasses import replace

import fake_worker
import numpy as np
import pytest

from pixellab.configurations import configuration
from pixellab.worker.requests import Completion, Distributions, LookBelow, Request, generation, pack, unpack

BINARY, COLOUR = fake_worker.BINARY, fake_worker.COLOUR
HIDDEN = np.zeros((6, 9), bool)
HIDDEN[3:, 2:] = True
GOOD = Completion("binary", np.ones((1, 6, 9), np.int64), HIDDEN)
COLOURFUL = Completion("colour", np.full((3, 4, 5), 255, np.uint8), np.ones((4, 5), bool))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"image": np.ones((6, 9), np.uint8)}, r"shape \(1, 6, 9\)"),
        ({"image": np.ones((1, 9, 6), np.uint8)}, r"shape \(1, 6, 9\)"),
        ({"image": np.ones((1, 6, 9))}, "integers"),
        ({"image": np.full((1, 6, 9), 2)}, "knows 0 to 1"),
        ({"image": np.full((1, 6, 9), -1)}, "from -1"),
        ({"image": None}, "every pixel must be hidden"),
        ({"hidden": np.ones((9, 6), bool)}, r"shape \(6, 9\)"),
        ({"hidden": np.ones((6, 9), np.uint8)}, "bool"),
        ({"n": 0}, "endings .* from 1 to 64"),
        ({"n": 65}, "endings"),
        ({"n": 2.0}, "endings"),
        ({"n": True}, "endings"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": float("inf")}, "temperature"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"condition": 3}, "takes no condition"),
    ],
)
def test_what_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(GOOD, **change).checked(BINARY)


@pytest.mark.parametrize(
    "condition",
    [
        *(-1, 10, 1.5, np.zeros(9, np.float32), np.zeros((1, 10)), np.full(10, np.nan)),
        *(np.zeros(8, int), np.full(9, 10), np.full(9, -1), np.zeros((9, 9)), np.full((9, 10), np.inf)),
    ],
)
def test_conditions_that_are_refused(condition: object) -> None:
    with pytest.raises(ValueError, match="condition"):
        replace(COLOURFUL, condition=condition).checked(COLOUR)


@pytest.mark.parametrize("condition", [np.arange(9), np.arange(9, dtype=np.uint8), np.ones((9, 10))])
def test_each_ending_may_have_a_condition_of_its_own(condition: np.ndarray) -> None:
    checked = replace(COLOURFUL, condition=condition).checked(COLOUR)
    np.testing.assert_array_equal(checked.condition, condition)
    assert checked.condition.dtype in (np.int64, np.float32)
    np.testing.assert_array_equal(unpack(*pack(checked)).condition, condition)


@pytest.mark.parametrize("condition", [None, 0, 9, np.int64(4), np.linspace(-1, 1, 10)])
def test_conditions_that_are_accepted(condition: object) -> None:
    checked = replace(COLOURFUL, condition=condition).checked(COLOUR)
    np.testing.assert_array_equal(
        checked.condition, np.asarray(condition, np.float32) if np.ndim(condition) else condition
    )


def test_what_lies_under_hidden_pixels_does_not_matter() -> None:
    image = GOOD.image.copy()
    image[:, HIDDEN] = 77
    checked = replace(GOOD, image=image).checked(BINARY)
    assert checked.image.dtype == np.uint8
    assert (checked.image[0] == ~HIDDEN).all()


def test_later_strokes_do_not_change_a_request() -> None:
    hidden = HIDDEN.copy()
    checked = replace(GOOD, hidden=hidden).checked(BINARY)
    hidden[:] = False
    assert checked.hidden.sum() == HIDDEN.sum()


def test_order_is_raster_order() -> None:
    order = GOOD.checked(BINARY).order()
    assert order.dtype == np.uint16
    assert order.tolist() == [[i, j] for i in range(3, 6) for j in range(2, 9)]


def test_multi_scale_draws_its_small_picture_first() -> None:
    given = configuration("multi_scale", height=6, width=9, factor=2)
    order = GOOD.checked(given).order().tolist()
    small = [[4, 2], [4, 4], [4, 6], [4, 8]]
    assert order[:4] == small
    assert order[4:] == [place for place in GOOD.checked(BINARY).order().tolist() if place not in small]


def test_who_looks_below_reads_on_to_the_end() -> None:
    hidden = np.zeros((6, 9), bool)
    hidden[2, 3] = hidden[3, 1] = True
    order = LookBelow("binary", GOOD.image, hidden).checked(BINARY).order().tolist()
    assert order == [[i, j] for i in range(6) for j in range(9)][2 * 9 + 3 :]
    nothing = LookBelow("binary", GOOD.image, np.zeros((6, 9), bool)).checked(BINARY)
    assert nothing.order().shape == (0, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"particles": 1}, "from 2 to 64"), ({"particles": 65}, "particles"), ({"temperature": 0}, "above 0")],
)
def test_what_cannot_look_below(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(LookBelow("binary", GOOD.image, HIDDEN), **change).checked(BINARY)


def test_a_generation_hides_everything() -> None:
    checked = generation("colour", seed=5, condition=2).checked(COLOUR)
    assert checked.hidden.all()
    assert checked.image.shape == (3, 4, 5)
    assert (checked.n, checked.seed, checked.condition) == (1, 5, 2)


def test_probabilities_are_always_kept_for_two_levels() -> None:
    assert GOOD.checked(BINARY).keep_probabilities
    assert not COLOURFUL.checked(COLOUR).keep_probabilities
    assert replace(COLOURFUL, keep_probabilities=True).checked(COLOUR).keep_probabilities


@pytest.mark.parametrize(
    "request_",
    [
        GOOD.checked(BINARY),
        replace(COLOURFUL, condition=np.linspace(0, 1, 10)).checked(COLOUR),
        Distributions("colour", COLOURFUL.image, condition=3).checked(COLOUR),
        LookBelow("binary", GOOD.image, HIDDEN, n=3, particles=5).checked(BINARY),
    ],
)
def test_packing(request_: Request) -> None:
    back = unpack(*pack(request_))
    assert type(back) is type(request_)
    for name, value in vars(request_).items():
        np.testing.assert_array_equal(getattr(back, name), value)
