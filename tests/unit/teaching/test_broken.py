"""Each deliberate mistake: one line, one verdict of the checker, one receptive field."""

from __future__ import annotations

import difflib
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import pixellab
from pixellab import causality, fields
from pixellab.configurations import ARCHITECTURES
from pixellab.layers import diagonal_bilstm
from pixellab.models import MODELS, gated_pixelcnn
from pixellab.teaching import broken, stack
from pixellab.teaching.masked_first import MaskedFirst
from pixellab.teaching.mistakes import MISTAKES, RIGHT, VARIANTS, TeachingConfiguration
from pixellab.teaching.record import MODELS as TAUGHT

SIZE = {"levels": 3, "height": 7, "width": 8, "features": 9, "head_features": 9, "first_kernel": 3, "kernel": 3}
TARGETS = [(0, 0), (0, 7), (2, 1), (3, 4), (4, 6), (6, 3)]


def configuration(name: str, channels: int) -> TeachingConfiguration:
    layers = 1 if VARIANTS[name].right == "diagonal" else 4
    return TeachingConfiguration(layers=layers, channels=channels, **SIZE)


def examine(model: torch.nn.Module, c: TeachingConfiguration) -> causality.Report:
    """The verdict on a model whose weights are positive: no ReLU shuts, and nothing cancels."""
    torch.manual_seed(1)
    for parameter in model.parameters():
        torch.nn.init.uniform_(parameter, 0.01, 0.05)
        if parameter.dim() == 1:
            torch.nn.init.ones_(parameter)
    return causality.check(model.network, c.shape, targets=TARGETS, pictures=2)


def sees(network: fields.Network) -> np.ndarray:
    """(T, C, C, H, W): what geometry says."""
    channels = range(network.channels)
    return np.array([[fields.colours(network, *target, channel) for channel in channels] for target in TARGETS])


# Each feature is normalised by itself: with three colours, a hop that reads all of them is too coarse by a pixel.
GREY = [(name, 1) for name in VARIANTS]
COLOUR = [(name, 3) for name in VARIANTS if not name.endswith("-norm")]


@pytest.mark.parametrize(("name", "channels"), GREY + COLOUR)
def test_geometry_is_what_gradients_say(name: str, channels: int) -> None:
    c = configuration(name, channels)
    report = examine(TAUGHT[name](c), c)
    np.testing.assert_array_equal(report.influence["train"], sees(VARIANTS[name].network(c)))
    if name == "batch-norm":
        np.testing.assert_array_equal(report.influence["eval"], sees(RIGHT["stack"].network(c)))
    else:
        np.testing.assert_array_equal(report.influence["eval"], report.influence["train"])
    assert report.causal == (VARIANTS[name].kind != "leaks")


VERDICTS = {
    "mask-b-first": "Pixels see themselves: the first layer lacks mask A",
    "mask-a-everywhere": "The pixel to the left is never seen, as where later layers have mask A too.",
    "around-first": "Pixels see themselves: the first layer lacks mask A, or a connection leads around it.",
    "unmasked-layer": "Pixels see up to 1 row below them: a layer lacks its mask.",
    "batch-norm": "In train mode: pixels see the whole picture, as by statistics over it (normalisation)",
    "picture-norm": "Pixels see the whole picture, as by statistics over it (normalisation)",
    "gated-as-drawn": "a blind spot",
    "gated-not-shifted": "a map that has seen whole rows is not moved down",
    "gated-fed-back": "a map that has seen whole rows is not moved down",
    "diagonal-not-shifted": "a map that has seen whole rows is not moved down",
}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_checker_names_the_mistake(name: str) -> None:
    c = configuration(name, 1)
    report = examine(broken.BROKEN[name](c), c)
    assert any(VERDICTS[name] in finding for finding in report.findings)
    right = VARIANTS[name].right
    assert not any(VERDICTS[name] in finding for finding in examine(TAUGHT[right](c), c).findings)


def test_the_checker_names_colours_that_are_not_kept_apart() -> None:
    c = configuration("no-colour-groups", 3)
    report = examine(broken.NoColourGroups(c), c)
    assert report.findings[0].startswith("Within a pixel, G does not see R, B does not see R, B does not see G:")
    assert report.findings[0].endswith("or one group is made of all colours.")
    assert not any("Within a pixel" in finding for finding in examine(stack.Stack(c), c).findings)


