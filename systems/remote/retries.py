"""Asks again where that may help: a few times, later each time, never past an allowance."""

from collections.abc import Callable
from random import Random
from time import monotonic, sleep
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from systems.remote.breaker import Breaker
from systems.remote.failure import Cause, RemoteFailure

__all__ = ["ATTEMPTS", "Patience"]

ATTEMPTS = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 2.0

Result = TypeVar("Result")


class Patience:
    """How long one server is waited for: deadline, retries, breaker and allowance in one place.

    Waits grow exponentially with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog, 2015).  The jitter has a generator of its own: no result depends on it,
    and the global one belongs to the world.

    Parameters
    ----------
    timeout_s : float
        Of one request, from connecting to the last byte.
    breaker : Breaker
    """

    def __init__(
        self,
        timeout_s: float,
        breaker: Breaker,
        clock: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
    ) -> None:
        self._timeout_s = timeout_s
        self._breaker = breaker
        self._clock = clock
        self._rest = rest
        self._jitter = Random()
        self._left_s = float("inf")

    def allow(self, seconds: float) -> None:
        """Set what may be spent on waiting from now on, over all requests together."""
        self._left_s = seconds

    def ask(self, request: Callable[[float], Result]) -> Result:
        """Call `request` with the seconds it may take, again where that may help.

        Raises
        ------
        RemoteFailure
            As the last attempt ended, or because it was not made.
        """
        if self._left_s <= 0.0:
            raise RemoteFailure(Cause.OUT_OF_TIME, "too much waiting in this task already")
        if not self._breaker.admits():
            raise RemoteFailure(Cause.BREAKER_OPEN, "the server failed several times in a row")
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS) | (lambda _: self._left_s <= 0.0),  # type: ignore[operator]
            wait=self._wait,
            retry=retry_if_exception(
                lambda error: isinstance(error, RemoteFailure) and error.is_passing
            ),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer: Result = retrying(self._timed, request)
        except RemoteFailure as failure:
            # An answer that is no use is an answer: the server is there.
            if failure.is_passing:
                self._breaker.failed()
            else:
                self._breaker.succeeded()
            raise
        except BaseException:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return answer

    def _timed(self, request: Callable[[float], Result]) -> Result:
        began = self._clock()
        try:
            return request(min(self._timeout_s, max(self._left_s, 0.01)))
        finally:
            self._left_s -= self._clock() - began

    def _wait(self, state: RetryCallState) -> float:
        most = min(FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1), LONGEST_WAIT_S)
        return min(self._jitter.uniform(0.0, most), max(self._left_s, 0.0))

    def _sleep(self, seconds: float) -> None:
        self._left_s -= seconds
        self._rest(seconds)
