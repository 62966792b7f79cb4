"""The checker, proved on networks that are right, and on networks that are wrong in one known way each."""

import numpy as np
import pytest
import torch
from torch import nn

import pixellab
from pixellab import causality, fields
from pixellab.layers.masked import MaskedConv2d
from pixellab.masks import colour_groups

FEATURES, LEVELS = 6, 4


class Stack(nn.Module):
    """Masked 3×3 convolutions and a 1×1 head; each mistake is one of the arguments."""

    def __init__(self, masks="ABB", channels=1, *, colours=True, around_first=False, norm=None):
        super().__init__()
        groups = colour_groups(FEATURES, channels) if colours else np.zeros(FEATURES, int)
        picture = np.arange(channels) if colours else np.zeros(channels, int)
        logits = colour_groups(LEVELS * channels, channels) if colours else np.zeros(LEVELS * channels, int)
        inputs = [picture] + [groups] * (len(masks) - 1)
        self.convolutions = nn.ModuleList(
            MaskedConv2d(mask, source, groups, (3, 3)) for mask, source in zip(masks, inputs, strict=True)
        )
        self.around = MaskedConv2d("B", picture, groups) if around_first else None
        self.norm = norm or nn.Identity()
        self.head = MaskedConv2d("B", groups, logits)
        self.channels = channels

    def forward(self, pictures):
        x = self.convolutions[0](pictures)
        if self.around is not None:
            x = x + self.around(pictures)
        for convolution in self.convolutions[1:]:
            x = torch.tanh(convolution(self.norm(x)))
        logits = self.head(x)
        return logits.view(len(x), self.channels, LEVELS, *x.shape[2:]).transpose(1, 2)


class TwoStacks(nn.Module):
    """A horizontal stack, and a vertical one that reads whole rows of a picture moved down, or rows above alone."""

    def __init__(self, layers=3, *, late=1, masked=False, across=False):
        super().__init__()
        self.late, self.across = late, across
        rows = 1 if masked else 2
        self.vertical = nn.ModuleList(nn.Conv2d(1, 1, (rows, 3), padding=(0, 1)) for _ in range(layers))
        self.horizontal = nn.ModuleList(
            MaskedConv2d("B" if layer else "A", np.zeros(1, int), np.zeros(1, int), (1, 3)) for layer in range(layers)
        )
        self.head = nn.Conv2d(1, LEVELS, 1)

    def forward(self, pictures):
        height = pictures.shape[2]
        v, h = nn.functional.pad(pictures, (0, 0, self.late, 0))[:, :, :height], pictures
        for vertical, horizontal in zip(self.vertical, self.horizontal, strict=True):
            v = vertical(nn.functional.pad(v, (0, 0, 1, 0)))[:, :, :height]
            h = horizontal(h) + v
            if self.across:
                v = v + h
        return self.head(h)


def described(masks, channels=1):
    return fields.convolutions(masks, 3, height=7, width=7, channels=channels)


def check(model, channels=1, **options):
    return causality.check(model, (channels, 7, 7), **options)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (13, 13)])
@pytest.mark.parametrize("architecture", [name for name in pixellab.architectures() if name != "multi_scale"])
def test_the_models_of_this_package_are_causal_and_as_described(architecture, shape, channels):
    torch.manual_seed(1)
    height, width = shape
    model = pixellab.build(
        architecture,
        channels=channels,
        levels=LEVELS,
        height=height,
        width=width,
        features=12,
        layers=2,
        head_features=24,
        dropout=0.2,
    )
    report = causality.check(model.network, (channels, height, width))
    assert report.causal
    assert set(report.influence) == {"eval", "train"}
    assert report.agrees(model)
    assert not any(leak.any() for leak in report.leaks.values())


@pytest.mark.parametrize("channels", [1, 3])
def test_integers_are_changed_one_by_one(channels):
    torch.manual_seed(1)
    model = pixellab.build("gated_pixelcnn", channels=channels, levels=5, features=6, layers=1, height=4, width=5)
    report = causality.check(model, (channels, 4, 5), levels=5, pictures=2)
    assert report.causal
    assert report.agrees(model)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_right_stack(channels):
    report = check(Stack("ABB", channels), channels)
    assert report.causal
    assert report.sentence.startswith("Causal at all 49 targets (eval and train mode); they see ")
    assert report.agrees(described("ABB", channels))
    assert not report.agrees(described("ABBB", channels))
    assert [finding for finding in report.findings if "blind spot" in finding]


@pytest.mark.parametrize("channels", [1, 3])
def test_mask_b_first(channels):
    report = check(Stack("BBB", channels), channels)
    assert report.sentence == "Not causal: 49 of 49 targets see what they must not (eval and train mode)."
    assert "see themselves: the first layer lacks mask A, or a connection leads around it" in report.findings[0]
    assert not any("later ones" in finding for finding in report.findings)
    assert report.agrees(described("BBB", channels))


