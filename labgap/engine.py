"""Turns a scenario into a finished run folder, resumable at every moment."""

import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from labgap.arms import ArmSpec
from labgap.console import note
from labgap.errors import Interrupted, SystemUnderTestFailed
from labgap.executor import Executor
from labgap.photo_task import photo_tasks
from labgap.progress import Reporter
from labgap.replication import replication_of
from labgap.run_folder import RunFolder
from labgap.tasks import BlockTask, Failure, RunSpec, Task, TruthTask, UnitTask
from systems.builtin import BUILT_IN

__all__ = ["Remaining", "drive", "execute", "interruptible", "remaining_work", "tidy"]


@dataclass(frozen=True)
class Remaining:
    """What is still to be done of a run."""

    blocks: tuple[BlockTask, ...]
    truth: tuple[TruthTask, ...]
    units: tuple[UnitTask, ...]

    @property
    def readings(self) -> int:
        """Answers of real models to first passes, cached ones included."""
        return sum(block.readings for block in self.blocks)


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
        BlockTask(spec, arms, number, index, degraded, len(parcels))
        for number in replications
        for arms in _together([unit.arm for unit in units if unit.replication == number])
        for degraded in (False, True)
        for index, parcels in enumerate(replication_of(spec.scenario, number).blocks(degraded))
    ]
    return Remaining(tuple(blocks), tuple(truth), tuple(units))


def _together(arms: Sequence[ArmSpec]) -> list[tuple[ArmSpec, ...]]:
    """Arms that are shown a block's pictures in one task, which draws them once.

    These are labgap's own readers that look from the same sides.  A reader of the user's is asked
    in a task of its own: if that hangs or dies, it alone is to blame.
    """
    groups: dict[object, list[ArmSpec]] = {}
    for arm in arms:
        ours = arm.spec in BUILT_IN["vision"]
        groups.setdefault(arm.views if ours else arm.name, []).append(arm)
    return [tuple(group) for group in groups.values()]


def execute(spec: RunSpec, reporter: Reporter, engine: AbstractContextManager[Executor]) -> None:
    """Do what remains of a run.

    Parameters
    ----------
    spec : RunSpec
    reporter : Reporter
    engine : context manager of Executor
        Entered once the folder is fit for work.

    Raises
    ------
    SystemUnderTestFailed
        If a system broke; everything finished before it stays.
    Interrupted
        On SIGINT or SIGTERM; the run can be resumed.
    """
    tidy(spec.folder)
    work = remaining_work(spec)
    with interruptible(spec.path), engine as executor:
        reporter.phase("parcels read by the models", work.readings)
        drive(executor, work.blocks, spec.path, reporter)
        reporter.phase("replications played out", len(work.truth) + len(work.units))
        drive(executor, (*work.truth, *work.units), spec.path, reporter)
        if photos := photo_tasks(spec):
            reporter.phase("parts of the photographs read", len(photos))
            drive(executor, photos, spec.path, reporter)


def tidy(folder: RunFolder) -> None:
    """Remove what a killed run left half written, and say which tables are damaged."""
    for leftover in folder.leftovers():
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for what in folder.damaged():
        note(f"{what}; computing it again")


def drive(executor: Executor, tasks: Sequence[Task], path: Path, reporter: Reporter) -> None:
    """Do tasks of the run in `path`, reporting each.

    Raises
    ------
    SystemUnderTestFailed
        At the first that could not be done.
    """
    for task, failure in executor.map_unordered(tasks):
        if failure is not None:
            raise _broken(failure, path)
        reporter.advance(task.readings if isinstance(task, BlockTask) else 1)


def _broken(failure: Failure, path: Path) -> SystemUnderTestFailed:
    arm = f"arm {failure.arm}, " if failure.arm else ""
    return SystemUnderTestFailed(
        failure.message,
        where=f"{arm}replication {failure.replication}, {failure.where}",
        fix=f"mend the system, then resume {path}: everything before this is kept",
    )


@contextmanager
def interruptible(path: Path) -> Iterator[None]:
    """Turn SIGINT and SIGTERM into `Interrupted`, which names the run's folder."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            "stopped; everything finished so far is kept",
            where=str(path),
            fix="run the same command again with --resume and --out set to this folder",
        ) from None
    finally:
        signal.signal(signal.SIGTERM, previous)
