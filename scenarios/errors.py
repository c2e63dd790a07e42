"""What is wrong with a scenario, where, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["InvalidScenario", "Problem", "printable"]

SHOWN = 25
"""Problems rendered at most; all of them are in `InvalidScenario.problems`."""


def printable(value: object, limit: int = 60) -> str:
    """Render a user's value for a one-line message: quoted, escaped and cut to `limit`."""
    text = repr(value)
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= limit else text[: limit - 3] + "..."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend.

    Attributes
    ----------
    what : str
        What is wrong, without a full stop.
    where : str
        ``file:line``, ``file``, or ``--set key=value``.
    key : str
        Key path such as ``sorting.lane.belt_speed_mps``; empty when the whole file is meant.
    fix : str
        How to mend it, as an instruction without a full stop.
    """

    what: str
    where: str
    key: str
    fix: str

    def __str__(self) -> str:
        subject = f"{self.key}: " if self.key else ""
        stop = "" if self.fix.endswith("?") else "."
        return f"{self.where}: {subject}{self.what}. To mend it: {self.fix}{stop}"


class InvalidScenario(ValueError):
    """A scenario cannot be used.

    Attributes
    ----------
    problems : tuple of Problem
        Everything found wrong, at least one, in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("InvalidScenario needs at least one problem")
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"... and {len(self.problems) - SHOWN} more problems.")
        return "\n".join(lines)
