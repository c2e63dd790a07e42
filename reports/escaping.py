"""Hostile text made harmless: what systems, scenarios and labels say is only ever shown."""

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

__all__ = ["code_span", "json_for_html", "markdown_cell", "markdown_prose", "visible"]

# Characters that change how their neighbours are shown or read without being seen themselves.
_DECEPTIVE = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0")
_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
_SPACES = frozenset("\t\n\r")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>&|~#@!$])")
# Forges make links of these without any markup; a line may not begin a list or a rule either.
_AUTOLINK = re.compile(r"(?i)(?<=www)(\.)|(:)(?=//)")
_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")


def visible(text: str) -> str:
    r"""Replace every character that could hide, reorder or break text by its visible escape.

    Control characters, bidirectional overrides, zero-width characters, lone surrogates and
    private-use characters become ``\u202e``-like escapes; tabs and line breaks become spaces.

    Parameters
    ----------
    text : str
        Anything, valid Unicode or not.

    Returns
    -------
    str
        Text that encodes to UTF-8 and is legal in HTML and XML.
    """
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char in _SPACES:
        return " "
    if char in _DECEPTIVE or unicodedata.category(char) in _CATEGORIES:
        code = ord(char)
        return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return char


def json_for_html(value: Any) -> str:
    """Serialise `value` so that it can stand inside a ``script`` element of any HTML page.

    Keys are sorted, everything outside ASCII is escaped, and so are ``<``, ``>`` and ``&``: no
    text can close the element or open a comment.  Numbers that are not finite become null.
    """
    text = json.dumps(
        _finite(value), ensure_ascii=True, sort_keys=True, allow_nan=False, separators=(",", ":")
    )
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def code_span(text: str) -> str:
    """Show hostile text in Markdown as a code span: no HTML, link, mention or emphasis survives."""
    shown = visible(text).strip() or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_cell(text: str) -> str:
    """Make Markdown that is already safe fit a table cell: a pipe would end it, even in code."""
    return text.replace("\\|", "|").replace("|", "\\|").replace("\n", " ")


def markdown_prose(text: str) -> str:
    """Show hostile text in Markdown as plain words, on one line.

    Everything that marks up is escaped, links without markup are broken, and a word joiner after
    ``@`` and ``#`` keeps forges from turning what follows into a mention or an issue link.
    """
    escaped = _MARKDOWN.sub(r"\\\1", visible(text).strip())
    escaped = _AUTOLINK.sub(r"\\\g<0>", escaped)
    escaped = _LINE_START.sub(r"&#8203;\1", escaped)
    return escaped.replace("\\@", "\\@\u2060").replace("\\#", "\\#\u2060")
