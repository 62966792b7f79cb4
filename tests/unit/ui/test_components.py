"""What a component is made of, and what it is sent."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from pixellab.ui import components

JS = Path(components.__file__).parent / "js"
DEFAULT = [
    file.stem
    for file in sorted(JS.glob("*.js"))
    if re.search(r"^export default", file.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("name", DEFAULT)
def test_modules_stand_alone_once_assembled(name: str) -> None:
    text = components.source(name)
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1
    names = re.findall(r"^(?:export default )?(?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names)), "two modules use the same name"
    assert len(text) < 100_000, "this text travels in every message"


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here to read the JavaScript with")
@pytest.mark.parametrize("name", DEFAULT)
def test_assembled_modules_parse(name: str) -> None:
    command = ["node", "--check", "--input-type=module"]
    done = subprocess.run(command, input=components.source(name), text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_modules_fetch_nothing() -> None:
    for file in [*JS.glob("*.js"), *(JS.parent / "css").glob("*.css")]:
        assert not re.search(r"https?://(?!www\.w3\.org)", file.read_text(encoding="utf-8")), file.name


@pytest.mark.parametrize(
    "value",
    [
        {"a": np.int64(1)},
        {"a": np.float64(1.0)},
        {"a": [np.bool_(True)]},
        {"a": np.zeros(2)},
        {"a": b"bytes"},
        {"a": float("nan")},
        {1: "a"},
        {"a": {"b": (1, {2, 3})}},
    ],
)
def test_what_streamlit_would_garble_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="data"):
        components.checked(value)


def test_plain_json_passes_unchanged() -> None:
    value = {"a": [1, 2.5, "c", None, True, {"d": (1, 2)}]}
    assert components.checked(value) is value
    json.dumps(value)


def test_bytes_are_little_endian_and_in_c_order() -> None:
    array = np.arange(6, dtype=">u2").reshape(2, 3).T
    assert base64.b64decode(components.b64(array)) == array.astype("<u2").tobytes(order="C")


@pytest.mark.parametrize("shape", [(28, 28), (3, 5), (1, 1), (32, 16)])
def test_packed_cells_come_back(shape: tuple[int, int]) -> None:
    cells = np.random.default_rng(0).random(shape) < 0.4
    assert np.array_equal(components.unpack(components.pack(cells), shape), cells)


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "A" * 400])
def test_what_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        components.unpack(text, (28, 28))
