"""Why a server gave no answer: a closed set of causes, so that they can be counted."""

from enum import StrEnum

__all__ = ["Cause", "RemoteFailure"]


class Cause(StrEnum):
    """What became of a request that got no usable answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RESET = "connection broke"
    SERVER_ERROR = "server error (5xx)"
    BUSY = "too many requests (429)"
    REFUSED = "refused (4xx)"
    REDIRECT = "redirect"
    TOO_LARGE = "answer too large"
    GARBAGE = "answer unreadable"
    WRONG = "answer breaks the contract"
    BREAKER_OPEN = "not asked: breaker open"
    OUT_OF_TIME = "not asked: waiting time of the task used up"


PASSING = frozenset({Cause.UNREACHABLE, Cause.TIMEOUT, Cause.RESET, Cause.SERVER_ERROR, Cause.BUSY})


class RemoteFailure(Exception):
    """A request got no usable answer.

    Parameters
    ----------
    cause : Cause
    detail : str
        In labgap's own words: nothing that the server said, which may be hostile or a secret.
    status : int, optional
        HTTP status, where there was one.
    """

    def __init__(self, cause: Cause, detail: str, status: int | None = None) -> None:
        super().__init__(cause, detail, status)
        self.cause = cause
        self.detail = detail
        self.status = status

    def __str__(self) -> str:
        return f"{self.cause}: {self.detail}"

    @property
    def is_passing(self) -> bool:
        """Whether asking again may help; it also counts against the server's breaker."""
        return self.cause in PASSING
