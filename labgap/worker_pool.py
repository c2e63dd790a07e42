"""Worker processes that a hanging, greedy or crashing system cannot take the run down with.

Systems under test never run in the process that owns the run: that one hands out a task at a
time, watches the clock and the memory of whoever does it, and kills a worker that passes its
budget.  Native code that holds the interpreter for ever, or dies, is caught like anything else.
"""

import math
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from pathlib import Path

import psutil

from labgap.budgets import Budgets
from labgap.tasks import Failure, Task, prepare_process
from systems.errors import SystemTrouble

__all__ = ["WorkerError", "WorkerPool"]

POLL_S = 0.2
GRACE_S = 10.0
"""How long an interrupted run waits for the work in hand; its results are whole or absent."""
SPAWN = multiprocessing.get_context("spawn")
"""Workers are spawned, not forked: a fork would inherit the state of numeric libraries' threads."""

UP = "up"
"""First word of a worker: it is ready."""

Outcome = Failure | OSError | MemoryError | str | None
"""What a worker sends back; a text is the traceback of a bug."""


class WorkerError(RuntimeError):
    """A bug of ours showed in a worker; a note holds its traceback."""


class WorkerPool:
    """Does tasks in `jobs` processes of their own, each task within its budgets."""

    def __init__(self, jobs: int, budgets: Budgets) -> None:
        self._budgets = budgets
        self._workers = [_Worker() for _ in range(jobs)]

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield tasks with their outcomes as they end.

        A task whose worker died, or was killed for passing a budget, ends in a `Failure`.

        Raises
        ------
        OSError, MemoryError
            As they befell a worker.
        WorkerError
            If a task raised anything else.
        """
        waiting = iter(tasks)
        while True:
            for worker in self._workers:
                if worker.task is None and (task := next(waiting, None)) is not None:
                    worker.give(task)
            busy = [worker for worker in self._workers if worker.task is not None]
            if not busy:
                return
            ready = wait([worker.pipe for worker in busy], timeout=POLL_S)
            for worker in busy:
                if worker.pipe in ready:
                    if (ended := worker.take()) is not None:
                        yield ended
                elif breach := self._budgets.breach(worker.elapsed_s, worker.resident_bytes):
                    yield worker.give_up(breach)

    def describe(self) -> str:
        """Say how many processes there are."""
        return f"{len(self._workers)} processes on this machine"

    def close(self) -> None:
        """Give running tasks a moment to finish, then end every worker."""
        end = time.monotonic() + GRACE_S
        for worker in self._workers:
            worker.leave(max(0.0, end - time.monotonic()))


class _Worker:
    """One process, the task it is at, and the pipe between."""

    def __init__(self) -> None:
        self.task: Task | None = None
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_work, args=(theirs, os.getpid()))
        # The parent decides what an interrupt means: a worker never hears of one, not even while
        # it starts.  What arrives meanwhile for us is delivered right after.
        # The first start would otherwise start the tracker, which lifts the block again.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        theirs.close()
        self._began_s = math.inf

    @property
    def elapsed_s(self) -> float:
        """Wall time since the task was begun; starting a process is not the task's fault."""
        return time.monotonic() - self._began_s

    @property
    def resident_bytes(self) -> int:
        """Resident memory of the process."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0  # it is gone, which the pipe will tell

    def give(self, task: Task) -> None:
        """Hand over a task; a worker that is gone is replaced first."""
        try:
            self.pipe.send(task)
        except OSError:
            self._renew()
            self.pipe.send(task)
        self.task = task
        if self._began_s < math.inf:
            self._began_s = time.monotonic()

    def take(self) -> tuple[Task, Failure | None] | None:
        """Receive what became of the task, or None where the process has only come up."""
        try:
            outcome: Outcome = self.pipe.recv()
            if outcome == UP:
                self._began_s = time.monotonic()
                return None
            task = self._release()
        except (EOFError, OSError):
            task = self._release()
            self._process.join()
            words = _death(self._process.exitcode or 0)
            self._renew()
            return task, task.failed(words)
        if isinstance(outcome, (OSError, MemoryError)):
            raise outcome
        if isinstance(outcome, str):
            error = WorkerError(outcome.strip().rpartition("\n")[2])
            error.add_note(outcome)
            raise error
        return task, outcome

    def give_up(self, breach: str) -> tuple[Task, Failure]:
        """Kill the process and say why."""
        task = self._release()
        self._renew()
        return task, task.failed(breach)

    def leave(self, grace_s: float) -> None:
        """End the process, after the task in hand if that ends in time."""
        with suppress(OSError):
            self.pipe.send(None)
        self._process.join(grace_s)
        self._kill()

    def _release(self) -> Task:
        task, self.task = self.task, None
        assert task is not None
        return task

    def _renew(self) -> None:
        self._kill()
        self._start()

    def _kill(self) -> None:
        # A system's own subprocesses would outlive it and go on eating.
        with suppress(psutil.Error):
            for child in psutil.Process(self._process.pid).children(recursive=True):
                with suppress(psutil.Error):
                    child.kill()
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _death(code: int) -> str:
    if code == -signal.SIGKILL:
        return "had its process killed from outside: most likely the machine ran out of memory"
    if code < 0:
        return f"crashed its process in native code ({signal.Signals(-code).name})"
    return f"ended its process without an answer (exit code {code})"


def _work(pipe: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _be_the_first_to_go()
    prepare_process()
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    with suppress(EOFError, OSError):
        pipe.send(UP)
        while (task := pipe.recv()) is not None:
            pipe.send(_outcome(task))


def _outcome(task: Task) -> Outcome:
    try:
        return task.run()
    except SystemTrouble as error:
        return task.failed(str(error))
    except OSError as error:
        # Rebuilt from plain parts, because subclasses need not survive the journey.
        return OSError(error.errno or 0, error.strerror or str(error), str(error.filename or ""))
    except MemoryError as error:
        return MemoryError(str(error))
    except Exception:
        return traceback.format_exc()


def _be_the_first_to_go() -> None:
    """Ask Linux, when memory is out, to end this process rather than the run's."""
    if sys.platform == "linux":
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _leave_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
