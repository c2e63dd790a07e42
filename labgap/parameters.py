"""Parameters of a system as they are written on the command line."""

import json
from collections.abc import Sequence

from labgap.errors import InvalidUse

__all__ = ["Parameters", "parsed_parameters"]

Parameters = dict[str, str | int | float | bool]


def parsed_parameters(options: Sequence[str]) -> Parameters:
    """Read ``--param KEY=VALUE`` options; a value is a text, a number, true or false.

    Raises
    ------
    InvalidUse
        If one is something else.
    """
    found: Parameters = {}
    for option in options:
        key, equals, text = option.partition("=")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        if not equals or not key or not isinstance(value, str | int | float | bool):
            raise InvalidUse(
                f"{option!r} is not KEY=VALUE",
                where="--param",
                fix="write e.g. --param try_rotate=false; a value is a text, a number, true or "
                "false",
            )
        found[key] = value
    return found
