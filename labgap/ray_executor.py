"""Tasks on a Ray cluster, under the same watch as on this machine.

Each Ray worker owns one process of `labgap.worker_pool`, which does the tasks: so budgets, deaths
and their words are those of the local engine, on whichever node a task runs, and a system that
hangs in native code cannot take Ray's own process with it.
"""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from labgap.atomic import TEMPORARY_PREFIX
from labgap.budgets import Budgets
from labgap.errors import InvalidUse
from labgap.tasks import Failure, Task
from labgap.worker_pool import GRACE_S, WorkerError, WorkerPool

__all__ = ["RayExecutor"]

OBJECT_STORE_BYTES = 100_000_000
"""Enough, since results travel by folder and never by Ray; small, since /dev/shm may be."""
START_TIMEOUT_S = 120.0
MOST_LOSSES = 3
"""Ray workers that may be lost under one task before it is given up."""

Outcome = Failure | OSError | MemoryError | WorkerError | None


class _Bench:
    """Runs inside a Ray worker: one watched process of its own."""

    def __init__(self, budgets: Budgets, home: str) -> None:
        self._budgets = budgets
        self._pool: WorkerPool | None = None
        # Systems named by a dotted path are looked for in the folder labgap was called in.
        with suppress(OSError):
            os.chdir(home)

    def sees(self, file: str | None) -> str | None:
        """Say which host this is where it does not see a file; start the process where it does."""
        if file is not None and not Path(file).is_file():
            return os.uname().nodename
        self._pool = WorkerPool(1, self._budgets)
        return None

    def do(self, task: Task) -> Outcome:
        """Do one task; what befell comes back as a value, because Ray would dress it up."""
        assert self._pool is not None
        try:
            ((_, outcome),) = self._pool.map_unordered([task])
        except (OSError, MemoryError, WorkerError) as error:
            return error
        return outcome

    def leave(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.close()


class RayExecutor:
    """Does tasks on a Ray cluster: one joined by its address, or one started for the purpose.

    Parameters
    ----------
    jobs : int
        Ray workers, of one CPU each.
    budgets : Budgets
    address : str or None
        ``host:port`` of a cluster to join; it is left running.  None starts one here, without
        dashboard or telemetry, on loopback, which `close` ends.
    shared : Path or None
        Folder that every node must see.

    Raises
    ------
    InvalidUse
        If Ray is not installed, no cluster answers, or it gives no worker.
    """

    def __init__(self, jobs: int, budgets: Budgets, address: str | None, shared: Path | None):
        self._ray = _imported()
        self._jobs, self._budgets, self._shared = jobs, budgets, shared
        self._address = address
        self._ours = not self._ray.is_initialized()
        self._benches: list[Any] = []
        if self._ours:
            _connect(self._ray, jobs, address)
        try:
            self._take_benches()
        except BaseException:
            self.close()
            raise

    def describe(self) -> str:
        """Say how many workers there are, and where."""
        where = "this machine" if self._address is None else f"the cluster at {self._address}"
        return f"{len(self._benches)} Ray workers on {where}"

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield tasks with their outcomes as they end; raises as `WorkerPool.map_unordered`.

        A task whose Ray worker is lost, with its node perhaps, is done again by another.
        """
        waiting = iter(tasks)
        busy: dict[Any, tuple[Any, Task]] = {}
        losses: dict[int, int] = {}
        idle = list(self._benches)
        while True:
            while idle and (task := next(waiting, None)) is not None:
                bench = idle.pop()
                busy[bench.do.remote(task)] = (bench, task)
            if not busy:
                return
            # A limit keeps the main thread answering to Ctrl-C.
            ready, _ = self._ray.wait(list(busy), timeout=1.0)
            for reference in ready:
                bench, task = busy.pop(reference)
                try:
                    outcome: Outcome = self._ray.get(reference)
                except self._ray.exceptions.RayActorError as error:
                    bench = self._replaced(bench)
                    losses[id(task)] = losses.get(id(task), 0) + 1
                    if losses[id(task)] < MOST_LOSSES:
                        busy[bench.do.remote(task)] = (bench, task)
                        continue
                    reason = " ".join(str(error).split())[:200]
                    outcome = task.failed(f"lost its Ray worker {MOST_LOSSES} times: {reason}")
                idle.append(bench)
                if isinstance(outcome, Exception):
                    raise outcome
                yield task, outcome

    def close(self) -> None:
        """Give running tasks a moment, end our workers, and the cluster if we started it."""
        leaving = [bench.leave.remote() for bench in self._benches]
        if leaving:
            with suppress(self._ray.exceptions.RayError):
                self._ray.wait(leaving, num_returns=len(leaving), timeout=GRACE_S)
        for bench in self._benches:
            self._ray.kill(bench)
        self._benches = []
        if self._ours:
            self._ray.shutdown()

    def _take_benches(self) -> None:
        """Start the workers and wait for as many as there is room for; the rest are given up."""
        room = self._room()  # asked first: workers that are starting up hold their CPU already
        self._benches = [self._bench() for _ in range(self._jobs)]
        with _Witness(self._shared) as file:
            asked = {bench.sees.remote(file): bench for bench in self._benches}
            end = time.monotonic() + START_TIMEOUT_S
            ready: list[Any] = []
            while time.monotonic() < end and len(ready) < len(asked):
                ready, _ = self._ray.wait(list(asked), num_returns=len(asked), timeout=1.0)
                if len(ready) >= room:
                    break
            blind = next((host for host in self._ray.get(ready) if host is not None), None)
        if blind is not None:
            raise InvalidUse(
                f"the node {blind} of the Ray cluster does not see this folder",
                where=str(self._shared),
                fix="put the run with --out, and the cache with --cache, on a disk that all nodes "
                "share under the same path",
            )
        if not ready:
            raise InvalidUse(
                f"the Ray cluster gave no worker within {START_TIMEOUT_S:g} s",
                where=self._address or "",
                fix="wait until a CPU of it is free, or use --engine local",
            )
        for reference, bench in asked.items():
            if reference not in ready:
                self._ray.kill(bench)
        self._benches = [asked[reference] for reference in ready]

    def _room(self) -> int:
        """Workers of ours that the cluster can hold at once; one is worth waiting for."""
        if self._address is None:
            return self._jobs
        free = int(self._ray.available_resources().get("CPU", 0.0))
        return max(1, min(self._jobs, free))

    def _bench(self) -> Any:
        actor = self._ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(_Bench)
        return actor.remote(self._budgets, str(Path.cwd()))

    def _replaced(self, lost: Any) -> Any:
        bench = self._bench()
        bench.sees.remote(None)  # queued before the task that follows
        self._benches = [bench if other is lost else other for other in self._benches]
        return bench


class _Witness:
    """A file in a folder, for as long as it takes others to look for it."""

    def __init__(self, folder: Path | None) -> None:
        self._file = (
            None if folder is None else NamedTemporaryFile(prefix=TEMPORARY_PREFIX, dir=folder)  # noqa: SIM115
        )

    def __enter__(self) -> str | None:
        return None if self._file is None else self._file.name

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def _imported() -> Any:
    # Read when Ray is imported: no telemetry, and no lines of its own on our output.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ModuleNotFoundError:
        raise InvalidUse(
            "Ray is not installed",
            where="--engine ray",
            fix="pip install 'labgap[ray]' -c constraints.txt",
        ) from None
    return ray


def _connect(ray: Any, jobs: int, address: str | None) -> None:
    quiet = {"logging_level": "ERROR", "log_to_driver": False}
    # Ray would answer SIGTERM itself, and a stopped run must end as resumable.
    terminate = signal.getsignal(signal.SIGTERM)
    try:
        if address is not None:
            ray.init(address=address, **quiet)
        else:
            # By name, lest Ray join what RAY_ADDRESS or an earlier `ray start` points to.
            ray.init(
                address="local",
                num_cpus=jobs,
                include_dashboard=False,
                object_store_memory=OBJECT_STORE_BYTES,
                _node_ip_address="127.0.0.1",
                **quiet,
            )
    except (ConnectionError, RuntimeError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InvalidUse(
            f"Ray does not answer: {reason}",
            where="--engine ray" if address is None else f"--ray-address {address}",
            fix="check the address with `ray status`, set RAY_AUTH_MODE=token if the cluster asks "
            "for a token, or use --engine local",
        ) from None
    finally:
        signal.signal(signal.SIGTERM, terminate)
