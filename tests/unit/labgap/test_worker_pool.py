"""Budgets of tasks, on real processes."""

import ctypes
import errno
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from labgap.budgets import Budgets, default_memory_gb
from labgap.tasks import Failure
from labgap.worker_pool import WorkerError, WorkerPool
from systems.errors import SystemLoadError

ROOMY = Budgets(seconds=300.0, memory_gb=64.0)


@dataclass(frozen=True)
class Job:
    """Does one of the things that happen."""

    what: str
    where: Path

    def run(self) -> Failure | None:
        match self.what:
            case "hang":
                while True:
                    pass
            case "hang in native code":
                ctypes.PyDLL(None).sleep(3600)  # never gives the interpreter back
            case "eat":
                kept = []
                while True:
                    kept.append(np.ones(1_000_000))
                    time.sleep(0.002)
            case "crash":
                ctypes.string_at(0)
            case "leave":
                os._exit(7)
            case "full":
                raise OSError(errno.ENOSPC, "No space left on device", "/disk/file")
            case "bug":
                raise ZeroDivisionError("somewhere deep")
            case "unloadable":
                raise SystemLoadError("it cannot be imported here", "vision system 'x'")
            case "fail":
                return self.failed("said no")
        (self.where / f"{self.what}.done").touch()
        return None

    def failed(self, message: str) -> Failure:
        return Failure(message, self.what, 0, "here")


def outcomes(
    folder: Path, *what: str, jobs: int = 1, budgets: Budgets = ROOMY
) -> dict[str, Failure | None]:
    pool = WorkerPool(jobs, budgets)
    try:
        tasks = [Job(name, folder) for name in what]
        return {task.what: end for task, end in pool.map_unordered(tasks)}  # type: ignore[attr-defined]
    finally:
        pool.close()


def test_what_hangs_is_ended_and_the_rest_is_done(tmp_path: Path) -> None:
    tight = Budgets(seconds=1.0, memory_gb=64.0)
    ends = outcomes(tmp_path, "one", "hang", "hang in native code", "two", budgets=tight)
    assert ends["one"] is None
    assert ends["two"] is None
    for name in ("hang", "hang in native code"):
        end = ends[name]
        assert end is not None
        assert "no answer within 1 s" in end.message
        assert "--task-timeout" in end.message
    assert {path.stem for path in tmp_path.iterdir()} == {"one", "two"}


def test_what_eats_memory_is_ended(tmp_path: Path) -> None:
    ends = outcomes(tmp_path, "eat", "one", budgets=Budgets(300.0, 0.8))
    end = ends["eat"]
    assert end is not None
    assert "--task-memory" in end.message
    assert "0.8 GB" in end.message
    assert ends["one"] is None


def test_a_dead_worker_is_replaced_and_its_task_named(tmp_path: Path) -> None:
    ends = outcomes(tmp_path, "crash", "leave", "one", "fail", "unloadable", jobs=2)
    messages = {name: end.message for name, end in ends.items() if end is not None}
    assert "SIGSEGV" in messages["crash"]
    assert "exit code 7" in messages["leave"]
    assert messages["fail"] == "said no"
    assert "cannot be imported here" in messages["unloadable"]
    assert ends["one"] is None


def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        outcomes(tmp_path, "full")
    assert caught.value.errno == errno.ENOSPC
    assert caught.value.filename == "/disk/file"


def test_a_bug_arrives_with_its_traceback(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="ZeroDivisionError: somewhere deep") as caught:
        outcomes(tmp_path, "bug")
    assert "in run" in "".join(caught.value.__notes__)


def test_default_memory_is_shared_by_the_workers() -> None:
    assert default_memory_gb(4) == pytest.approx(default_memory_gb(1) / 4)


def test_budgets_are_passed_only_when_passed() -> None:
    budgets = Budgets(10.0, 1.0)
    assert budgets.breach(10.0, 10**9) is None
    assert "hangs" in (budgets.breach(10.1, 0) or "")
    assert "1.50 GB" in (budgets.breach(0.0, 1_500_000_000) or "")
