"""One queue of a centre's line, played over whole arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.array_queues import queue_waits

__all__ = ["StageDay", "pass_stage"]

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StageDay:
    """What one stage did, in the order of the items given to it.

    Attributes
    ----------
    items : ndarray of int, shape (n,)
        Numbers of the parcels that came here.
    arrival_s, wait_s, service_s : ndarray, shape (n,)
    servers : int
    """

    items: NDArray[np.intp]
    arrival_s: Seconds
    wait_s: Seconds
    service_s: Seconds
    servers: int

    @property
    def departure_s(self) -> Seconds:
        """When each item leaves, shape (n,)."""
        return self.arrival_s + self.wait_s + self.service_s

    def utilisation(self, until_s: float) -> float:
        """Share of the servers' time in ``[0, until_s)`` spent on service."""
        begin = np.minimum(self.arrival_s + self.wait_s, until_s)
        busy = np.minimum(self.departure_s, until_s) - begin
        return float(busy.sum() / (self.servers * until_s))

    def longest_queue(self) -> int:
        """Most items that waited at once; one that is served on arrival never waits."""
        arrival = np.sort(self.arrival_s)
        begin = np.sort(self.arrival_s + self.wait_s)
        waiting = np.arange(1, len(arrival) + 1) - np.searchsorted(begin, arrival, side="right")
        return int(waiting.max(initial=0))


def pass_stage(
    items: NDArray[np.intp], arrival_s: Seconds, service_s: Seconds, servers: int
) -> StageDay:
    """Serve items first come, first served; ties in the order given.

    Parameters
    ----------
    items : ndarray of int, shape (n,)
    arrival_s, service_s : ndarray, shape (n,)
        In any order.
    servers : int

    Returns
    -------
    StageDay
        In the order given.
    """
    order = np.argsort(arrival_s, kind="stable")
    wait = np.empty_like(arrival_s)
    wait[order] = queue_waits(arrival_s[order], service_s[order], servers)
    return StageDay(items, arrival_s, wait, service_s, servers)
