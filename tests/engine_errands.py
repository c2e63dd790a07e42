"""Tasks that try an engine, and the programmes that hand them to one, each in its own process."""

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labgap.budgets import Budgets
from labgap.engine_choice import EngineChoice, EngineName
from labgap.executor import Executor, executor_for
from labgap.tasks import Failure
from labgap.worker_pool import WorkerError
from systems.errors import SystemLoadError

SECONDS, MEMORY_GB = 12.0, 0.8


@dataclass(frozen=True)
class Errand:
    """Leaves a file, or does worse."""

    name: str
    folder: Path
    what: str = "write"

    def run(self) -> Failure | None:
        match self.what:
            case "hang":
                while True:
                    pass
            case "eat":
                kept = []
                while True:
                    kept.append(np.ones(1_000_000))
            case "exit":
                os._exit(7)
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "full":
                raise OSError(28, "No space left on device", "/disk/file")
            case "bug":
                raise ZeroDivisionError("somewhere deep")
            case "unloadable":
                raise SystemLoadError("it cannot be imported here", "vision system 'x'")
            case "fail":
                return self.failed("said no")
            case "orphan" if not self.marker.exists():
                # The Ray worker above goes, once; this process follows it.
                self.marker.touch()
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(60)
            case "late":
                self.wait_for("e5")
            case "held":
                self.marker.touch()
                self.wait_for(".go")
        (self.folder / self.name).write_text(content(self.name, os.environ["OMP_NUM_THREADS"]))
        return None

    @property
    def marker(self) -> Path:
        return self.folder / f".begun-{self.name}"

    def wait_for(self, name: str) -> None:
        while not (self.folder / name).exists():
            time.sleep(0.01)

    def failed(self, message: str) -> Failure:
        return Failure(message, self.name, 0, "here")


@dataclass(frozen=True)
class LoadedModules:
    """Writes down which modules the process that does it has loaded."""

    file: Path

    def run(self) -> Failure | None:
        self.file.write_text("\n".join(sys.modules))
        return None

    def failed(self, message: str) -> Failure:
        return Failure(message, "", 0, "here")


def content(name: str, threads: str = "1") -> str:
    """What an errand leaves: numbers drawn for it, and the threads it was allowed."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    drawn = np.random.default_rng(seed).normal(size=100)
    return f"{hashlib.sha256(drawn.tobytes()).hexdigest()} {threads}"


def done(executor: Executor, errands: Iterable[Errand]) -> dict[str, str | None]:
    """What became of errands, in the order in which they ended."""
    said: dict[str, str | None] = {}
    for errand, failure in executor.map_unordered(errands):
        assert isinstance(errand, Errand)
        assert errand.name not in said, f"{errand.name} came back twice"
        assert failure is None or failure.arm == errand.name
        said[errand.name] = None if failure is None else failure.message
    return said


def contract(choice: EngineChoice, folder: Path) -> dict[str, object]:
    """Everything that may happen to a task, under one executor of two workers."""
    executor = executor_for(2, Budgets(SECONDS, MEMORY_GB), choice, folder)
    try:
        where = executor.describe()
        said = done(executor, [Errand("warm", folder), Errand("up", folder)])
        names = [f"e{number}" for number in range(6)]
        order = done(
            executor, [Errand("late", folder, "late"), *(Errand(name, folder) for name in names)]
        )
        worse = ["fail", "unloadable", "exit", "die", "hang", "eat"]
        said |= order | done(executor, [Errand(name, folder, name) for name in worse])
        raised = {}
        for name in ("full", "bug"):
            try:
                done(executor, [Errand(name, folder, name)])
            except OSError as error:
                raised[name] = f"{error.errno} {error.strerror} {error.filename}"
            except WorkerError as error:
                raised[name] = f"{error}; {''.join(error.__notes__)}"
        last = [Errand("last", folder)]
        if choice.name is EngineName.RAY:
            last.append(Errand("orphan", folder, "orphan"))
        said |= done(executor, last)
    finally:
        executor.close()
    return {"where": where, "order": list(order), "said": said, "raised": raised}


def held(choice: EngineChoice, folder: Path) -> dict[str, object]:
    """Errands that wait for a word of the test, under which a node is lost."""
    executor = executor_for(3, Budgets(300.0, 64.0), choice, folder)
    try:
        return {"said": done(executor, [Errand(f"h{n}", folder, "held") for n in range(5)])}
    finally:
        executor.close()


def main(programme: str, engine: str, address: str, folder: str) -> None:
    """Do a programme and print, as JSON, what became of it."""
    choice = EngineChoice(EngineName(engine), address or None)
    print(json.dumps({"contract": contract, "held": held}[programme](choice, Path(folder))))


if __name__ == "__main__":
    # By name, so that another process finds the errands again.
    from tests import engine_errands

    engine_errands.main(*sys.argv[1:])
