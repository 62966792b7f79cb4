"""Fields, tables, colours, splits and layers: that they agree with each other and with a slow reference."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from pixellab import fields
from pixellab.configurations import configuration

SIZES = [(5, 9), (9, 5), (13, 13)]

VERTICAL_STACKS = [fields.ONE_ROW_LATE, fields.MASKED_FIRST, fields.MASKED_ALWAYS]


def networks(height, width, channels=1):
    size = {"height": height, "width": width, "channels": channels}
    return [
        fields.pixelcnn(5, 3, 2, **size),
        fields.row_lstm(7, 3, 2, **size),
        fields.row_lstm(3, 5, 1, **size),
        fields.diagonal_bilstm(7, 2, **size),
        *(fields.gated_pixelcnn(5, 3, 3, vertical=v, **size) for v in VERTICAL_STACKS),
        fields.multi_scale(fields.row_lstm(3, 3, 1, **size), fields.row_lstm(3, 3, 2, **size), 2),
        fields.multi_scale(fields.diagonal_bilstm(3, 1, **size), fields.diagonal_bilstm(3, 1, **size), 4),
        fields.convolutions(["A", "none"], 3, **size),
    ]


def crawl(network, row, column, channel):
    """`colours`, feature by feature, with nothing but a list of features to visit."""
    network = network.at(row, column)
    depth, name = network.last
    last = network.channels - 1 if channel is None else channel
    todo = [(depth, name, colour, row, column) for colour in range(last + 1)]
    done = set(todo)
    result = np.zeros((network.channels, network.height, network.width), bool)
    while todo:
        depth, name, colour, i, j = todo.pop()
        if depth == 0:
            result[colour, i, j] = True
            continue
        for hop in network.layers[depth - 1].hops:
            if hop.reader != name:
                continue
            reads = [(c, i + di, j + dj) for di, dj in hop.offsets for c in range(network.channels)]
            own = {"nothing": 0, "earlier colours": colour, "own and earlier colours": colour + 1}
            reads += [(c, i, j) for c in range(own.get(hop.own, network.channels))]
            for c, y, x in reads:
                found = depth - hop.below, hop.read, c, y, x
                if y % hop.grid or x % hop.grid:
                    continue
                if 0 <= y < network.height and 0 <= x < network.width and found not in done:
                    done.add(found)
                    todo.append(found)
    return result


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_equal_to_a_crawl_from_feature_to_feature(height, width, channels):
    targets = [(0, 0), (0, width - 1), (2, 0), (height // 2, width // 2), (height - 1, width - 1)]
    for network in networks(height, width, channels):
        for target in targets:
            for channel in [None, *range(channels)]:
                expected = crawl(network, *target, channel)
                np.testing.assert_array_equal(fields.colours(network, *target, channel), expected)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_the_table_holds_every_field(height, width, channels):
    for network in networks(height, width, channels):
        for channel in [None, *range(channels)]:
            table = fields.table(network, channel).reshape(height, width, height, width)
            for row in range(height):
                for column in range(width):
                    expected = fields.seen(network, row, column, channel)
                    np.testing.assert_array_equal(table[row, column], expected, err_msg=network.name)


def test_colours_at_the_own_pixel_come_one_after_another():
    for network in networks(5, 9, channels=3)[:-1]:
        own = [fields.colours(network, 2, 4, channel)[:, 2, 4].tolist() for channel in range(3)]
        assert own == [[False, False, False], [True, False, False], [True, True, False]]
        assert fields.seen(network, 2, 4)[2, 4]
        assert not fields.split(network, 2, 4).leak.any()


@pytest.mark.parametrize("architecture", ["pixelcnn", "row_lstm", "gated_pixelcnn"])
def test_all_colours_of_an_earlier_pixel_are_seen_if_any_is(architecture):
    network = getattr(fields, architecture)(7, 3, 2, height=13, width=13, channels=3)
    for channel in range(3):
        field = fields.colours(network, 8, 6, channel)
        field[:, 8, 6] = False
        np.testing.assert_array_equal(field.any(axis=0), field.all(axis=0))


def test_a_state_that_outruns_the_first_layer_ends_on_features_that_lack_their_last_colour():
    """The state climbs a row and 2 columns; the 3×3 layer under it adds 1, but not to the right."""
    network = fields.row_lstm(3, 5, 1, height=13, width=13, channels=3)
    assert fields.colours(network, 8, 6)[:, 7, 8].tolist() == [True, True, False]


def test_of_the_pixel_that_the_diagonal_bilstm_misses_only_the_last_colour_is_missing():
    """At the end of a row, features of G have read R of their own pixel, and those of B have read R and G."""
    network = fields.diagonal_bilstm(7, 2, height=5, width=9, channels=3)
    for channel in range(3):
        assert fields.colours(network, 3, 4, channel)[:, 2, 8].tolist() == [True, True, False]


def test_a_colour_that_sees_itself_leaks():
    network = fields.convolutions("BB", 3, height=7, width=7, channels=3)
    assert fields.split(network, 3, 3, channel=0).leak[3, 3]


def test_a_split_covers_all_but_the_target_once():
    for network in networks(13, 13):
        for row, column in [(0, 0), (6, 6), (12, 12)]:
            split = fields.split(network, row, column)
            parts = [split.seen, split.blind, split.out_of_reach, split.future, split.leak]
            together = np.sum(parts, axis=0)
            assert together[row, column] == split.leak[row, column]
            together[row, column] = 1
            assert (together == 1).all()


def test_two_scales_have_an_order_of_their_own():
    """In a picture of 4×5 by 2: the six pixels of the small picture first, then the other fourteen."""
    c = configuration("multi_scale", lstm="row_lstm", factor=2, layers=1, small_layers=1, height=4, width=5)
    network = fields.describe(c)
    assert network.rank.tolist() == [[0, 6, 1, 7, 2], [8, 9, 10, 11, 12], [3, 13, 4, 14, 5], [15, 16, 17, 18, 19]]
    small, large = fields.split(c, 2, 2), fields.split(c, 1, 0)
    assert np.argwhere(small.seen | small.blind | small.out_of_reach).tolist() == [[0, 0], [0, 2], [0, 4], [2, 0]]
    assert "Multi-Scale PixelRNN sees 4 of 4 earlier pixels (100 %), no future pixel" in small.sentence
    assert np.argwhere(large.seen).tolist() == [*([0, j] for j in range(5)), [2, 0], [2, 2], [2, 4]], "what lies below"
    assert not small.leak.any()
    assert not large.leak.any()


def test_two_scales_are_those_of_the_model():
    c = configuration("multi_scale", factor=2, layers=2, small_layers=1, height=9, width=5)
    size = {"height": 9, "width": 5}
    expected = fields.multi_scale(fields.diagonal_bilstm(7, 1, **size), fields.diagonal_bilstm(7, 2, **size), 2)
    assert fields.describe(c) == expected
    assert fields.describe(c).at(2, 4) == expected.small
    assert fields.describe(c).at(2, 3) == expected


def test_the_small_picture_sees_what_a_model_of_its_size_sees():
    c = configuration("multi_scale", lstm="row_lstm", factor=4, small_layers=2, height=28, width=25)
    alone = fields.row_lstm(7, 3, 2, height=7, width=7)
    for target in [(0, 0), (3, 3), (5, 1), (6, 6)]:
        found = fields.seen(c, *(4 * index for index in target))
        np.testing.assert_array_equal(found[::4, ::4], fields.seen(alone, *target))
        found[::4, ::4] = False
        assert not found.any()


def test_the_first_pixel_has_no_past():
    split = fields.split(configuration("pixelcnn"), 0, 0)
    assert split.share == 1
    assert split.sentence.startswith("Pixel row 0, column 0: PixelCNN has no earlier pixel to see")


def test_layers_end_with_the_field_of_the_logits():
    for network in networks(9, 5):
        features = fields.layers(network, 4, 2)
        assert [feature.map for feature in features] == [m for layer in network.at(4, 2).layers for m in layer.maps]
        np.testing.assert_array_equal(features[-1].seen, fields.seen(network, 4, 2))
        for feature in features:
            np.testing.assert_array_equal(np.any(list(feature.brought.values()), axis=0), feature.seen)


def test_the_vertical_stack_sees_its_row_and_serves_the_next():
    features = fields.layers(fields.gated_pixelcnn(3, 3, 2, height=9, width=9), 4, 4)
    vertical, horizontal = features[0], features[1]
    assert np.argwhere(vertical.seen).max(axis=0).tolist() == [4, 5]
    assert np.argwhere(horizontal.brought["vertical (1 row up)"]).max(axis=0).tolist() == [3, 5]
    assert np.argwhere(horizontal.brought["1×3 mask A"]).tolist() == [[4, 3]]


def test_configurations_and_models_are_described_alike():
    c = configuration("gated_pixelcnn", layers=3, height=7, width=6)

    class Model:
        configuration = c

    expected = fields.gated_pixelcnn(7, 3, 3, height=7, width=6)
    assert fields.describe(c) == fields.describe(Model()) == fields.describe(expected) == expected


def test_a_network_is_ready_for_json():
    network = fields.diagonal_bilstm(7, 2, height=5, width=9)
    assert json.loads(json.dumps(dataclasses.asdict(network)))["layers"][1]["hops"][1]["offsets"] == [
        [-1, 0],
        [0, -1],
    ]


@pytest.mark.parametrize("ask", [fields.seen, fields.split, fields.layers])
@pytest.mark.parametrize(("row", "column", "channel"), [(28, 0, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])
def test_pixels_and_channels_outside_are_refused(ask, row, column, channel):
    with pytest.raises(ValueError, match=r"outside the 28×28 picture|there is no channel"):
        ask(configuration("pixelcnn"), row, column, channel)


def test_unknown_architectures_are_refused():
    with pytest.raises(ValueError, match="No receptive field is known for 'object'"):
        fields.seen(object(), 0, 0)


def test_a_stack_needs_a_mask_and_a_kernel_for_each_layer():
    with pytest.raises(ValueError, match="there are 2 and 3"):
        fields.convolutions("AB", [3, 3, 3])


def test_geometry_needs_no_torch():
    code = (
        "import sys, pixellab\n"
        "f, given = pixellab.fields, pixellab.configuration('gated_pixelcnn')\n"
        "f.split(given, 3, 3), f.path(given, (0, 0), (3, 3)), f.table(given), f.layers(given, 3, 3)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
