"""Browser components from small parts: JavaScript modules, styles, and payloads that are plain JSON.

A component is one ES module in `js/` with a default export. What it imports from neighbours ("./codec.js")
is put in front of it when the app starts: there is no build step, and an editor still follows the imports.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_REMARK = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^ {2,}", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)

Renderer = Callable[..., Any]


def source(*names: str) -> str:
    """The JavaScript of the modules `names` (files in `js/`, no ending) and of all they import, each once.

    Their JSDoc and most indentation stay behind: the text travels in every message to the browser.
    """
    parts: dict[str, str] = {}

    def visit(name: str) -> None:
        if name in parts:
            return
        text = (_HERE / "js" / f"{name}.js").read_text(encoding="utf-8")
        for needed in _IMPORT.findall(text):
            visit(needed)
        parts[name] = _INDENT.sub(" ", _EXPORT.sub("", _IMPORT.sub("", _REMARK.sub("", text))))

    for name in names:
        visit(name)
    return "\n".join(parts.values())


def styles(*names: str) -> str:
    """The style sheets `names` (files in `css/`, without the ending), one after another."""
    return "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names)


def component(name: str, *, html: str, script: str, css: tuple[str, ...] = ()) -> Renderer:
    """Register the component `name` and return the function that mounts it.

    Args:
        name: unique in the app.
        html: what goes inside the root element `<div class="px">`.
        script: the module in `js/` whose default export draws it.
        css: further style sheets in `css/`, after the roles and the base.

    Returns:
        `mount(data, *, key, **callbacks)`; `data` must be plain JSON (`ValueError` otherwise), and each
        `on_<name>_change` callback declares one state of the component.
    """
    registered = st.components.v2.component(
        name, html=f'<div class="px">{html}</div>', css=styles("roles", "base", *css), js=source(script)
    )

    def mount(data: dict[str, Any], *, key: str, **callbacks: Callable[[], None]) -> Any:
        return registered(data=checked(data), key=key, **callbacks)

    return mount


def b64(array: np.ndarray) -> str:
    """Base64 of the bytes of `array` in C order, little-endian."""
    array = np.ascontiguousarray(array)
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()).decode("ascii")


def pack(cells: np.ndarray) -> str:
    """Base64 of a boolean array as bits, eight to a byte."""
    return b64(np.packbits(cells.astype(bool)))


def unpack(text: str, shape: tuple[int, ...]) -> np.ndarray:
    """The boolean array of `shape` that `pack` made `text` of; `ValueError` where its length is another."""
    count = math.prod(shape)
    bits = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    if bits.size != -(-count // 8):
        raise ValueError(f"{bits.size} bytes do not hold {count} cells")
    return np.unpackbits(bits, count=count).astype(bool).reshape(shape)


def checked(value: Any, path: str = "data") -> Any:
    """`value` itself, after making sure that it is plain JSON.

    Streamlit turns anything else silently into its Python `repr`, and the component then draws nothing.
    """
    if type(value) is dict:
        for name, item in value.items():
            if type(name) is not str:
                raise ValueError(f"{path}: the key {name!r} is not a str")
            checked(item, f"{path}.{name}")
    elif type(value) in (list, tuple):
        for index, item in enumerate(value):
            checked(item, f"{path}[{index}]")
    elif type(value) is float and not math.isfinite(value):
        raise ValueError(f"{path}: {value} is not a number that JSON knows")
    elif value is not None and type(value) not in (str, int, float, bool):
        raise ValueError(f"{path}: {type(value).__name__} is not plain JSON; send int(...), float(...) or b64(...)")
    return value


def unheard() -> None:
    """A callback that does nothing: Streamlit wants one for each state that a component declares."""
