"""The share of the past that each architecture sees at 28×28, to the percent."""

import numpy as np
import pytest

from pixellab import fields

SIZE = {"height": 28, "width": 28}
TARGETS = [(14, 14), (14, 2), (14, 25), (27, 14), (27, 27)]


def gated(layers, vertical):
    return fields.gated_pixelcnn(7, 3, layers, vertical=vertical, **SIZE)


SHARES = {
    "3×3 A + 4 × 3×3 B": (fields.convolutions("ABBBB", 3), [12, 8, 11, 6, 4]),
    "7×7 A + 7 × 3×3 B": (fields.pixelcnn(7, 3, 7, **SIZE), [47, 26, 34, 25, 15]),
    "7×7 A + 15 × 3×3 B": (fields.pixelcnn(7, 3, 15, **SIZE), [86, 45, 75, 60, 46]),
    "7×7 A + 1 Row LSTM": (fields.row_lstm(7, 3, 1, **SIZE), [73, 45, 50, 86, 65]),
    "7×7 A + 7 Row LSTM": (fields.row_lstm(7, 3, 7, **SIZE), [84, 45, 71, 92, 80]),
    "7×7 A + 12 Row LSTM": (fields.row_lstm(7, 3, 12, **SIZE), [86, 45, 87, 93, 90]),
    "gated, masked first, 7×7 + 7 × 3×3": (gated(8, fields.MASKED_FIRST), [54, 34, 34, 29, 15]),
    "gated, one row late, 7×7 + 7 × 3×3": (gated(8, fields.ONE_ROW_LATE), [59, 37, 37, 31, 17]),
    "gated, masked first, 7×7 + 15 × 3×3": (gated(16, fields.MASKED_FIRST), [100, 75, 75, 67, 46]),
    "gated, one row late, 7×7 + 15 × 3×3": (gated(16, fields.ONE_ROW_LATE), [100, 75, 75, 71, 48]),
}


@pytest.mark.parametrize("name", SHARES)
def test_share_of_the_past(name):
    network, expected = SHARES[name]
    assert [round(100 * fields.share(network, *target)) for target in TARGETS] == expected


@pytest.mark.parametrize("layers", [1, 7, 12])
def test_the_diagonal_bilstm_misses_one_pixel_at_the_end_of_the_row_above(layers):
    network = fields.diagonal_bilstm(7, layers, **SIZE)
    for row, column in TARGETS:
        split = fields.split(network, row, column)
        expected = np.zeros((28, 28), bool)
        expected[row - 1, 27] = column < 28 - 4
        np.testing.assert_array_equal(split.blind, expected)
        assert not split.out_of_reach.any()
        assert not split.leak.any()


def test_without_being_moved_down_the_map_from_the_right_shows_the_future():
    split = fields.split(fields.diagonal_bilstm(7, 1, late=0, **SIZE), 14, 14)
    # The feature at the row's end, (14, 27), has seen (14, 26) and what lies to its left, the target included.
    assert np.argwhere(split.leak).tolist() == [[14, column] for column in range(14, 27)]
    later = fields.split(fields.diagonal_bilstm(7, 1, late=2, **SIZE), 14, 14)
    assert not later.leak.any()


def test_nothing_sees_the_future():
    for network, _ in SHARES.values():
        assert all(not fields.split(network, *target).leak.any() for target in TARGETS)


def test_the_sentence_that_lessons_quote():
    sentence = fields.split(fields.row_lstm(7, 3, 12, **SIZE), 14, 2).sentence
    assert sentence == ("Pixel row 14, column 2: Row LSTM sees 177 of 394 earlier pixels (45 %), no future pixel.")
