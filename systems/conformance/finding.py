"""What one check found."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "Status"]


class Status(StrEnum):
    """How a check ended; only `FAIL` means that a run would suffer."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the suite's answer.

    Attributes
    ----------
    check : str
        Name of the check.
    status : Status
    detail : str
        What was seen, and on a warning what follows from it.
    fix : str
        What to do about it; empty on a pass.
    """

    check: str
    status: Status
    detail: str
    fix: str = ""
