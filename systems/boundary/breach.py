"""The rules that answers of all kinds share, each broken one a `Breach`."""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from numbers import Integral, Real
from typing import TypeVar

from systems.contracts.answers import Stage

__all__ = [
    "MAX_ENTRIES",
    "MAX_TEXT_BYTES",
    "Breach",
    "finite",
    "instance",
    "member",
    "members",
    "probability",
    "sequence",
    "shown",
    "span",
    "stages",
    "text",
    "whole",
]

MAX_TEXT_BYTES = 4096
"""Most UTF-8 bytes of one text in an answer, unless a contract says otherwise."""
MAX_ENTRIES = 256
"""Most stages, fields, boxes, claims and the like in one answer."""

Member = TypeVar("Member", bound=StrEnum)
Type = TypeVar("Type")


class Breach(Exception):
    """One answer breaks one rule; `problem` names the rule, `detail` what was found."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(problem, detail)
        self.problem = problem
        self.detail = detail


def shown(value: object, most: int = 80) -> str:
    """Show a value of a system's in at most `most` characters, control characters escaped."""
    try:
        said = repr(value)
    except Exception as error:
        said = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    plain = said.encode("ascii", "backslashreplace").decode() if not said.isprintable() else said
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."


def instance(value: object, wanted: type[Type], name: str) -> Type:
    """Take a value of exactly the wanted class."""
    if type(value) is not wanted:
        raise Breach("type", f"{name} must be a {wanted.__name__}, not {shown(value)}")
    return value


def text(value: object, name: str, *, most: int = MAX_TEXT_BYTES, empty: bool = True) -> str:
    """Take a text that can be written down: a str, valid in UTF-8, of bounded length.

    Nothing is stripped: what a system says is recorded as said and escaped where it is shown.
    """
    if not isinstance(value, str):
        raise Breach("type", f"{name} must be a str, not {shown(value)}")
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise Breach("text", f"{name} holds half a surrogate pair: {shown(value)}") from None
    if size > most:
        raise Breach("text", f"{name} is {size:,} bytes long; at most {most:,} are taken")
    if not value and not empty:
        raise Breach("text", f"{name} is empty; leave it out instead")
    return str(value)


def finite(value: object, name: str, problem: str = "type") -> float:
    """Take a finite real number; numpy scalars count, bools do not."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise Breach(problem, f"{name} must be a number, not {shown(value)}")
    number = float(value)
    if not math.isfinite(number):
        raise Breach(problem, f"{name} is {number}")
    return number


def whole(value: object, name: str) -> int:
    """Take a whole number of 64 bits; numpy scalars count, bools do not."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise Breach("type", f"{name} must be a whole number, not {shown(value)}")
    number = int(value)
    if not -(2**63) <= number < 2**63:
        raise Breach("content", f"{name} does not fit into 64 bits")
    return number


def probability(value: object, name: str = "confidence") -> float:
    """Take a number in [0, 1]."""
    number = finite(value, name, "confidence")
    if not 0.0 <= number <= 1.0:
        raise Breach("confidence", f"{name} is {number}, outside [0, 1]")
    return number


def member(value: object, wanted: type[Member], name: str, problem: str = "type") -> Member:
    """Take a member of an enumeration, or the text it stands for."""
    if isinstance(value, str):
        try:
            return wanted(value)
        except ValueError:
            pass
    known = ", ".join(wanted)
    raise Breach(problem, f"{name} must be one of {known}, not {shown(value)}")


def sequence(value: object, name: str, most: int = MAX_ENTRIES) -> Sequence[object]:
    """Take a list or tuple of bounded length."""
    if not isinstance(value, (list, tuple)):
        raise Breach("type", f"{name} must be a tuple, not {shown(value)}")
    if len(value) > most:
        raise Breach("content", f"{name} has {len(value):,} entries; at most {most:,} are taken")
    return value


def members(value: object, wanted: type[Type], name: str, most: int = MAX_ENTRIES) -> list[Type]:
    """Take a list or tuple of values of one class."""
    entries = sequence(value, name, most)
    return [instance(entry, wanted, f"{name}[{i}]") for i, entry in enumerate(entries)]


def span(value: object, name: str, length: int) -> tuple[int, int] | None:
    """Take start and end of a part of a text of `length` characters, or None."""
    if value is None:
        return None
    ends = [whole(end, name) for end in sequence(value, name)]
    if len(ends) != 2 or not 0 <= ends[0] <= ends[1] <= length:
        raise Breach("content", f"{name} is {shown(value)}, outside a text of {length} characters")
    return ends[0], ends[1]


def stages(value: object) -> tuple[Stage, ...]:
    """Take a stage trace: named stages, each with texts by name and maybe a confidence."""
    try:
        return tuple(_stage(entry, f"stages[{i}]") for i, entry in enumerate(sequence(value, "it")))
    except Breach as breach:
        raise Breach("stages", f"the stage trace is malformed: {breach.detail}") from None


def _stage(value: object, name: str) -> Stage:
    stage = instance(value, Stage, name)
    if not isinstance(stage.proposed, Mapping) or len(stage.proposed) > MAX_ENTRIES:
        raise Breach("type", f"{name}.proposed must be a small mapping of texts")
    return Stage(
        text(stage.name, f"{name}.name", empty=False),
        {
            text(key, f"a key of {name}.proposed"): text(entry, f"{name}.proposed[{shown(key)}]")
            for key, entry in stage.proposed.items()
        },
        None if stage.confidence is None else probability(stage.confidence, f"{name}.confidence"),
    )
