"""What an unquoted YAML scalar means: YAML 1.2's core, and a refusal where readers disagree.

YAML 1.1 reads ``12:30`` as 750, ``010`` as 8, ``no`` as false and ``1e3`` as text; YAML 1.2 reads
none of them so.  Where the two agree we follow; where they do not, we ask instead of guessing.
"""

import math
import re

from scenarios.errors import printable
from scenarios.located import Scalar

__all__ = ["UnclearScalar", "plain_scalar"]

_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_OLD_BOOLS = {"y", "n", "yes", "no", "on", "off"}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OCTAL = re.compile(r"[-+]?0[0-9]+")
_BASED = re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+")
_GROUPED = re.compile(
    r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?|[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?"
)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(:[0-9]{1,2})+(\.[0-9_]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LIMIT = 2**63


class UnclearScalar(ValueError):
    """A scalar that YAML readers disagree on, or that no scenario can hold.

    Attributes
    ----------
    what, fix : str
        As in `scenarios.errors.Problem`.
    """

    def __init__(self, what: str, fix: str) -> None:
        self.what = what
        self.fix = fix
        super().__init__(what)


def plain_scalar(text: str) -> Scalar:
    """Read an unquoted scalar.

    Raises
    ------
    UnclearScalar
        For octal, hexadecimal, grouped and sexagesimal numbers, dates, the old booleans, numbers
        that are not finite or not within 64 bits, and the merge and value keys.
    """
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    _refuse_unclear(text)
    if _INT.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _real(text)
    return text


def _refuse_unclear(text: str) -> None:
    shown = printable(text)
    if text.lower() in _OLD_BOOLS:
        meant = "true" if text.lower() in {"y", "yes", "on"} else "false"
        raise UnclearScalar(
            f"{shown} is {meant} to some YAML readers and text to others",
            f'write {meant}, or "{text}" in quotes if you mean the text',
        )
    if text in {"<<", "="}:
        raise UnclearScalar(f"{shown} has a special meaning in YAML 1.1", "write the keys out")
    if _NOT_FINITE.fullmatch(text):
        raise UnclearScalar(f"{shown} is no finite number", "give a finite number")
    if _OCTAL.fullmatch(text):
        raise UnclearScalar(
            f"{shown} is octal to some YAML readers and decimal to others",
            "drop the leading zero, or quote it if you mean text",
        )
    if _BASED.fullmatch(text) or _GROUPED.fullmatch(text):
        raise UnclearScalar(
            f"{shown} is a number to some YAML readers and text to others",
            "write plain decimal digits, or quote it if you mean text",
        )
    if _SEXAGESIMAL.fullmatch(text):
        raise UnclearScalar(
            f"{shown} is a number in base 60 to some YAML readers and text to others",
            "write the time in seconds, or quote it if you mean text",
        )
    if _DATE.fullmatch(text):
        raise UnclearScalar(
            f"{shown} is a date to some YAML readers and text to others",
            "quote it; scenario times are seconds from the start",
        )


def _integer(text: str) -> int:
    if len(text) > 20 or not -_LIMIT <= int(text) < _LIMIT:
        raise UnclearScalar(
            f"{printable(text, 30)} does not fit into 64 bits", "give a smaller number, or quote it"
        )
    return int(text)


def _real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise UnclearScalar(f"{printable(text, 30)} is too large", "give a number below 1e308")
    return number + 0.0  # -0.0 and 0.0 are one value and must hash alike
