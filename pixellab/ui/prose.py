"""The light markup of the lessons' texts, as HTML.

    **strong**  *emphasis*  `code`  x_{i}  2^{n}     an empty line begins a paragraph
    [blind](#blind)          a role's word, in its colour and underlined
    [Δrow](@up)              an element that is lit together with all others of that name
    {{seen}}                 a number that the widget fills in
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from html import escape
from typing import Any

_RULES = (
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
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    body = ast.parse("\n".join(lines)).body[0].body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        del lines[body[0].lineno - 1 : body[0].end_lineno]
    text = escape("\n".join(lines), quote=False)
    for name, piece in (lit or {}).items():
        piece = escape(piece, quote=False)
        if piece not in text:
            raise ValueError(f"{function.__name__} has no {piece!r}.")
        text = text.replace(piece, f'<span data-lit="{name}" tabindex="0">{piece}</span>', 1)
    module = function.__module__.replace(".", "/") + ".py"
    return f'<figure class="ls-code"><pre><code>{text}</code></pre><figcaption>{module}</figcaption></figure>'
