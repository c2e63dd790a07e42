"""What people and programs see: results on standard output, everything else on standard error."""

import json
import sys
import unicodedata
from typing import Any

import typer

__all__ = ["emit", "emit_json", "note", "printable"]


def printable(text: str) -> str:
    """Make hostile text harmless to a terminal: control and format characters become escapes."""
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character)[0] != "C"
        else character.encode("unicode_escape").decode()
        for character in text
    )


def emit(text: str) -> None:
    """Print a result."""
    typer.echo(printable(text))


def emit_json(value: Any) -> None:
    """Print a result for programs; NaN is never valid here."""
    typer.echo(json.dumps(value, indent=2, sort_keys=False, allow_nan=False))


def note(text: str) -> None:
    """Say something beside the result."""
    print(printable(text), file=sys.stderr, flush=True)  # noqa: T201
