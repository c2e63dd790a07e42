"""Stops asking a server that does not answer, and tries it again now and then.

The circuit breaker of M. Nygard, "Release It!", 2nd ed. (2018), section 5.2.
"""

from collections.abc import Callable
from enum import StrEnum
from time import monotonic

__all__ = ["Breaker", "State"]


class State(StrEnum):
    """Whether requests pass."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Opens after failures in a row; lets one trial pass once it has rested.

    Parameters
    ----------
    threshold : int
        Failures in a row that open it.
    rest_s : float
        Seconds it stays open; doubled by every failed trial.
    longest_rest_s : float
    clock : callable
        Seconds, never going back.
    """

    def __init__(
        self,
        threshold: int = 3,
        rest_s: float = 5.0,
        longest_rest_s: float = 60.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._threshold = threshold
        self._first_rest_s = rest_s
        self._longest_rest_s = longest_rest_s
        self._clock = clock
        self._rest_s = rest_s
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._on_trial = False

    @property
    def state(self) -> State:
        """Its state at this moment."""
        if self._opened_at is None:
            return State.CLOSED
        rested = self._clock() - self._opened_at >= self._rest_s
        return State.HALF_OPEN if rested or self._on_trial else State.OPEN

    def admits(self) -> bool:
        """Whether the next request may be sent; in half-open state, one at a time."""
        if self.state is State.CLOSED:
            return True
        if self.state is State.OPEN or self._on_trial:
            return False
        self._on_trial = True
        return True

    def succeeded(self) -> None:
        """Note that the server answered."""
        self._opened_at = None
        self._on_trial = False
        self._in_a_row = 0
        self._rest_s = self._first_rest_s

    def failed(self) -> None:
        """Note that it did not."""
        self._in_a_row += 1
        if self._on_trial:
            self._rest_s = min(2.0 * self._rest_s, self._longest_rest_s)
        elif self._in_a_row < self._threshold:
            return
        self._on_trial = False
        self._opened_at = self._clock()
