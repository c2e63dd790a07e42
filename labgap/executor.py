"""Where tasks run: in this process, or in a pool of them."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Protocol

from labgap.errors import SystemUnderTestFailed
from labgap.tasks import Failure, prepare_process

__all__ = ["Executor", "InProcess", "ProcessPool", "Task", "executor_for"]


class Task(Protocol):
    """A pure, picklable piece of work that leaves its result on disk."""

    def run(self) -> Failure | None:
        """Do the work."""


class Executor(Protocol):
    """Does tasks in any order and yields each with its outcome as it ends."""

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield every task with its outcome, in the order in which they end."""

    def close(self) -> None:
        """Let running tasks finish, drop the rest, and free what is held."""


class InProcess:
    """Does tasks one after another, here."""

    def __init__(self) -> None:
        prepare_process()

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield every task with its outcome, in order."""
        for task in tasks:
            yield task, task.run()

    def close(self) -> None:
        """Nothing is held."""


class ProcessPool:
    """Does tasks in `jobs` fresh processes.

    Workers are spawned, not forked: a fork would inherit the state of numeric libraries' threads.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = ProcessPoolExecutor(
            jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=(os.getpid(),),
        )

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield tasks with their outcomes as they end.

        Raises
        ------
        SystemUnderTestFailed
            If a worker died without a word: killed for memory, or crashed in native code.
        """
        waiting = iter(tasks)
        running: dict[Future[Failure | None], Task] = {}
        # A short queue keeps an interrupt from waiting on work handed out long before.
        exhausted = False
        try:
            while running or not exhausted:
                while not exhausted and len(running) < 2 * self._jobs:
                    task = next(waiting, None)
                    if task is None:
                        exhausted = True
                    else:
                        running[self._pool.submit(_run, task)] = task
                if running:
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield running.pop(future), future.result()
        except BrokenProcessPool:
            raise SystemUnderTestFailed(
                "a worker process died without an error: it ran out of memory, or native code of "
                "a system under test crashed",
                fix="run again with --resume --jobs 1 to see which task does it",
            ) from None

    def close(self) -> None:
        """Drop queued tasks, wait for the running ones."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def executor_for(jobs: int) -> Executor:
    """In this process for one job, in a pool for more."""
    return InProcess() if jobs == 1 else ProcessPool(jobs)


def _run(task: Task) -> Failure | None:
    return task.run()


def _start_worker(parent: int) -> None:
    # The parent decides what an interrupt means; a worker finishes its task and is not asked again.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare_process()
    _watch(lambda: os.getppid() == parent)


def _watch(parent_lives: Callable[[], bool]) -> None:
    def leave_with_parent() -> None:
        while parent_lives():
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=leave_with_parent, daemon=True).start()
