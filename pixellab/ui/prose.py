"""The light markup of the lessons' texts, as HTML.

    **strong**  *emphasis*  `code`  x_{i}  2^{n}     an empty line begins a paragraph
    [blind](#blind)          a role's word, in its colour and underlined
    [Δrow](@up)              an element that is lit together with all others of that name
    {{seen}}                 a number that the widget fills in
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parents[1]

_RULES = (
    (r"(\d) %", "\\1\u00a0%"),
    (r"`([^`]+)`", r"<code>\1</code>"),
    (r"\{\{(\w+)\}\}", r'<span data-slot="\1"></span>'),
    (r"_\{([^{}]*)\}", r"<sub>\1</sub>"),
    (r"\^\{([^{}]*)\}", r"<sup>\1</sup>"),
    (r"\[([^\]]+)\]\(#([\w-]+)\)", r'<span class="role-word" data-role="\2">\1</span>'),
    (r"\[([^\]]+)\]\(@([\w-]+)\)", r'<span data-lit="\2" tabindex="0">\1</span>'),
    (r"\*\*([^*]+)\*\*", r"<strong>\1</strong>"),
    (r"\*([^*]+)\*", r"<em>\1</em>"),
)


def inline(text: str) -> str:
    """One paragraph without its tags.

    >>> inline("*Past* and [blind](#blind)")
    '<em>Past</em> and <span class="role-word" data-role="blind">blind</span>'
    >>> inline("x_{i} < {{n}}")
    'x<sub>i</sub> &lt; <span data-slot="n"></span>'
    """
    text = escape(" ".join(text.split()), quote=False)
    for pattern, replacement in _RULES:
        text = re.sub(pattern, replacement, text)
    return text


def prose(text: str) -> str:
    """Paragraphs, parted by empty lines."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{inline(paragraph)}</p>" for paragraph in paragraphs)


def words(text: str) -> int:
    """How many words a reader reads.

    >>> words("A [blind spot](#blind) of *slope* {{k}} − none.")
    7
    """
    plain = re.sub(r"<[^>]+>", "", prose(text).replace("</p>", " ").replace("<span data-slot", "1<span data-slot"))
    return len([word for word in plain.split() if re.search(r"\w", word)])


def source(function: Callable[..., Any], lit: dict[str, str] | None = None) -> str:
    """The code of a function of this package as HTML, without its docstring.

    Args:
        lit: pieces of the code, by the name of the element with which they are lit.

    Raises:
        ValueError: when a piece is not in the code (any more).
    """
    module = function.__module__.partition(".")[2].replace(".", "/") + ".py"
    return source_in(module, function.__qualname__, lit)


def source_in(module: str, name: str, lit: dict[str, str] | None = None) -> str:
    """`source` of what must not be imported here, since it needs torch: ``source_in("layers/lstm.py", "lstm")``.

    Args:
        module: file, from the package's folder on.
        name: a function, or Class.method.

    Raises:
        ValueError: when a piece, or the function, is not in the code (any more).
    """
    return _figure(_code(module, name), f"{_PACKAGE.name}/{module}", lit or {})


@cache
def _code(module: str, name: str) -> str:
    """The text of a function, read once: a page asks at every run."""
    text = (_PACKAGE / module).read_text(encoding="utf-8")
    node: Any = ast.parse(text)
    for part in name.split("."):
        node = next((child for child in node.body if getattr(child, "name", None) == part), None)
        if node is None:
            raise ValueError(f"{module} has no {name!r}.")
    return textwrap.dedent("\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]))


def _figure(code: str, module: str, lit: dict[str, str]) -> str:
    """The code of one function as HTML, without its docstring, and where it stands."""
    lines, node = code.splitlines(), ast.parse(code).body[0]
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        del lines[first.lineno - 1 : first.end_lineno]
    text = escape("\n".join(lines), quote=False)
    for name, piece in lit.items():
        piece = escape(piece, quote=False)
        if piece not in text:
            raise ValueError(f"{node.name} has no {piece!r}.")
        text = text.replace(piece, f'<span data-lit="{name}" tabindex="0">{piece}</span>', 1)
    return f'<figure class="ls-code"><pre><code>{text}</code></pre><figcaption>{module}</figcaption></figure>'
