"""Tasks on a Ray cluster, under the same watch as on this machine.

Each Ray worker owns one process of `labgap.worker_pool`, which does the tasks: so budgets, deaths
and their words are those of the local engine, on whichever node a task runs, and a system that
hangs in native code cannot take Ray's own process with it.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from labgap.atomic import TEMPORARY_PREFIX
from labgap.budgets import Budgets
from labgap.code_identity import played_code_hash
from labgap.errors import InvalidUse
from labgap.ray_bench import Bench, Outcome, Unfit
from labgap.ray_cluster import connect, imported
from labgap.tasks import Failure, Task
from labgap.worker_pool import GRACE_S

__all__ = ["RayExecutor"]

START_TIMEOUT_S = 120.0
"""How long we wait for a cluster that gives us no worker at all."""
MOST_LOSSES = 3
"""Ray workers that may be lost under one task, or while starting, before it is given up."""


class RayExecutor:
    """Does tasks on a Ray cluster: one joined by its address, or one started for the purpose.

    Parameters
    ----------
    jobs : int
        Ray workers, of one CPU each; those the cluster has no room for join when it has.
    budgets : Budgets
    address : str or None
        ``host:port`` of a cluster to join; it is left running.  None starts one here, without
        dashboard or telemetry, behind a token of its own, which `close` ends.
    shared : Path or None
        Folder that every node must see.

    Raises
    ------
    InvalidUse
        If Ray is not installed, no cluster answers, it gives no worker, or a node does not see
        the folder or has other code.
    """

    def __init__(self, jobs: int, budgets: Budgets, address: str | None, shared: Path | None):
        self._ray = imported(address)
        self._budgets, self._shared, self._address = budgets, shared, address
        self._ours = not self._ray.is_initialized()
        self._starting: dict[Any, Any] = {}
        self._idle: list[Any] = []
        self._busy: dict[Any, tuple[Any, Task]] = {}
        self._false_starts = 0
        if self._ours:
            connect(self._ray, jobs, address)
        self._witness = (
            None if shared is None else NamedTemporaryFile(prefix=TEMPORARY_PREFIX, dir=shared)  # noqa: SIM115
        )
        try:
            room = self._room(jobs)  # asked first: workers that are starting hold their CPU already
            for _ in range(jobs):
                self._start()
            patience = _Patience()
            while len(self._idle) < room:
                self._take_what_ended()
                if patience.is_over(False) and not self._idle:
                    raise self._nobody()
        except BaseException:
            self.close()
            raise

    def describe(self) -> str:
        """Say how many workers there are, and where."""
        where = "this machine" if self._address is None else f"the cluster at {self._address}"
        return f"{len(self._idle) + len(self._busy)} Ray workers on {where}"

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield tasks with their outcomes as they end; raises as `WorkerPool.map_unordered`.

        A task whose Ray worker is lost, with its node perhaps, is done again by another.

        Raises
        ------
        InvalidUse
            If the cluster has lost all our workers and gives no other.
        """
        waiting, again = iter(tasks), list[Task]()
        losses: dict[int, int] = {}
        patience = _Patience()
        following = next(waiting, None)
        while following is not None or self._busy:
            while self._idle and following is not None:
                bench = self._idle.pop()
                self._busy[bench.do.remote(following)] = (bench, following)
                following = again.pop() if again else next(waiting, None)
            for task, outcome, loss in self._take_what_ended():
                if loss is not None:
                    losses[id(task)] = losses.get(id(task), 0) + 1
                    if losses[id(task)] < MOST_LOSSES:
                        again.append(task)
                        continue
                    outcome = task.failed(f"lost its Ray worker {MOST_LOSSES} times: {loss}")
                if isinstance(outcome, Exception):
                    raise outcome
                yield task, outcome
            if following is None and again:
                following = again.pop()
            if patience.is_over(bool(self._busy)):
                raise self._nobody()

    def close(self) -> None:
        """Give running tasks a moment, end our workers, and the cluster if we started it."""
        up = [*self._idle, *(bench for bench, _ in self._busy.values())]
        leaving = [bench.leave.remote() for bench in up]
        if leaving:
            with suppress(self._ray.exceptions.RayError):
                self._ray.wait(leaving, num_returns=len(leaving), timeout=GRACE_S)
        for bench in (*up, *self._starting.values()):
            self._ray.kill(bench)
        self._idle, self._busy, self._starting = [], {}, {}
        if self._witness is not None:
            self._witness.close()
        if self._ours:
            self._ray.shutdown()

    def _room(self, jobs: int) -> int:
        """Workers of ours that the cluster can hold at once; one is worth waiting for."""
        if self._address is None:
            return jobs
        free = int(self._ray.available_resources().get("CPU", 0.0))
        return max(1, min(jobs, free))

    def _start(self) -> None:
        actor = self._ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(Bench)
        bench = actor.remote(self._budgets, str(Path.cwd()))
        witness = None if self._witness is None else self._witness.name
        self._starting[bench.start.remote(witness, played_code_hash())] = bench

    def _take_what_ended(self) -> list[tuple[Task, Outcome, str | None]]:
        """Wait a moment; each ended task with its outcome, or with how its worker was lost."""
        ended = list[tuple[Task, Outcome, str | None]]()
        # A limit keeps the main thread answering to Ctrl-C.
        ready, _ = self._ray.wait([*self._busy, *self._starting], timeout=1.0)
        for reference in ready:
            if reference in self._starting:
                self._welcome(reference)
                continue
            bench, task = self._busy.pop(reference)
            try:
                outcome: Outcome = self._ray.get(reference)
            except (
                self._ray.exceptions.RayActorError,
                self._ray.exceptions.OutOfMemoryError,
                self._ray.exceptions.NodeDiedError,
            ) as error:
                self._start()
                ended.append((task, None, _short(error)))
            else:
                self._idle.append(bench)
                ended.append((task, outcome, None))
        return ended

    def _welcome(self, reference: Any) -> None:
        """Take in a worker that is up; start another where it died, refuse an unfit node."""
        bench = self._starting.pop(reference)
        try:
            unfit: Unfit | None = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._false_starts += 1
            if self._false_starts >= MOST_LOSSES:
                raise InvalidUse(
                    f"Ray workers do not start: {_short(error)}",
                    where=self._address or "--engine ray",
                    fix="install the same labgap and constraints.txt on every node, and see the "
                    "logs of Ray",
                ) from None
            self._start()
            return
        if unfit is not None:
            raise InvalidUse(unfit.what, where=str(self._shared or self._address), fix=unfit.fix)
        self._false_starts = 0
        self._idle.append(bench)

    def _nobody(self) -> InvalidUse:
        return InvalidUse(
            f"the Ray cluster gave no worker for {START_TIMEOUT_S:g} s",
            where=self._address or "--engine ray",
            fix="wait until a CPU of it is free, or use --engine local; what a run or sweep "
            "finished is kept, and --resume goes on with it",
        )


class _Patience:
    """How long it is that nobody has worked."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def is_over(self, is_working: bool) -> bool:
        """Say whether the wait has been long enough; work begins it anew."""
        if is_working:
            self._since = time.monotonic()
        return time.monotonic() - self._since > START_TIMEOUT_S


def _short(error: Exception) -> str:
    """The last words of an error of Ray, which carries whole tracebacks."""
    return " ".join(str(error).split())[-200:]
