"""Waits of pure queue stages, over whole arrays: the array tier beside the event simulation.

A stage that only queues (first come, first served, no state beyond its servers) needs no
calendar.  Its waits follow from arrivals and services alone, a thousand times faster than event
by event and equal to it: tests hold both tiers to 1e-9 s on shared arrays.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LATEST_S", "multi_server_waits", "queue_waits", "single_server_waits"]

Seconds = NDArray[np.float64]

LATEST_S = 1e9
"""Times beyond this are refused: float64 would resolve them to no better than 1e-7 s."""

HEAP_FROM = 110
"""Servers from which a heap beats sorted insertion; measured, docs/benchmarks.md."""


def queue_waits(arrival_s: ArrayLike, service_s: ArrayLike, servers: int) -> Seconds:
    """Wait of every item of a G/G/c queue: first come, first served, unlimited room.

    Items that arrive together are served in the order of the array.

    Parameters
    ----------
    arrival_s : array of float, shape (n,)
        Seconds from the start, ascending, at least 0.
    service_s : array of float, shape (n,)
        Service time of each item in seconds, at least 0.
    servers : int
        At least 1; all alike.

    Returns
    -------
    ndarray, shape (n,)
        Seconds from arrival to the start of service.

    Raises
    ------
    ValueError
        If the arrays are no such times, differ in length, or `servers` is below 1.
    """
    if servers == 1:
        return single_server_waits(arrival_s, service_s)
    return multi_server_waits(arrival_s, service_s, servers)


def single_server_waits(arrival_s: ArrayLike, service_s: ArrayLike) -> Seconds:
    """Waits of a G/G/1 queue in closed form; parameters and errors as `queue_waits`.

    With ``X_k = S_{k-1} - (A_k - A_{k-1})`` and ``P_n = X_1 + ... + X_n``, Lindley's recursion
    ``W_n = max(0, W_{n-1} + X_n)`` unrolls to ``W_n = P_n - min(P_0, ..., P_n)`` (Lindley 1952).
    Rounding errors before the current busy period cancel in the difference; within it each item
    adds at most half a unit in the last place of ``P``.
    """
    arrival, service = _times(arrival_s, service_s)
    walk = np.zeros(len(arrival))
    np.subtract(arrival[1:], arrival[:-1], out=walk[1:])
    np.subtract(service[:-1], walk[1:], out=walk[1:])
    np.cumsum(walk, out=walk)
    lowest: Seconds = np.minimum.accumulate(walk)
    return np.subtract(walk, lowest, out=lowest)


def multi_server_waits(arrival_s: ArrayLike, service_s: ArrayLike, servers: int) -> Seconds:
    """Waits of a G/G/c queue item by item; parameters and errors as `queue_waits`.

    The workload vector of Kiefer & Wolfowitz (1955), kept as the moments at which the servers are
    free: the next item takes the earliest one.
    """
    arrival, service = _times(arrival_s, service_s)
    if servers < 1:
        raise ValueError(f"a queue needs at least 1 server, not {servers}")
    # Only stages with several servers pay for loading the compiled code.
    from sim.array_kernels import heap_waits, insertion_waits

    kernel = heap_waits if servers >= HEAP_FROM else insertion_waits
    return kernel(arrival, service, servers)


def _times(arrival_s: ArrayLike, service_s: ArrayLike) -> tuple[Seconds, Seconds]:
    arrival = np.ascontiguousarray(arrival_s, dtype=np.float64)
    service = np.ascontiguousarray(service_s, dtype=np.float64)
    if arrival.ndim != 1 or arrival.shape != service.shape:
        raise ValueError(
            "arrivals and services must be two lists of one length, not of shapes "
            f"{arrival.shape} and {service.shape}"
        )
    for name, times in (("arrival", arrival), ("service", service)):
        if len(times) and not (times.min() >= 0.0 and times.max() <= LATEST_S):
            first = int(np.flatnonzero(~((times >= 0.0) & (times <= LATEST_S)))[0])
            raise ValueError(
                f"{name} {first} is {times[first]:g}; every {name} must lie between 0 and "
                f"{LATEST_S:g} s"
            )
    if not (arrival[1:] >= arrival[:-1]).all():
        first = int(np.flatnonzero(arrival[1:] < arrival[:-1])[0]) + 1
        raise ValueError(
            f"arrival {first} at {arrival[first]!r} s comes before the one ahead of it at "
            f"{arrival[first - 1]!r} s; sort the arrivals, and the services with them"
        )
    return arrival, service
