"""The same run, whatever the number of processes, the hash seed, or a kill on the way."""

import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Labgap, labgap_command

SMALL = ("run", "quickstart", "--smoke")


def digests(run: Path) -> dict[str, str]:
    """Hash every table, metric, picture and report of a run."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if (path.is_file() and path.suffix in {".parquet", ".jpg"}) or path.name == "metrics.json"
    }


@pytest.fixture(scope="module")
def reference(labgap_process: Labgap, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reference")
    done = labgap_process(
        *SMALL, "--jobs", "1", "--out", "run", cwd=folder, env={"PYTHONHASHSEED": "1"}
    )
    assert done.returncode == 0, done.stderr
    found = digests(folder / "run")
    assert len(found) > 30
    return found


def test_two_processes_and_another_hash_seed_give_the_same_bytes(
    labgap_process: Labgap, tmp_path: Path, reference: dict[str, str]
) -> None:
    done = labgap_process(
        *SMALL, "--jobs", "2", "--out", "run", cwd=tmp_path, env={"PYTHONHASHSEED": "952"}
    )
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "run") == reference


def test_cached_answers_give_the_same_bytes(
    labgap_process: Labgap, tmp_path: Path, reference: dict[str, str]
) -> None:
    for name in ("first", "second"):
        done = labgap_process(*SMALL, "--jobs", "1", "--out", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert list((tmp_path / "runs" / ".cache").rglob("*.parquet"))
    assert digests(tmp_path / "second") == reference


@pytest.mark.parametrize("moment", ["reading", "playing"])
def test_a_killed_run_resumes_to_the_same_bytes(
    moment: str, labgap_process: Labgap, tmp_path: Path, reference: dict[str, str]
) -> None:
    command = [*labgap_command(), *SMALL, "--jobs", "2", "--out", "run"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    awaited = "runs/.cache/*/*.parquet" if moment == "reading" else "run/events/arm=*/rep=*"
    end = time.monotonic() + 120
    while not list(tmp_path.glob(awaited)) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert json.loads((tmp_path / "run/manifest.json").read_text())["status"] == "running"

    refused = labgap_process(*SMALL, "--out", "run", cwd=tmp_path)
    assert refused.returncode == 2
    assert "--resume" in refused.stderr

    done = labgap_process(*SMALL, "--jobs", "2", "--out", "run", "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "run") == reference
    assert json.loads((tmp_path / "run/manifest.json").read_text())["status"] == "complete"
    assert not list((tmp_path / "run").rglob(".writing-*"))


def test_an_interrupt_exits_130_and_resumes(
    labgap_process: Labgap, tmp_path: Path, reference: dict[str, str]
) -> None:
    command = [*labgap_command(), *SMALL, "--jobs", "2", "--out", "run"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite started in the background inherits an ignored SIGINT and would hand it on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not list(tmp_path.glob("runs/.cache/*/*.parquet")) and process.poll() is None:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "--resume" in errors
    assert "Traceback" not in errors
    assert json.loads((tmp_path / "run/manifest.json").read_text())["status"] == "interrupted"

    done = labgap_process(*SMALL, "--resume", "--out", "run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "run") == reference


def test_metrics_are_recomputable_from_events_and_truth(
    labgap_process: Labgap, workplace: Path
) -> None:
    stored = labgap_process("metrics", "smoke", "--json", cwd=workplace)
    again = labgap_process("metrics", "smoke", "--json", "--recompute", cwd=workplace)
    assert stored.returncode == again.returncode == 0
    assert stored.stdout == again.stdout
