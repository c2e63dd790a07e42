"""Verbs that only try a system watch it as a run does."""

import textwrap
from pathlib import Path

import pytest

BAD = """
    import os
    import time


    class Hangs:
        def read(self, captures):
            time.sleep(600)


    class Dies:
        def read(self, captures):
            os.abort()
"""


@pytest.fixture
def bad_systems(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(textwrap.dedent(BAD), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("factory", "told"), [("Hangs", "gave no answer within 3 s"), ("Dies", "SIGABRT")]
)
def test_check_system_ends_one_that_hangs_or_dies(labgap, bad_systems, factory, told) -> None:
    done = labgap(
        "check-system", "vision", f"bad:{factory}", "--task-timeout", "3", cwd=bad_systems
    )
    assert done.returncode == 5
    assert told in done.stderr
    assert f"bad:{factory}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dry_run_ends_a_system_that_hangs(labgap, bad_systems) -> None:
    done = labgap(
        *("run", "quickstart", "--dry-run", "--system", "vision=bad:Hangs"),
        # alone: on a busy machine an honest arm may need longer than this
        *("--arm", "candidate", "--task-timeout", "3"),
        cwd=bad_systems,
    )
    assert done.returncode == 5
    assert "arm candidate" in done.stderr
    assert "gave no answer within 3 s" in done.stderr
    assert not (bad_systems / "runs").exists()
