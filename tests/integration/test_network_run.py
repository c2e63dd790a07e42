"""A network from the command line: any number of jobs, a kill, and every verb that takes a run."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

import labgap as library
from labgap.errors import NothingMeasured
from labgap.survival import folder_digest
from tests.conftest import Labgap, labgap_command

SMALL = ("--set", "network.centres=120", "--reps", "2", "--quiet")
SAME_CLOCK = {"SOURCE_DATE_EPOCH": "0"}


@pytest.fixture(scope="module")
def office(labgap_process: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    words = ("run", "national_network", *SMALL, "--jobs", "1", "--out", "runs/net")
    done = labgap_process(*words, cwd=folder, env={**SAME_CLOCK, "PYTHONHASHSEED": "1"})
    assert done.returncode == 0, done.stderr
    assert "no model was run" in done.stdout
    return folder


def test_jobs_and_hash_seeds_change_no_byte(
    labgap_process: Labgap, office: Path, tmp_path: Path
) -> None:
    words = ("run", "national_network", *SMALL, "--jobs", "2", "--out", "runs/net")
    done = labgap_process(*words, cwd=tmp_path, env={**SAME_CLOCK, "PYTHONHASHSEED": "2"})
    assert done.returncode == 0, done.stderr
    assert folder_digest(tmp_path / "runs/net") == folder_digest(office / "runs/net")


def test_a_killed_run_resumes_to_the_same_bytes(
    labgap_process: Labgap, office: Path, tmp_path: Path
) -> None:
    words = ["run", "national_network", *SMALL, "--jobs", "1", "--out", "runs/net"]
    process = subprocess.Popen(
        [*labgap_command(), *words],
        cwd=tmp_path,
        env={**os.environ, **SAME_CLOCK},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not list(tmp_path.glob("runs/net/centres/rep=*/part=*")) and process.poll() is None:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "runs/net/metrics.json").exists()
    done = labgap_process(*words, "--resume", cwd=tmp_path, env=SAME_CLOCK)
    assert done.returncode == 0, done.stderr
    assert folder_digest(tmp_path / "runs/net") == folder_digest(office / "runs/net")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("metrics runs/net", 0, "network.late_share"),
        ("metrics runs/net --recompute --json", 0, "network.late_share"),
        ("report runs/net --markdown", 0, "no model was run"),
        ("show runs/net 7", 0, "no model was run"),
        ("show runs/net 7 --json", 0, '"worlds"'),
        ("runs list", 0, "complete"),
        ("list metrics", 0, "network.backlog_peak"),
        ("list scenarios", 0, "national_network"),
        ("validate national_network", 0, "valid"),
        ("schema network", 0, "cut_off_s"),
        ("run national_network --dry-run", 0, "no model readings"),
        ("show runs/net P000-000001", 2, "name a centre by its number, 0 to 119"),
        ("show runs/net 120", 2, "no centre '120'"),
        ("compare runs/net runs/net", 4, "no system was measured"),
        ("gate runs/net runs/net", 4, "no system was measured"),
        ("baseline save runs/net --out b.json", 4, "no system was measured"),
        ("run national_network --system vision=barcode", 2, "runs no model"),
        ("run national_network --arm barcode", 2, "runs no model"),
        ("run national_network --profiles profiles", 2, "runs no model"),
        ("run national_network --set network.centre=4", 2, "did you mean `centres`"),
        ("run national_network --set sorting.lanes=4", 2, "no such key"),
        ("run quickstart --set network.centres=4", 2, "no such key"),
        ("run national_network --out runs/net", 2, "already holds a run"),
    ],
)
def test_every_verb_ends_clearly(
    labgap: Labgap, office: Path, words: str, code: int, told: str
) -> None:
    done = labgap(*words.split(), cwd=office)
    assert done.returncode == code, done.stdout + done.stderr
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_not_run_is_said_everywhere(office: Path) -> None:
    run = office / "runs/net"
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    assert "no model was run" in manifest["tier"]
    page = (run / "report.html").read_text("utf-8")
    assert page.index("no model was run") < page.index("Which centres")
    assert "https://" not in page.partition("<body>")[2].partition('<script type="app')[0]


def test_a_damaged_part_is_named(labgap: Labgap, office: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(office / "runs", tmp_path / "runs")
    table = tmp_path / "runs/net/centres/rep=0001/part=0002/centres.parquet"
    table.write_bytes(table.read_bytes()[:-9])
    done = labgap("metrics", "runs/net", "--recompute", cwd=tmp_path)
    assert done.returncode == 2
    assert "rep=0001/part=0002" in done.stderr


def test_a_notebook_gets_centres_and_no_readings(office: Path) -> None:
    run = library.load(office / "runs/net")
    rows = run.centres()
    assert len(rows) == 120 * 2 * 2  # centres, worlds, replications
    assert set(rows["world"]) == {"lab", "production"}
    with pytest.raises(NothingMeasured, match="network run"):
        run.readings()
