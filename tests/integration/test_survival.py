"""Disks, clocks, neighbours and kills: a clear error, and nothing finished is lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from labgap.survival import folder_digest
from tests.conftest import Labgap, labgap_command

SMOKE = ("run", "quickstart", "--smoke", "--jobs", "1", "--quiet")
OUT = ("--out", "runs/smoke")


def results(run: Path) -> dict[str, str]:
    """Digests of all that does not name the moment or the folder of the run."""
    return {
        name: digest
        for name, digest in folder_digest(run).items()
        if name != "manifest.json" and not name.startswith("report.")
    }


@pytest.fixture
def finished(workplace: Path, tmp_path: Path) -> Path:
    """A copy of a finished run, with its cache, to do harm to."""
    shutil.copytree(workplace / "runs", tmp_path / "runs")
    return tmp_path


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])


def test_torn_files_are_seen_and_made_again(labgap_process: Labgap, finished: Path) -> None:
    run = finished / "runs/smoke"
    expected = results(run)
    units = sorted(run.glob("events/arm=barcode/rep=*"))
    cut(units[0] / "parcel_diverted.parquet", 0.9)
    (units[1] / "seal.json").unlink()
    cut(run / "truth/rep=0001/conditions.parquet", 0.5)
    cut(run / "metrics.json", 0.3)
    cut(run / "gallery/index.json", 0.5)
    cut(run / "report.html", 0.5)
    answers = sorted((finished / "runs/.cache").rglob("*.parquet"))
    for path in answers:
        cut(path, 0.95)
    torn = answers[0].read_bytes()

    for verb in (("metrics", "smoke"), ("metrics", "smoke", "--recompute"), ("report", "smoke")):
        refused = labgap_process(*verb, cwd=finished)
        assert refused.returncode == 2, verb
        assert "Traceback" not in refused.stderr
        assert "fix: " in refused.stderr

    done = labgap_process(*SMOKE, *OUT, "--resume", cwd=finished)
    assert done.returncode == 0, done.stderr
    assert "events/arm=barcode/rep=0000: parcel_diverted.parquet is not what was" in done.stderr
    assert "events/arm=barcode/rep=0001: its seal.json is missing" in done.stderr
    assert "truth/rep=0001: conditions.parquet is not what was written" in done.stderr
    assert results(run) == expected
    assert answers[0].read_bytes() != torn


def test_a_torn_manifest_is_written_again(labgap_process: Labgap, finished: Path) -> None:
    run = finished / "runs/smoke"
    expected = results(run)
    cut(run / "manifest.json", 0.7)
    assert labgap_process("report", "smoke", cwd=finished).returncode == 2
    other = labgap_process(*SMOKE, *OUT, "--resume", "--seed", "5", cwd=finished)
    assert other.returncode == 2, other.stderr
    done = labgap_process(*SMOKE, *OUT, "--resume", cwd=finished)
    assert done.returncode == 0, done.stderr
    assert "it was torn; written again" in done.stderr
    assert results(run) == expected


def test_another_code_or_scenario_never_goes_on(labgap_process: Labgap, finished: Path) -> None:
    path = finished / "runs/smoke/manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "played_code_sha256": "0" * 64}))
    done = labgap_process(*SMOKE, *OUT, "--resume", cwd=finished)
    assert done.returncode == 2
    assert "labgap's own code" in done.stderr
    path.write_text(json.dumps(manifest))
    done = labgap_process(*SMOKE, *OUT, "--resume", "--seed", "5", cwd=finished)
    assert done.returncode == 2
    assert "the scenario" in done.stderr


def test_a_full_disk_ends_clearly_and_the_run_goes_on_later(
    labgap_process: Labgap, workplace: Path, tmp_path: Path
) -> None:
    def small_files_only() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))

    command = [*labgap_command(), *SMOKE, *OUT]
    full = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=small_files_only
    )
    assert full.returncode == 2, full.stderr
    assert "Traceback" not in full.stderr
    assert "File too large" in full.stderr
    assert "--resume" in full.stderr
    assert not list((tmp_path / "runs").rglob(".writing-*"))
    done = labgap_process(*SMOKE, *OUT, "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert results(tmp_path / "runs/smoke") == results(workplace / "runs/smoke")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    # Root may write anywhere, unless it gives that right away first.
    humble = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    prefix = humble if os.geteuid() == 0 else []
    (tmp_path / "runs").mkdir(mode=0o555)
    done = subprocess.run(
        [*prefix, *labgap_command(), *SMOKE], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "Permission denied" in done.stderr
    assert "fix: choose a folder that you may write to" in done.stderr


def test_two_runs_in_one_folder_and_the_lock_of_a_dead_one(
    labgap_process: Labgap, workplace: Path, tmp_path: Path
) -> None:
    first = subprocess.Popen(
        [*labgap_command(), *SMOKE, *OUT],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (tmp_path / "runs/smoke/manifest.json").exists() and first.poll() is None:
        time.sleep(0.005)
    os.killpg(first.pid, signal.SIGSTOP)
    second = labgap_process(*SMOKE, *OUT, "--resume", cwd=tmp_path)
    assert second.returncode == 2
    assert "another labgap process" in second.stderr
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert (tmp_path / "runs/smoke/.lock").exists()
    third = labgap_process(*SMOKE, *OUT, "--resume", cwd=tmp_path)
    assert third.returncode == 0, third.stderr
    assert results(tmp_path / "runs/smoke") == results(workplace / "runs/smoke")


def test_a_killed_run_leaves_no_trace(labgap_process: Labgap, tmp_path: Path) -> None:
    done = labgap_process("survive", "--kills", "2", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found == {"kills": 2, "runs": 1, "identical": 2, "problems": []}


HOSTILE = """
import time
import numpy as np

class Hangs:
    def read(self, captures):
        while True:
            pass

class Eats:
    def read(self, captures):
        kept = []
        while True:
            kept.append(np.ones(1_000_000))
            time.sleep(0.002)

class Writes:
    def read(self, captures):
        captures[0].views[0].overview[:] = 0
        return []

class NeverBuilt:
    def __init__(self):
        time.sleep(3600)
"""


@pytest.mark.parametrize(
    ("factory", "limits", "words"),
    [
        ("Hangs", ("--task-timeout", "2"), "no answer within 2 s"),
        ("Eats", ("--task-memory", "1.0"), "past the 1 GB of --task-memory"),
        ("Writes", (), "wrote to its input"),
        ("NeverBuilt", ("--task-timeout", "1"), "not loaded within 1 s"),
    ],
)
def test_a_greedy_or_hanging_system_ends_the_run_with_exit_5(
    factory: str, limits: tuple[str, ...], words: str, labgap_process: Labgap, tmp_path: Path
) -> None:
    (tmp_path / "hostile.py").write_text(HOSTILE)
    spec = f"vision=hostile:{factory}"
    done = labgap_process(
        *SMOKE, *OUT, "--arm", "candidate", "--system", spec, *limits, cwd=tmp_path
    )
    assert done.returncode == 5, (done.stdout, done.stderr)
    assert words in done.stderr
    assert f"hostile:{factory}" in done.stderr
    assert "arm candidate" in done.stderr
    assert "Traceback" not in done.stderr
    if factory != "NeverBuilt":
        assert "block 0" in done.stderr
        assert "reproduce: labgap run quickstart" in done.stderr
        manifest = json.loads((tmp_path / "runs/smoke/manifest.json").read_text())
        assert manifest["status"] == "failed"
