"""What runs inside a Ray worker: one watched process that does the tasks."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from labgap.budgets import Budgets
from labgap.code_identity import played_code_hash
from labgap.tasks import Failure, Task
from labgap.worker_pool import WorkerError, WorkerPool

__all__ = ["Bench", "Outcome", "Unfit"]

Outcome = Failure | OSError | MemoryError | WorkerError | None


@dataclass(frozen=True)
class Unfit:
    """Why a node cannot work with us, and what to do about it."""

    what: str
    fix: str


class Bench:
    """One process of `labgap.worker_pool`, on whichever node Ray put this.

    Parameters
    ----------
    budgets : Budgets
        Of each task.
    home : str
        Folder labgap was called in: systems named by a dotted path are looked for in it.
    """

    def __init__(self, budgets: Budgets, home: str) -> None:
        self._budgets = budgets
        self._pool: WorkerPool | None = None
        with suppress(OSError):
            os.chdir(home)

    def start(self, witness: str | None, code: str) -> Unfit | None:
        """Start the process where this node sees a file and has the same code; say if not."""
        node = os.uname().nodename
        if witness is not None and not Path(witness).is_file():
            return Unfit(
                f"the node {node} of the Ray cluster does not see this folder",
                "put the run with --out, and the cache with --cache, on a disk that all nodes "
                "share under the same path",
            )
        if played_code_hash() != code:
            return Unfit(
                f"the node {node} of the Ray cluster has another labgap, or other versions of "
                "what draws its pictures, so its numbers would not be ours",
                "install the same labgap and constraints.txt on every node",
            )
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
