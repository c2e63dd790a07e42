"""Where tasks run: behind one protocol, so that a pool here and a cluster elsewhere are alike."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from labgap.budgets import Budgets
from labgap.errors import InvalidUse
from labgap.tasks import Failure, Task
from labgap.worker_pool import WorkerPool

__all__ = ["LOCAL", "EngineChoice", "EngineName", "Executor", "Task", "executor_for", "opened"]


class Executor(Protocol):
    """Does tasks in any order and yields each with its outcome as it ends."""

    def map_unordered(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Failure | None]]:
        """Yield every task with its outcome, in the order in which they end."""

    def describe(self) -> str:
        """Say in a few words where tasks run."""

    def close(self) -> None:
        """Let running tasks finish, drop the rest, and free what is held."""


class EngineName(StrEnum):
    """Engines known by name."""

    LOCAL = "local"
    RAY = "ray"


@dataclass(frozen=True)
class EngineChoice:
    """Which engine runs tasks; no result depends on it.

    Attributes
    ----------
    name : EngineName
    address : str or None
        Of a Ray cluster to join, ``host:port``; None starts one on this machine.

    Raises
    ------
    InvalidUse
        If an address is given to the engine that has none.
    """

    name: EngineName = EngineName.LOCAL
    address: str | None = None

    def __post_init__(self) -> None:
        """Refuse an address that would be ignored."""
        if self.address is not None and self.name is not EngineName.RAY:
            raise InvalidUse(
                "only Ray has a cluster to join", where="--ray-address", fix="add --engine ray"
            )

    def record(self) -> dict[str, str]:
        """For the manifest: which engine, and whether its cluster was there before."""
        if self.name is EngineName.LOCAL:
            return {"name": "local"}
        return {"name": "ray", "cluster": "started" if self.address is None else "joined"}


LOCAL = EngineChoice()
"""The pool on this machine."""


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
