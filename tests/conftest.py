"""What every test may rely on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from typer.testing import CliRunner

from labgap import reader_host
from labgap.cli import app

ROOT = Path(__file__).resolve().parent.parent

# Deadlines measure the machine, not the code.
settings.register_profile(
    "labgap", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("labgap")

Labgap = Callable[..., "subprocess.CompletedProcess[str]"]
"""Runs a verb in a folder: ``labgap("run", "quickstart", cwd=folder)``."""


def labgap_command() -> list[str]:
    """The installed command, as a user would type it."""
    return [str(Path(sys.executable).with_name("labgap"))]


@pytest.fixture(scope="session")
def labgap_process() -> Labgap:
    """Run the labgap command in a process of its own."""

    def run(*args: str, cwd: Path, env: dict[str, str] | None = None, timeout: float = 240.0):
        return subprocess.run(
            [*labgap_command(), *args],
            cwd=cwd,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture(scope="session")
def labgap() -> Labgap:
    """Run a verb in this process: what it prints and ends with is what the command would.

    Starting a process for every verb is most of what a test would cost.  Workers are processes
    here as there.  What a test says of signals, kills, pipes, the environment or a module that was
    edited needs `labgap_process`.
    """

    def run(*args: str, cwd: Path):
        with chdir(cwd), patch.dict(os.environ, NO_COLOR="1"), forgotten(cwd):
            done = CliRunner().invoke(app, args, prog_name="labgap")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(args, done.exit_code, done.stdout, done.stderr)

    return run


@contextmanager
def forgotten(folder: Path) -> Iterator[None]:
    """What is imported from a folder ends with the command that imported it."""
    path = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = path
        reader_host._resolve.cache_clear()
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or ROOT).is_relative_to(folder):
                del sys.modules[name]


@pytest.fixture(scope="session")
def workplace(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished small run, shared by many tests: do not change it."""
    folder = tmp_path_factory.mktemp("workplace")
    done = labgap("run", "quickstart", "--smoke", "--jobs", "1", "--out", "runs/smoke", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder
