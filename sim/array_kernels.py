"""Kiefer and Wolfowitz's recursion as machine code; importing this module loads or compiles it.

Compiling costs seconds once a machine and version of the source; afterwards the code is read
from numba's cache (docs/benchmarks.md has both figures).
"""

from collections.abc import Callable

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

__all__ = ["heap_waits", "insertion_waits"]

Seconds = NDArray[np.float64]
Kernel = Callable[[Seconds, Seconds, int], Seconds]

_READ = types.Array(types.float64, 1, "C", readonly=True)
# Said in advance: otherwise every mix of writable and read-only arrays is compiled anew.
_SIGNATURE = types.float64[::1](_READ, _READ, types.int64)


def _compiled(recursion: Kernel) -> Kernel:
    try:
        kernel: Kernel = njit(_SIGNATURE, cache=True, nogil=True)(recursion)
    except RuntimeError:
        # numba found no folder it may write to, as in a read-only container.
        kernel = njit(_SIGNATURE, nogil=True)(recursion)
    return kernel


def _insertion_waits(arrival_s: Seconds, service_s: Seconds, servers: int) -> Seconds:
    free_s = np.zeros(servers)  # when each server is free, ascending
    wait_s = np.empty(len(arrival_s))
    for item in range(len(arrival_s)):
        begin = max(arrival_s[item], free_s[0])
        wait_s[item] = begin - arrival_s[item]
        end = begin + service_s[item]
        place = 0
        while place + 1 < servers and free_s[place + 1] < end:
            free_s[place] = free_s[place + 1]
            place += 1
        free_s[place] = end
    return wait_s


def _heap_waits(arrival_s: Seconds, service_s: Seconds, servers: int) -> Seconds:
    free_s = np.zeros(servers)  # when each server is free, a binary heap
    wait_s = np.empty(len(arrival_s))
    for item in range(len(arrival_s)):
        begin = max(arrival_s[item], free_s[0])
        wait_s[item] = begin - arrival_s[item]
        end = begin + service_s[item]
        place, child = 0, 1
        while child < servers:
            if child + 1 < servers and free_s[child + 1] < free_s[child]:
                child += 1
            if free_s[child] >= end:
                break
            free_s[place] = free_s[child]
            place, child = child, 2 * child + 1
        free_s[place] = end
    return wait_s


insertion_waits = _compiled(_insertion_waits)
heap_waits = _compiled(_heap_waits)
