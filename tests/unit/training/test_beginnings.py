"""Beginning from trained weights, of the same network or of one without a condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

import pixellab
from pixellab import zoo
from pixellab.errors import PixelLabError
from pixellab.training.beginnings import begin_from
from pixellab.training.loop import Run
from pixellab.training.settings import Settings

SIZES = {"height": 5, "width": 6, "features": 6, "layers": 3, "head_features": 6, "levels": 4}


def build(seed: int, **changes: object) -> torch.nn.Module:
    torch.manual_seed(seed)
    return pixellab.build("gated_pixelcnn", **{**SIZES, **changes}).double()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("spatial", [0, 3])
def test_a_conditional_model_begins_as_the_unconditional_one_exactly(channels: int, spatial: int) -> None:
    """Bit for bit, under every condition, in the parallel pass and in the stream; and the condition then learns."""
    given = build(1, channels=channels)
    made = build(2, channels=channels, condition_size=7, spatial_features=spatial)
    begin_from(made, given, "mine")
    x = torch.randint(4, (7, channels, 5, 6), generator=torch.Generator().manual_seed(3))
    for condition in (torch.arange(7), torch.randn(7, 7, dtype=torch.float64)):
        assert torch.equal(made(x, condition), given(x))
    drawn = pixellab.sample(made, 7, condition=torch.arange(7), seed=1)
    assert torch.equal(drawn, pixellab.sample(given, 7, seed=1))

    torch.nn.functional.cross_entropy(made(x, torch.arange(7)), x).backward()
    for layer in made.layers:
        assert layer.condition.weight.grad.abs().sum() > 0
    if spatial:
        with torch.no_grad():
            for layer in made.layers:  # One step away from zero, the map has a gradient as well.
                layer.condition.weight.sub_(layer.condition.weight.grad)
        torch.nn.functional.cross_entropy(made(x, torch.arange(7)), x).backward()
        assert all(weight.grad.abs().sum() > 0 for weight in made.spatial.parameters())


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"condition_size": 7}, {"layers": 2}),
        ({"condition_size": 7}, {"features": 8}),
        ({"condition_size": 7}, {"condition_size": 6}),
        ({}, {"condition_size": 7}),
        ({"condition_size": 7, "spatial_features": 3}, {"condition_size": 7}),
    ],
)
def test_another_network_is_refused_and_nothing_is_changed(own: dict[str, int], other: dict[str, int]) -> None:
    made = build(2, **own)
    before = {name: tensor.clone() for name, tensor in made.state_dict().items()}
    with pytest.raises(PixelLabError, match=r"belong to another network than \[model\] of mine describes"):
        begin_from(made, build(1, **other), "mine")
    assert all(torch.equal(tensor, before[name]) for name, tensor in made.state_dict().items())


def test_another_architecture_is_refused() -> None:
    other = pixellab.build("pixelcnn", features=8, layers=1, height=5, width=6)
    with pytest.raises(PixelLabError, match="another network"):
        begin_from(build(1, condition_size=7), other, "mine")


def test_the_card_says_what_a_run_began_from_and_keeps_it_when_it_goes_on(
    run: Callable[..., Run], settings: Settings
) -> None:
    plain = {"precision": "float32", "validate_every": 1}
    given = run("given", steps=3, **plain)
    given.train()
    card = zoo.card(given.folder)
    assert card.began is None
    assert card.in_all == zoo.Beginning("tiny", card.steps, card.images_seen, card.hours)

    conditional = {"model": replace(settings.model, condition_size=2), "labels": True, **plain}
    begun = run("begun", steps=1, weights=zoo.load(given.folder), began=card.in_all, **conditional)
    begun.train()
    again = run("begun", steps=40, **conditional)
    again.train()
    assert again.position.began == card.in_all
    kept = zoo.card(begun.folder)
    assert kept.began == card.in_all
    assert kept.in_all.steps == kept.steps + card.steps
    assert kept.in_all.images_seen == 4 * kept.in_all.steps