@pytest.mark.parametrize("channels", [1, 3])
def test_mask_a_everywhere(channels):
    report = check(Stack("AAA", channels), channels)
    assert report.causal
    never = "The pixel to the left is never seen, as where later layers have mask A too."
    cut_off = "Within a pixel, G does not see R, B does not see R, B does not see G: mask A, used twice, cuts"
    assert report.findings[0].startswith(never if channels == 1 else cut_off)
    assert report.agrees(described("AAA", channels))


def test_mask_a_twice_cuts_colours_off():
    report = check(Stack("AAB", 3), 3)
    assert report.causal
    assert report.findings[0].startswith("Within a pixel, G does not see R, B does not see G: mask A, used twice")


def test_no_colour_groups():
    report = check(Stack("ABB", 3, colours=False), 3)
    assert report.causal  # Mask A of one group hides the whole own pixel: nothing leaks, ...
    assert "G does not see R, B does not see R, B does not see G" in report.findings[0]  # ... but colours are lost.


def test_colours_that_see_later_ones():
    model = Stack("ABB", 3)
    model.convolutions[0].mask[:, :, 1, 1] = True
    report = check(model, 3)
    assert not report.causal
    pairs = "R sees G, R sees B, G sees B"
    assert f"Colours see later ones of their own pixel ({pairs}): their features are not kept apart." in report.findings


def test_a_connection_around_the_first_layer():
    report = check(Stack("ABB", around_first=True))
    assert not report.causal
    assert "or a connection leads around it" in report.findings[0]


def test_batch_norm_leaks_in_training_alone():
    report = check(Stack("ABB", norm=nn.BatchNorm2d(FEATURES)))
    assert not report.causal
    assert not report.leaks["eval"].any()
    assert report.leaks["train"].any()
    assert report.mixing == ("train",)
    assert report.findings[0].startswith("In train mode: pixels see the whole picture")
    assert report.findings[1].startswith("In train mode, the pictures of a batch influence each other")


def test_statistics_over_one_picture_leak_always():
    report = check(Stack("ABB", norm=nn.GroupNorm(2, FEATURES)))
    assert report.findings[0].startswith("Pixels see the whole picture")
    assert report.mixing == ()


def test_pictures_that_mix_without_a_leak():
    class Mixing(Stack):
        def forward(self, pictures):
            return super().forward(pictures) + super().forward(pictures.flip(0))

    report = check(Mixing("ABB"))
    assert report.sentence == "Not causal: pictures of a batch influence each other (eval and train mode)."


def test_a_layer_without_a_mask():
    model = Stack("ABB")
    model.convolutions[2].put_on(torch.ones_like(model.convolutions[2].mask))
    assert "Pixels see up to 1 row below them: a layer lacks its mask." in check(model).findings


def test_two_stacks_done_right():
    report = check(TwoStacks(late=1))
    assert report.causal
    assert report.agrees(fields.gated_pixelcnn(3, 3, 3, height=7, width=7))
    assert not any("blind" in finding for finding in report.findings)


def test_a_vertical_stack_that_is_not_moved_down():
    report = check(TwoStacks(late=0))
    assert report.findings[0].startswith("Pixels see up to 3 columns to their right: a mask keeps too much")
    not_late = fields.VerticalStack(first=True, later=True, late=0)
    assert report.agrees(fields.gated_pixelcnn(3, 3, 3, vertical=not_late, height=7, width=7))


def test_a_vertical_stack_as_drawn_in_the_paper_is_blind():
    report = check(TwoStacks(late=0, masked=True))
    assert report.causal
    assert any("a blind spot" in finding for finding in report.findings)
    assert report.agrees(fields.gated_pixelcnn(3, 3, 3, vertical=fields.MASKED_ALWAYS, height=7, width=7))


def test_the_horizontal_stack_must_not_feed_the_vertical_one():
    report = check(TwoStacks(across=True))
    assert report.leaks["eval"][report.targets.index((3, 3)), 0, 0, 3, 3]  # By way of its right neighbour.


def test_a_network_that_depends_on_nothing():
    model = Stack("ABB")
    nn.init.zeros_(model.head.weight)
    report = check(model)
    assert report.causal
    assert report.findings == ("The logits depend on nothing at all: is a layer still zero?",)


def test_a_drawing():
    report = check(Stack("BB"), targets=[(2, 2)])
    assert report.drawing((2, 2)).splitlines()[:4] == [
        "# # # # # ? ?",
        "# # # # ? ? ?",
        "# # ! . . . .",
        ". . . . . . .",
    ]
    assert "T" in check(Stack("AB"), targets=[(2, 2)]).drawing((2, 2), channel=0)


def test_the_module_is_left_as_it_was():
    model = Stack("ABB", norm=nn.BatchNorm2d(FEATURES)).eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    check(model, targets=[(3, 3)])
    assert not model.training
    for name, value in model.state_dict().items():
        assert value.dtype == before[name].dtype
        assert torch.equal(value, before[name])
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_function_is_examined_as_it_is():
    model = Stack("ABB").double()
    report = check(lambda pictures: model(pictures))
    assert report.causal
    assert list(report.influence) == ["as given"]
    assert "(as given)" in report.sentence


