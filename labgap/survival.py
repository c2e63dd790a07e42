"""Runs that are killed on the way and resumed: whether they end as if nothing had happened."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labgap.errors import InvalidUse

__all__ = ["Survival", "folder_digest", "survive"]

RUN = (sys.executable, "-c", "from labgap.cli import main; main()", "run")
VOLATILE = (".lock", ".nonce")
MOST_KILLS_A_RUN = 5
"""Kills on the way to one finished run: the first hits a fresh run, the others a resumed one."""
POLL_S = 0.005


@dataclass(frozen=True)
class Survival:
    """What became of the killed runs.

    Attributes
    ----------
    kills : int
        Processes groups killed while they ran.
    runs : int
        Runs that these kills fell on; each was finished by a resume in the end.
    identical : int
        Kills on runs that ended byte for byte as the reference did.
    problems : tuple of str
        What was different, or what a resume said, for every other run.
    """

    kills: int
    runs: int
    identical: int
    problems: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return asdict(self)


def folder_digest(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run by its path in it, tables, pictures, reports and manifest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in VOLATILE
    }


def survive(arguments: Sequence[str], kills: int, seed: int, at_once: int) -> Survival:
    """Run once for reference; then kill runs ``kills`` times with SIGKILL, resume and compare.

    Parameters
    ----------
    arguments : sequence of str
        Of ``labgap run``: scenario and options, without folders.
    kills : int
        Times to kill a whole process group, at moments drawn uniformly between the appearance of
        the run folder and the end of the reference run.
    seed : int
        Of those moments.
    at_once : int
        Runs under way at a time.

    Raises
    ------
    InvalidUse
        If the run does not even end when left alone.
    """
    with TemporaryDirectory(prefix="labgap-survive-") as folder:
        root = Path(folder)
        began = time.monotonic()
        reference = _Trial(root / "reference", arguments)
        if (said := reference.finish()) is not None:
            raise InvalidUse(f"the run does not end even without a kill: {said}")
        lasted_s = time.monotonic() - began
        expected = folder_digest(reference.run)
        draws = random.Random(seed)
        plans = [
            [draws.random() * lasted_s for _ in chunk]
            for chunk in _chunks(range(kills), MOST_KILLS_A_RUN)
        ]

        def endure(number: int) -> tuple[int, str | None]:
            trial = _Trial(root / f"trial-{number}", arguments)
            return trial.endure(plans[number], expected)

        with ThreadPoolExecutor(at_once) as pool:
            ends = list(pool.map(endure, range(len(plans))))
    return Survival(
        kills=sum(done for done, _ in ends),
        runs=len(ends),
        identical=sum(done for done, problem in ends if problem is None),
        problems=tuple(problem for _, problem in ends if problem is not None),
    )


def _chunks(numbers: Sequence[int], size: int) -> Iterator[list[int]]:
    rest = iter(numbers)
    while chunk := list(islice(rest, size)):
        yield chunk


class _Trial:
    """One run in a folder of its own, with its own cache."""

    def __init__(self, folder: Path, arguments: Sequence[str]) -> None:
        folder.mkdir()
        self._folder = folder
        self._command = [*RUN, *arguments, "--out", "run", "--runs", ".", "--quiet"]
        self.run = folder / "run"

    def endure(self, moments: Sequence[float], expected: dict[str, str]) -> tuple[int, str | None]:
        """Kill the run at each moment after its folder appears, finish it, and compare."""
        for number, moment in enumerate(moments):
            self._kill_once(moment)
            if not self.run.is_dir():
                return number, f"{self._folder.name}: the run never began"
        said = self.finish()
        if said is not None:
            return len(moments), f"{self._folder.name}: the resume failed: {said}"
        found = folder_digest(self.run)
        different = sorted(
            name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
        )
        if different:
            return len(moments), f"{self._folder.name}: different: {', '.join(different[:5])}"
        return len(moments), None

    def finish(self) -> str | None:
        """Let the run end, or resume it; give what it said if it failed."""
        process = self._start(subprocess.PIPE)
        _, said = process.communicate()
        return None if process.returncode == 0 else said.decode(errors="replace")[-500:]

    def _kill_once(self, moment: float) -> None:
        """Kill one process group; one that had ended already is started again and killed sooner."""
        while True:
            process = self._start(subprocess.DEVNULL)
            while not self.run.is_dir() and process.poll() is None:
                time.sleep(POLL_S)
            end = time.monotonic() + moment
            while process.poll() is None and time.monotonic() < end:
                time.sleep(POLL_S)
            alive = process.poll() is None
            if alive:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if alive or not self.run.is_dir():
                return
            moment /= 2

    def _start(self, errors: int) -> "subprocess.Popen[bytes]":
        resume = ["--resume"] if self.run.is_dir() else []
        return subprocess.Popen(
            [*self._command, *resume],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            # The manifest and the report say when the run began.
            env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
        )
