"""Where tasks run: behind one protocol, so that a pool here and a cluster elsewhere are alike."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from labgap.budgets import Budgets
from labgap.tasks import Failure, Task
from labgap.worker_pool import WorkerPool

__all__ = ["Executor", "Task", "executor_for"]


class Executor(Protocol):
    """Does tasks in any order and yields each with its outcome as it ends."""

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield every task with its outcome, in the order in which they end."""

    def close(self) -> None:
        """Let running tasks finish, drop the rest, and free what is held."""


def executor_for(jobs: int, budgets: Budgets) -> Executor:
    """Worker processes on this machine, one at least: systems never run in ours."""
    return WorkerPool(jobs, budgets)