def test_operations_that_cannot_be_differentiated_many_times_at_once():
    class Doubled(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return 2 * x

        @staticmethod
        def backward(context, slope):
            return 2 * slope + 0 * slope.sum().item()  # A number cannot be taken out of many slopes at once.

    class Doubling(Stack):
        def forward(self, pictures):
            return super().forward(Doubled.apply(pictures))

    assert check(Doubling("ABB"), pictures=1).agrees(described("ABB"))


def test_dropout_falls_alike():
    class Dropping(Stack):
        def forward(self, pictures):
            return super().forward(nn.functional.dropout(pictures.double(), 0.5, self.training))

    report = check(Dropping("ABB"), levels=3, pictures=4)
    assert report.causal
    assert report.agrees(described("ABB"))


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (nn.Conv2d(1, 2, 3), r"must be \(2, K, 1, 7, 7\); they are \(2, 2, 1, 5, 5\)"),
        (lambda pictures: pictures.detach(), "carry no derivative by the picture"),
    ],
)
def test_networks_that_cannot_be_examined(network, message):
    with pytest.raises(ValueError, match=message):
        check(network)


def test_targets_of_a_large_picture():
    report = causality.check(Stack("AB"), (1, 12, 14), pictures=1)
    assert len(set(report.targets)) == 25
    assert {(0, 0), (0, 13), (11, 0), (11, 13), (6, 1), (6, 12)} <= set(report.targets)


def test_masks_that_order_colours_everywhere():
    model = Stack("ABB", 3)
    for convolution in model.convolutions:
        convolution.mask[:] &= convolution.mask[:, :, 1:2, 1:2]
    report = check(model, 3)
    assert report.causal
    pairs = "R does not see R, R does not see G, R does not see B, G does not see G, G does not see B, B does not see B"
    assert f"Of earlier pixels, {pairs.partition(', R does not see G')[0]}" not in str(report)  # R sees nothing at all.
    assert "Of earlier pixels, G does not see G, G does not see B, B does not see B: the order of colours" in str(
        report
    )


@pytest.mark.parametrize("channel", [None, 0, 2])
def test_a_split_is_that_of_geometry(channel):
    network = described("BBB", 3)
    report = check(Stack("BBB", 3), 3)
    for target in [(0, 0), (3, 3), (6, 5)]:
        found, expected = report.split(target, channel), fields.split(network, *target, channel)
        for role in ("seen", "leak", "future"):
            np.testing.assert_array_equal(getattr(found, role), getattr(expected, role))
        hidden = expected.blind | expected.out_of_reach
        np.testing.assert_array_equal(found.blind | found.out_of_reach, hidden)
    assert report.split((3, 3)).sentence == (
        "Pixel row 3, column 3: the model sees 21 of 24 earlier pixels (88 %), and leaks: it sees itself."
    )


def test_offsets():
    report = check(TwoStacks(late=0))
    assert report.offsets("leak") == {(0, 0), (0, 1), (0, 2), (0, 3)}
    assert (-1, 6) in report.offsets("out_of_reach")
    assert report.offsets("blind") - report.offsets("seen") == set()


@pytest.mark.parametrize("lstm", ["row_lstm", "diagonal_bilstm"])
@pytest.mark.parametrize("channels", [1, 3])
def test_another_order_than_the_raster_is_checked_as_such(lstm, channels):
    """Multi-Scale PixelRNN: the small picture first. Two-sided, and the raster is not its order."""
    torch.manual_seed(0)
    sizes = {"height": 6, "width": 8, "features": 12, "head_features": 24, "layers": 2, "small_layers": 1, "factor": 4}
    model = pixellab.build("multi_scale", channels=channels, lstm=lstm, conditioning_features=4, **sizes)
    order = model.order(6, 8)
    report = causality.check(model.network, (channels, 6, 8), order=order)
    assert report.causal
    assert report.share > 0.8
    assert not causality.check(model.network, (channels, 6, 8)).causal

    model.large.first.put_on(torch.ones_like(model.large.first.mask))
    report = causality.check(model.network, (channels, 6, 8), order=order)
    assert not report.causal
    assert any("which is drawn after it" in finding for finding in report.findings)


def test_a_small_picture_that_sees_the_large_one_leaks():
    torch.manual_seed(0)
    model = pixellab.build("multi_scale", height=6, width=8, features=4, layers=1, small_layers=1, factor=2)
    honest = model.network

    def blurred(inputs):
        logits = honest(inputs)
        return logits + torch.nn.functional.avg_pool2d(inputs, 3, 1, 1)[:, :, None] * 0.1

    model = model.double()
    report = causality.check(blurred, (1, 6, 8), order=model.order(6, 8))
    assert not report.causal


def test_an_order_that_is_none_is_refused():
    with pytest.raises(ValueError, match="name each of the 25 pixels once"):
        causality.check(Stack(), (1, 5, 5), order=np.zeros(25, int))
