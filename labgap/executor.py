"""Where tasks run: behind one protocol, so that a pool here and a cluster elsewhere are alike."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from labgap.budgets import Budgets
from labgap.engine_choice import LOCAL, EngineChoice, EngineName
from labgap.tasks import Failure, Task
from labgap.worker_pool import WorkerPool

__all__ = ["Executor", "Task", "executor_for", "opened"]


class Executor(Protocol):
    """Does tasks in any order and yields each with its outcome as it ends."""

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield every task with its outcome, in the order in which they end."""

    def describe(self) -> str:
        """Say in a few words where tasks run."""

    def close(self) -> None:
        """Let running tasks finish, drop the rest, and free what is held."""


def executor_for(
    jobs: int, budgets: Budgets, engine: EngineChoice = LOCAL, shared: Path | None = None
) -> Executor:
    """Worker processes on this machine or a cluster: systems never run in ours.

    Parameters
    ----------
    jobs : int
        Tasks at a time, one at least.
    budgets : Budgets
        Of each task.
    engine : EngineChoice
    shared : Path, optional
        Folder that every worker must see, because results are left in it.

    Raises
    ------
    InvalidUse
        If the engine is not installed, no cluster answers, or a node does not see the folder.
    """
    if engine.name is EngineName.LOCAL:
        return WorkerPool(jobs, budgets)
    from labgap.ray_executor import RayExecutor

    return RayExecutor(jobs, budgets, engine.address, shared)


@contextmanager
def opened(
    jobs: int, budgets: Budgets, engine: EngineChoice = LOCAL, shared: Path | None = None
) -> Iterator[Executor]:
    """An executor that is closed at the end; parameters as `executor_for`."""
    with closing(executor_for(jobs, budgets, engine, shared)) as executor:
        yield executor
