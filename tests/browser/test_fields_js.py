"""The browser's receptive fields are those of `pixellab.fields`, for every architecture, depth and border."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from playwright.sync_api import Page

from pixellab import fields
from pixellab.ui.components import source

SIZE = {"height": 9, "width": 11}
NETWORKS = {
    "a 3×3 stack": fields.convolutions("ABBBB", 3, **SIZE),
    "A everywhere": fields.convolutions("AAAA", 3, **SIZE),
    "a leak": fields.convolutions(["A", "B", "none"], [5, 3, 3], **SIZE),
    "B everywhere, in colour": fields.convolutions("BBB", 3, **SIZE, channels=3),
    "A twice, in colour": fields.convolutions("AAB", 3, **SIZE, channels=3),
    "PixelCNN": fields.pixelcnn(7, 3, 5, height=28, width=28),
    "PixelCNN on 32 columns": fields.pixelcnn(7, 3, 3, height=8, width=32),
    "Row LSTM": fields.row_lstm(7, 3, 2, **SIZE, channels=3),
    "Diagonal BiLSTM": fields.diagonal_bilstm(3, 2, **SIZE),
    "gated, one row late": fields.gated_pixelcnn(5, 3, 4, **SIZE, channels=3),
    "gated, masked always": fields.gated_pixelcnn(5, 3, 4, **SIZE, vertical=fields.MASKED_ALWAYS),
}
PARTS = {"seen": 1, "blind": 3, "out_of_reach": 4, "future": 5, "leak": 6}
SCRIPT = """([network, targets]) => targets.map((target) => {
  const found = split(network, target);
  return { roles: [...found.roles], self: found.self, leak: found.leak, sentence: sentence(network, target, found) };
})"""


@pytest.fixture(scope="module")
def engine(browser: object) -> Page:
    page = browser.new_page()
    page.set_content("<title>fields</title>")
    page.add_script_tag(content=source("fields"))
    yield page
    page.close()


def targets(network: fields.Network) -> list[int]:
    count = network.height * network.width
    return sorted({0, 1, network.width - 1, network.width, count // 2, count // 2 + 3, count - 5, count - 1})


@pytest.mark.parametrize("name", NETWORKS)
def test_a_split_is_that_of_python(engine: Page, name: str) -> None:
    network = NETWORKS[name]
    cells = targets(network)
    for cell, found in zip(cells, engine.evaluate(SCRIPT, [asdict(network), cells]), strict=True):
        row, column = divmod(cell, network.width)
        split = fields.split(network, row, column)
        roles = np.array(found["roles"]).reshape(network.height, network.width)
        assert found["self"] == bool(split.leak[row, column])
        assert found["leak"] == split.leak.sum()
        for part, role in PARTS.items():
            expected = getattr(split, part).copy()
            expected[row, column] = False  # the target itself has a role of its own
            np.testing.assert_array_equal(roles == role, expected, f"{part} of {cell}")
        assert found["sentence"] == split.sentence


@pytest.mark.parametrize("name", NETWORKS)
def test_a_path_is_one_exactly_where_python_has_one_and_each_hop_is_legal(engine: Page, name: str) -> None:
    network = NETWORKS[name]
    target = network.height * network.width // 2 + 3
    here = divmod(target, network.width)
    sources = list(range(0, network.height * network.width, 7 if network.height > 9 else 1))
    ways = engine.evaluate(
        "([network, sources, target]) => sources.map((source) => path(network, source, target))",
        [asdict(network), sources, target],
    )
    for origin, way in zip(sources, ways, strict=True):
        assert bool(way) == bool(fields.path(network, divmod(origin, network.width), here)), origin
        if not way:
            continue
        assert (way[0]["cell"], way[-1]["to"]) == (target, origin)
        for step, following in zip(way, [*way[1:], None], strict=True):
            rows, columns = np.subtract(divmod(step["to"], network.width), divmod(step["cell"], network.width))
            hop = step["hop"]
            offset = [int(rows), int(columns)]
            own = offset == [0, 0] and hop["own"] != "nothing"
            assert offset in hop["offsets"] or own, (hop["name"], offset)
            if own and hop["own"] == "earlier colours":
                assert step["toColour"] < step["colour"]
            elif own and hop["own"] == "own and earlier colours":
                assert step["toColour"] <= step["colour"]
            if following:
                assert following["cell"] == step["to"]
                assert following["colour"] == step["toColour"]


@pytest.mark.parametrize(("part", "whole"), [(1, 8), (3, 8), (177, 394), (57, 100), (575, 1000), (0, 0), (99, 200)])
def test_per_cent_is_rounded_as_in_python(engine: Page, part: int, whole: int) -> None:
    share = part / whole if whole else 1.0
    assert engine.evaluate("([a, b]) => percent(a, b)", [part, whole]) == f"{share:.0%}".replace("%", " %")
