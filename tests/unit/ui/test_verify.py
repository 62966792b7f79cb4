"""Verify by gradient without a browser: whom it asks, and what it makes of the answer."""

from __future__ import annotations

import numpy as np
import pytest

from pixellab import fields, zoo
from pixellab.configurations import Configuration
from pixellab.ui import blind_spot, masks_lab, row_diagonal, two_stacks, verify

PAGES = [blind_spot, masks_lab, row_diagonal, two_stacks]
NETWORK = fields.convolutions("AB", 3, height=4, width=5)


def view_of(module: object, **changes: str) -> dict[str, str]:
    return {control.name: control.default for control in module.CONTROLS} | changes


def say(network: str | Configuration, moved: np.ndarray) -> str:
    return verify.words(verify.Question(network, NETWORK, 2, 2), moved.astype(float))


def test_words_for_each_outcome() -> None:
    random = masks_lab.configuration(view_of(masks_lab))
    seen = fields.seen(NETWORK, 2, 2)
    count = seen.sum()
    assert say("mnist-gated", seen) == (
        "Verified: in our trained model mnist-gated, the logits have a derivative that is not zero for exactly "
        f"these {count} pixels."
    )
    assert "in a network with these layers and random weights, the logits" in say(random, seen)
    fewer, more = seen.copy(), seen.copy()
    fewer[tuple(np.argwhere(seen)[0])] = False
    more[3, 4] = more[3, 3] = True
    assert "nothing outside this field moves the logits; 1 pixel inside it did not" in say(random, fewer)
    assert say(random, more).startswith("Not verified:")
    assert "moved by 2 pixels outside" in say(random, more)


def test_the_first_pixel_sees_nothing() -> None:
    nothing = verify.words(verify.Question("mnist-gated", NETWORK, 0, 0), np.zeros((4, 5)))
    assert nothing == "Verified: in our trained model mnist-gated, no pixel moves the logits."


@pytest.mark.parametrize("module", PAGES)
def test_a_target_outside_the_picture_moves_inside(module: object) -> None:
    asked = module.question(view_of(module, target="99,99"))
    size = asked.geometry.height, asked.geometry.width
    assert (asked.row, asked.column) == (size[0] - 1, size[1] - 1)
    configuration = asked.network if not isinstance(asked.network, str) else zoo.card(asked.network).configuration
    assert (configuration.height, configuration.width) == size


@pytest.mark.parametrize("module", PAGES)
def test_an_answer_hangs_on_all_that_changes_the_network(module: object) -> None:
    names = {control.name for control in module.CONTROLS}
    assert set(module.VERIFIER.subject) <= names
    plain = module.question(view_of(module))
    for control in module.CONTROLS:
        for value, _ in control.options:
            asked = module.question(view_of(module, **{control.name: value}))
            if (asked.network, asked.geometry) != (plain.network, plain.geometry):
                assert control.name in module.VERIFIER.subject, control.name


def test_the_trained_gated_model_is_asked_where_its_layers_are_shown() -> None:
    view = view_of(two_stacks, mask="whole", shift="1", layers="12", first="7", size="28x28")
    assert two_stacks.question(view).network == "mnist-gated"
    for change in ({"shift": "2"}, {"back": "1"}, {"down": "0"}, {"layers": "8"}, {"mask": "first", "shift": "0"}):
        assert not isinstance(two_stacks.question(view | change).network, str)


@pytest.mark.parametrize("module", [blind_spot, row_diagonal])
def test_presets_lead_to_the_trained_models(module: object) -> None:
    titles = {zoo.card(name).title: name for name in zoo.pretrained()}
    for label, changes in module.trained():
        title = label.removeprefix("Our trained ")
        assert module.question(view_of(module, **changes)).network == titles[title]
