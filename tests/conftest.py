"""What every test may rely on."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Deadlines measure the machine, not the code.
settings.register_profile(
    "labgap", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("labgap")

Labgap = Callable[..., "subprocess.CompletedProcess[str]"]


def labgap_command() -> list[str]:
    """The installed command, as a user would type it."""
    return [str(Path(sys.executable).with_name("labgap"))]


@pytest.fixture(scope="session")
def labgap() -> Labgap:
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
def workplace(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one finished small run, shared by many tests: do not change it."""
    folder = tmp_path_factory.mktemp("workplace")
    done = labgap("run", "quickstart", "--smoke", "--jobs", "1", "--out", "runs/smoke", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder
