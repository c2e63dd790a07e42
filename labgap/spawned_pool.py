"""Pools of processes that end with the one that started them, however that ended."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

__all__ = ["spawned_pool"]

LOOKS_EVERY_S = 1.0


@contextmanager
def spawned_pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Open a pool of spawned processes; what it has not begun is dropped when an error leaves it.

    A process that is killed cannot end its pool, whose processes would work on for nobody: each
    looks every second whether its parent still is.

    Parameters
    ----------
    processes : int
    """
    # spawn: a forked child of a process with threads may hang
    pool = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),
        initializer=_watch_parent,
        initargs=(os.getpid(),),
    )
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _watch_parent(parent: int) -> None:
    threading.Thread(target=_end_without, args=(parent,), daemon=True).start()


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY_S)
    os._exit(1)
