"""What can go wrong between labgap and a system under test, each with what, where and a way out."""

from typing import ClassVar

__all__ = [
    "AddressRefused",
    "DottedPathRefused",
    "SystemFailure",
    "SystemLoadError",
    "SystemTrouble",
    "UnknownKind",
    "UnknownSystem",
]


class SystemTrouble(Exception):
    """Base of all errors of this package that a user can cause or must hear of.

    Parameters
    ----------
    what : str
        What is wrong, in a sentence.
    where : str, optional
        The system, module or file it was found at.
    fix : str, optional
        What to do about it.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, where: str = "", fix: str = "") -> None:
        super().__init__(what, where, fix)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line}\n  fix: {self.fix}" if self.fix else line


class UnknownKind(SystemTrouble):
    """There is no such kind of system."""


class UnknownSystem(SystemTrouble):
    """No system of that name is registered for the kind."""


class DottedPathRefused(SystemTrouble):
    """A dotted path stood where only registered names may stand."""


class AddressRefused(SystemTrouble):
    """A server was named that labgap does not contact, or not in this way."""


class SystemLoadError(SystemTrouble):
    """A system was named but cannot be imported, called as asked, or is no system of its kind."""


class SystemFailure(SystemTrouble):
    """A system under test raised or broke its contract; a run ends with exit code 5.

    Parameters
    ----------
    system : str
        As the user named it.
    kind : str
        ``vision``, ``service``, ``routing`` or ``items``.
    problem : str
        Which rule was broken: ``exception``, ``mutation``, ``count``, ``order``, ``type``,
        ``decision``, ``confidence``, ``text``, ``content`` or ``stages``.
    detail : str
        What was wrong with which answer; text of the system's appears escaped.
    requests : tuple of str
        Ids of the requests concerned.
    fix : str, optional
    """

    exit_code: ClassVar[int] = 5

    def __init__(
        self,
        system: str,
        kind: str,
        problem: str,
        detail: str,
        requests: tuple[str, ...] = (),
        fix: str = "",
    ) -> None:
        super().__init__(detail, f"{kind} system {system!r}", fix)
        # Exceptions travel between processes by calling the class with `args` again.
        self.args = (system, kind, problem, detail, requests, fix)
        self.system = system
        self.kind = kind
        self.problem = problem
        self.detail = detail
        self.requests = requests

    def __str__(self) -> str:
        named = f" [request {_some(self.requests)}]" if self.requests else ""
        line = f"{self.where}: {self.detail} ({self.problem}){named}"
        return f"{line}\n  fix: {self.fix}" if self.fix else line


def _some(ids: tuple[str, ...], most: int = 3) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more
