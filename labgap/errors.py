"""Errors a user can cause or must hear of, each with the exit code it ends the process with."""

from labgap.exit_codes import ExitCode

__all__ = ["Interrupted", "InvalidUse", "LabgapError", "NothingMeasured", "SystemUnderTestFailed"]


class LabgapError(Exception):
    """A clear sentence with what, where and how to mend it.

    Parameters
    ----------
    what : str
        What is wrong.
    where : str, optional
        File, folder, option or key it was found at.
    fix : str, optional
        What to do about it.
    """

    code = ExitCode.INVALID

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.fix:
            lines.append(f"  fix: {self.fix}")
        return "\n".join(lines)


class InvalidUse(LabgapError):
    """The command line, a scenario or a folder is not what it should be."""


class NothingMeasured(LabgapError):
    """There is nothing to compare or nothing was measured."""

    code = ExitCode.NOT_COMPARABLE


class SystemUnderTestFailed(LabgapError):
    """A system under test raised or broke its contract."""

    code = ExitCode.SYSTEM_FAILED


class Interrupted(LabgapError):
    """The user stopped a run that can be resumed."""

    code = ExitCode.INTERRUPTED
