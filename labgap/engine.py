"""Turns a scenario into a finished run folder, resumable at every moment."""

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from labgap.budgets import Budgets
from labgap.console import note
from labgap.errors import Interrupted, SystemUnderTestFailed
from labgap.executor import Executor, executor_for
from labgap.progress import Reporter
from labgap.replication import replication_of
from labgap.tasks import BlockTask, Failure, RunSpec, Task, TruthTask, UnitTask

__all__ = ["Remaining", "execute", "remaining_work"]


@dataclass(frozen=True)
class Remaining:
    """What is still to be done of a run."""

    blocks: tuple[BlockTask, ...]
    truth: tuple[TruthTask, ...]
    units: tuple[UnitTask, ...]

    @property
    def readings(self) -> int:
        """Answers of real models to first passes, cached ones included."""
        return sum(block.parcels for block in self.blocks)


def remaining_work(spec: RunSpec) -> Remaining:
    """List the tasks whose results are not on disk yet."""
    folder = spec.folder
    truth_question = spec.question()
    questions = {arm.name: spec.question(arm) for arm in spec.arms}
    replications = range(spec.scenario.replications)
    truth = [
        TruthTask(spec, number)
        for number in replications
        if not folder.has_tables(folder.truth_path(number), truth_question)
    ]
    units = [
        UnitTask(spec, arm, number)
        for number in replications
        for arm in spec.arms
        if not folder.has_tables(folder.events_path(arm.name, number), questions[arm.name])
    ]
    blocks = [
        BlockTask(spec, unit.arm, unit.replication, index, degraded, len(parcels))
        for unit in units
        for degraded in (False, True)
        for index, parcels in enumerate(
            replication_of(spec.scenario, unit.replication).blocks(degraded)
        )
    ]
    return Remaining(tuple(blocks), tuple(truth), tuple(units))


def execute(spec: RunSpec, jobs: int, reporter: Reporter, budgets: Budgets) -> None:
    """Do what remains of a run.

    Parameters
    ----------
    spec : RunSpec
    jobs : int
        Processes.
    reporter : Reporter
    budgets : Budgets
        Of each task.

    Raises
    ------
    SystemUnderTestFailed
        If a system broke; everything finished before it stays.
    Interrupted
        On SIGINT or SIGTERM; the run can be resumed.
    """
    for leftover in spec.folder.leftovers():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for what in spec.folder.damaged():
        note(f"{what}; computing it again")
    work = remaining_work(spec)
    with _interruptible(spec):
        executor = executor_for(jobs, budgets)
        try:
            reporter.phase("parcels read by the models", work.readings)
            _drive(executor, work.blocks, spec, reporter)
            reporter.phase("replications played out", len(work.truth) + len(work.units))
            _drive(executor, (*work.truth, *work.units), spec, reporter)
        finally:
            executor.close()


def _drive(executor: Executor, tasks: Sequence[Task], spec: RunSpec, reporter: Reporter) -> None:
    for task, failure in executor.map_unordered(tasks):
        if failure is not None:
            raise _broken(failure, spec)
        reporter.advance(task.parcels if isinstance(task, BlockTask) else 1)


def _broken(failure: Failure, spec: RunSpec) -> SystemUnderTestFailed:
    arm = f"arm {failure.arm}, " if failure.arm else ""
    return SystemUnderTestFailed(
        failure.message,
        where=f"{arm}replication {failure.replication}, {failure.where}",
        fix=f"mend the system, then resume {spec.path}: everything before this is kept",
    )


@contextmanager
def _interruptible(spec: RunSpec) -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            "stopped; everything finished so far is kept",
            where=str(spec.path),
            fix="run the same command again with --resume and --out set to this folder",
        ) from None
    finally:
        signal.signal(signal.SIGTERM, previous)
