"""Pools of processes that end with the one that started them, however that ended."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context

from labgap.errors import Interrupted

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

    Raises
    ------
    Interrupted
        If a process of the pool is ended from outside: killed, or for want of memory.
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
    except BrokenProcessPool as error:
        raise Interrupted(
            "a process that worked for this command was ended from outside; often that is for "
            "want of memory",
            fix="run the same command again, which goes on from what is kept, with fewer --jobs",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _watch_parent(parent: int) -> None:
    threading.Thread(target=_end_without, args=(parent,), daemon=True).start()


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY_S)
    os._exit(1)
