"""Models side by side: grouped so that only what can be compared stands in one column."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pixellab import compare, zoo
from pixellab.configurations import configuration
from pixellab.published import FIGURES, beside


def card(name: str, architecture: str, data: str = "mnist-binarized", **changes: object) -> zoo.Card:
    sizes = {key: changes.pop(key) for key in ("condition_size", "channels", "levels", "lstm") if key in changes}
    plain = zoo.Card(
        name=name, title=name, configuration=configuration(architecture, **sizes), data=data, protocol=f"{data}.",
        unit="nats", seed=0, command="", steps=100, images_seen=1600, hours=1.0, hardware="1 CPU cores",
    )  # fmt: skip
    return replace(plain, **changes)


def entry(of: zoo.Card) -> compare.Entry:
    return compare.Entry(of, 1000, compare._published(of))


def test_only_what_can_be_compared_stands_together() -> None:
    models = [
        card("a", "pixelcnn"),
        card("b", "gated_pixelcnn"),
        card("told", "gated_pixelcnn", condition_size=10, labels=True),
        card("placed", "gated_pixelcnn", "mnist-where", condition_size=26, labels=True),
        card("colour", "gated_pixelcnn", "cifar10", channels=3, levels=256, unit="bits/dim"),
    ]
    found = compare.groups(map(entry, models))
    assert [[e.card.name for e in group.entries] for group in found] == [["a", "b"], ["colour"], ["told"], ["placed"]]
    assert found[2].title == "Static binarised MNIST, given the class"
    assert found[3].title.endswith("given the class and place")
    assert len({group.key for group in found}) == 4
    assert next(f.model for f in found[0].others) == "DRAW"
    assert found[2].others == ()


def test_a_model_that_is_told_something_has_no_published_figure() -> None:
    assert entry(card("told", "gated_pixelcnn", condition_size=10, labels=True)).published == ()
    assert entry(card("b", "gated_pixelcnn")).published[0].value == 80.10
    assert entry(card("many", "multi_scale")).published == ()
    assert [f.value for f in beside("diagonal_bilstm", "cifar10")] == [3.00]


def test_ours_is_the_test_figure_once_there_is_one() -> None:
    plain = card("a", "pixelcnn")
    assert entry(plain).figure is None
    valid = plain.with_figure(zoo.Figure("valid", 2000, 83.0))
    assert entry(valid).figure.split == "valid"
    assert entry(valid.with_figure(zoo.Figure("test", 10_000, 82.0))).figure.value == 82.0


@pytest.mark.parametrize(
    ("architecture", "lstm", "steps"),
    [("pixelcnn", None, 1), ("gated_pixelcnn", None, 1), ("row_lstm", None, 28), ("diagonal_bilstm", None, 55),
     ("multi_scale", "row_lstm", 28), ("multi_scale", "diagonal_bilstm", 55)],
)  # fmt: skip
def test_steps_in_training(architecture: str, lstm: str | None, steps: int) -> None:
    assert compare.steps(configuration(architecture, **({"lstm": lstm} if lstm else {}))) == steps


def test_how_many_images_is_said() -> None:
    assert compare.measured_on(card("a", "pixelcnn"), zoo.Figure("test", 10_000, 1.0)) == "all 10,000 test images"
    cifar = card("c", "pixelcnn", "cifar10", channels=3, levels=256)
    assert compare.measured_on(cifar, zoo.Figure("test", 9_980, 1.0)) == "9,980 of the 10,000 test images"
    assert compare.measured_on(cifar, zoo.Figure("valid", 1_000, 1.0)) == "1,000 valid images"


def test_what_the_first_weights_had_taken_is_counted() -> None:
    later = card("b", "gated_pixelcnn", began=zoo.Beginning("a", 8_500, 136_000, 1.45))
    assert compare.trained(later) == "8,600 updates, 137,600 images, 2.45 hours, 1 CPU core; began as a"


def test_every_published_figure_names_its_source() -> None:
    assert all(figure.source and figure.model for figure in FIGURES)
    assert len({(f.architecture, f.model, f.data, f.source) for f in FIGURES}) == len(FIGURES)
