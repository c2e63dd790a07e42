"""Exit codes: stable, documented in docs/commands.md, and the reason a script can trust labgap."""

from enum import IntEnum

__all__ = ["ExitCode"]


class ExitCode(IntEnum):
    """What the process says to the shell."""

    PASS = 0
    REGRESSION = 1
    INVALID = 2
    INCONCLUSIVE = 3
    NOT_COMPARABLE = 4
    SYSTEM_FAILED = 5
    BUG = 70
    INTERRUPTED = 130