def test_the_checker_names_mask_b_first_in_colour() -> None:
    c = configuration("mask-b-first", 3)
    report = examine(broken.MaskBFirst(c), c)
    assert report.findings[0].startswith("Colours see themselves: the first layer lacks mask A")


def test_the_other_right_gated_model() -> None:
    c = configuration("gated", 1)
    report = examine(MaskedFirst(c), c)
    network = fields.gated_pixelcnn(3, 3, c.layers, vertical=fields.MASKED_FIRST, height=7, width=8)
    assert report.causal
    assert report.agrees(network)
    assert not any("blind" in finding for finding in report.findings)


def test_every_mistake_has_a_model_and_words() -> None:
    assert set(broken.BROKEN) == set(MISTAKES)
    assert set(TAUGHT) == set(VARIANTS)
    for name, variant in VARIANTS.items():
        assert variant.name == name
        assert variant.right in RIGHT
        assert (variant.kind == "right") == (name in RIGHT)
        for sentence in (variant.mistake, variant.symptom) if name in MISTAKES else ():
            assert sentence.endswith(".")


SOURCES = {"stack": stack, "stack-rgb": stack, "gated": gated_pixelcnn, "diagonal": diagonal_bilstm}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_quoted_lines_are_those_of_the_code(name: str) -> None:
    mistake = MISTAKES[name]
    marked = [line for line in inspect.getsource(broken).splitlines() if "# WRONG" in line]
    assert [line for line in marked if line.split("  # WRONG")[0].strip() == mistake.wrong]
    assert mistake.instead in inspect.getsource(SOURCES[mistake.right])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (broken.AroundFirst.network, stack.Stack.network),
        (broken.BatchNorm.network, stack.Stack.network),
        (broken.PictureNorm.network, stack.Stack.network),
        (broken.NotShifted.network, gated_pixelcnn.GatedPixelCNN.network),
        (broken.FedBack.network, gated_pixelcnn.GatedPixelCNN.network),
        (broken.NotShiftedLayer.forward, diagonal_bilstm.DiagonalBiLSTMLayer.forward),
    ],
)
def test_only_the_marked_line_differs(wrong: object, right: object) -> None:
    def code(function: object) -> list[str]:
        source = inspect.getsource(function)
        return source.replace(f'"""{function.__doc__}"""', "").splitlines()

    changed = [line for line in difflib.ndiff(code(right), code(wrong)) if line.startswith("+ ")]
    assert len(changed) == 1
    assert "# WRONG" in changed[0]


def test_they_are_marked_and_out_of_reach() -> None:
    assert broken.__doc__.startswith("Deliberately wrong models. Do not use them")
    assert not set(broken.BROKEN) & (set(ARCHITECTURES) | set(MODELS) | set(pixellab.architectures()))
    assert not set(broken.BROKEN.values()) & set(MODELS.values())
    with pytest.raises(ValueError, match="No architecture is called 'mask-b-first'"):
        pixellab.build("mask-b-first")
    with pytest.raises(KeyError):
        pixellab.build(TeachingConfiguration())
    with pytest.raises(ValueError, match="No receptive field is known"):
        fields.describe(broken.MaskBFirst(TeachingConfiguration(features=4, head_features=4)))


@pytest.mark.parametrize("name", broken.BROKEN)
def test_they_cannot_be_streamed(name: str) -> None:
    c = configuration(name, 1)
    with pytest.raises(ValueError, match="is for lessons and has no stream"):
        broken.BROKEN[name](c).start(torch.zeros(1, *c.shape))


def test_only_lessons_import_them() -> None:
    package = Path(pixellab.__file__).parent
    importing = [path for path in package.rglob("*.py") if "teaching.broken" in path.read_text(encoding="utf-8")]
    assert {path.parent.name for path in importing} == {"teaching"}


def test_words_and_geometry_need_no_torch() -> None:
    code = "import sys; from pixellab.teaching import mistakes, recordings; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_module_of_lessons_can_be_imported() -> None:
    for name in ("stack", "masked_first", "geometry", "naive", "record", "recordings"):
        assert importlib.import_module(f"pixellab.teaching.{name}").__doc__
