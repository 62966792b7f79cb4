"""Hop paths: one wherever a pixel is seen, each hop a real one; elsewhere the right reason."""

import numpy as np
import pytest

from pixellab import fields

SIZE = {"height": 28, "width": 28}
SMALL = {"height": 6, "width": 9}

VERTICAL_STACKS = [fields.ONE_ROW_LATE, fields.MASKED_FIRST, fields.MASKED_ALWAYS]


def networks(channels):
    size = {**SMALL, "channels": channels}
    return [
        fields.pixelcnn(5, 3, 2, **size),
        fields.row_lstm(3, 3, 2, **size),
        fields.diagonal_bilstm(3, 2, **size),
        *(fields.gated_pixelcnn(5, 3, 2, vertical=v, **size) for v in VERTICAL_STACKS),
        fields.multi_scale(fields.row_lstm(3, 3, 1, **size), fields.row_lstm(3, 3, 2, **size), 4),
        fields.multi_scale(fields.diagonal_bilstm(3, 2, **size), fields.diagonal_bilstm(3, 1, **size), 2),
        fields.convolutions("AAA", 3, **size),
    ]


def check(network, found, source, target):
    """Follow the steps back from the target: each is a hop of the network, the last ends on the source."""
    network = network.at(*target)
    depth, name = network.last
    here = target
    for step in reversed(found.steps):
        assert (step.depth, step.map, (step.row, step.column)) == (depth, name, here)
        layer = network.layers[depth - 1]
        assert step.layer == layer.name
        (hop,) = (hop for hop in layer.hops if hop.name == step.hop)
        assert hop.reader == name
        assert step.offset in hop.offsets or (step.offset == (0, 0) and hop.own != "nothing")
        here = here[0] + step.offset[0], here[1] + step.offset[1]
        assert 0 <= here[0] < network.height
        assert 0 <= here[1] < network.width
        assert here[0] % hop.grid == here[1] % hop.grid == 0
        depth, name = depth - hop.below, hop.read
    assert (depth, here) == (0, source)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_path_exists_exactly_where_the_pixel_is_seen(channels):
    for network in networks(channels):
        for target in [(0, 0), (3, 1), (3, 8), (4, 4), (5, 4)]:
            field = fields.seen(network, *target, channel=0)
            for source in np.ndindex(field.shape):
                found = fields.path(network, source, target, channel=0)
                assert bool(found) == field[source]
                assert found.reason.endswith(".")
                if found:
                    check(network, found, source, target)


def test_a_later_colour_reaches_its_own_pixel():
    for network in networks(channels=3)[:-1]:
        assert not fields.path(network, (3, 4), (3, 4), channel=0)
        found = fields.path(network, (3, 4), (3, 4), channel=2)
        check(network, found, (3, 4), (3, 4))


REASONS = [
    (
        fields.convolutions("ABBBBB", 3),
        (12, 17),
        "2 rows up allow at most 2 columns to the right, however many layers",
    ),
    (fields.convolutions("ABBBBB", 3), (12, 17), "this pixel lies 3 to the right."),
    (
        fields.row_lstm(7, 3, 12, **SIZE),
        (13, 18),
        "1 row up allows at most 3 columns to the right, however many",
    ),
    (
        fields.pixelcnn(7, 3, 15, **SIZE),
        (14, 16),
        "The own row allows only columns to the left, however many layers",
    ),
    (fields.pixelcnn(7, 3, 15, **SIZE), (15, 2), "The pixel lies below the target, and no hop leads down."),
    (
        fields.pixelcnn(7, 3, 15, **SIZE),
        (14, 14),
        "A pixel's first colour reads nothing of that pixel",
    ),
    (
        fields.pixelcnn(3, 3, 1, **SIZE),
        (10, 14),
        "2 layers can climb at most 2 rows; this pixel lies 4 rows up",
    ),
    (fields.pixelcnn(3, 3, 1, **SIZE), (10, 14), "4 rows up: more layers would reach it."),
    (
        fields.gated_pixelcnn(3, 3, 4, **SIZE),
        (13, 20),
        "With 4 layers, 1 row up allows at most 4 columns to the",
    ),
    (
        fields.gated_pixelcnn(3, 3, 4, **SIZE),
        (13, 20),
        "6 to the right: more layers would reach it.",
    ),
    (
        fields.gated_pixelcnn(3, 3, 4, **SIZE),
        (14, 9),
        "the own row allows at most 4 columns to the left; this pixel",
    ),
    (
        fields.diagonal_bilstm(7, 12, **SIZE),
        (13, 27),
        "Every way leaves the 28×28 picture: one would need features",
    ),
    (fields.diagonal_bilstm(7, 12, **SIZE), (13, 27), "features at row 13, column 28."),
    (fields.convolutions("AAAA", 3), (14, 13), "No sequence of hops through 4 layers ends on this pixel."),
]


@pytest.mark.parametrize(("network", "source", "reason"), REASONS)
def test_reasons(network, source, reason):
    found = fields.path(network, source, (14, 14))
    assert found.steps is None
    assert reason in found.reason


def test_more_layers_would_reach_it_is_true_and_however_many_is_too():
    """What the reasons promise, on every pixel of small networks."""
    for network in networks(channels=1)[:-1]:
        far = network.deeper(20)
        for source in np.ndindex(6, 9):
            reason = fields.path(network, source, (5, 3)).reason
            if "more layers would reach it" in reason:
                assert fields.path(far, source, (5, 3))
            elif "however many layers" in reason:
                assert not fields.path(far, source, (5, 3))


SCALES = [fields.row_lstm(3, 3, layers, **SIZE) for layers in (1, 2)]


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ((12, 13), (12, 12), "The small picture is drawn first, and this pixel is not in it."),
        ((8, 24), (12, 12), "4 rows up allow at most 4 columns to the right, however many layers; this pixel lies 12"),
        (
            (14, 16),
            (14, 14),
            "only columns to the left, however many layers; this pixel lies 2 to the right. Nor is it in",
        ),
        (
            (24, 24),
            (14, 14),
            "no hop leads down. Of the map made of the small picture, rows 17 to 27 and columns 17 to 27 read it, and "
            "the target sees none of those.",
        ),
    ],
)
def test_reasons_in_two_scales(source, target, reason):
    found = fields.path(fields.multi_scale(*SCALES, 4), source, target)
    assert found.steps is None
    assert reason in found.reason


def test_a_path_from_the_small_picture():
    """From below and right of the target, by the deconvolutions, into the first LSTM layer."""
    found = fields.path(fields.multi_scale(*SCALES, 4), (16, 16), (14, 14))
    assert [(step.hop, step.offset) for step in found.steps[:4]] == [
        ("3×3", (0, 0)),
        ("4×4 deconvolution to ×2", (2, 2)),
        ("4×4 deconvolution to ×4", (0, 0)),
        ("bias", (0, 0)),
    ]


def test_a_pixel_below_in_a_stack_that_leaks_has_a_reason_too():
    leaking = fields.convolutions(["A", "B", "none"], [5, 3, 3], height=9, width=11)
    assert fields.path(leaking, (8, 7), (4, 8)).reason == "No sequence of hops through 3 layers ends on this pixel."
