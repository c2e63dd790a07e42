"""A sweep from the command line: its table, a kill half way, a system that breaks, a wrong cell."""

import csv
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from labgap import load_sweep
from labgap.errors import InvalidUse
from tests.conftest import Labgap, labgap_command

TINY = """
schema_version: 1
name: tiny
scenario: quickstart
overrides: {replications: 2}
axes:
  - {key: sorting.lane.belt_speed_mps, values: [%s]}
metrics: [accuracy.forced]
"""

FUSSY = """
from systems.contracts.vision import Reading, ReadingDecision

class Fussy:
    def read(self, captures):
        if captures[0].views[0].overview.shape[1] == 380:
            raise RuntimeError("the model fell over")
        return [Reading(c.capture_id, ReadingDecision.NO_READ, 0.0) for c in captures]
"""

ARRIVALS = "{duration_s: 20, rate_per_h: 720, profile: [], burst: null, surges: []}"
SWEEP = (
    *("sweep", "tiny.yaml", "--jobs", "1", "--quiet"),
    *("--set", f"sorting.arrivals={ARRIVALS}"),
)
TABLES = ("table.csv", "table.parquet")
DRAWN = ("sweep", "drawn.yaml", "--jobs", "1", "--quiet", "--out", "s")
SPEED = "sorting.lane.belt_speed_mps"
TWO = "1.0, 2.5"
WIDTH = "sorting.camera.overview_width_px"
WIDTHS = "380, 400"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def finished(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An uninterrupted sweep of two cells: do not change it."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "tiny.yaml").write_text(TINY % TWO)
    done = labgap(*SWEEP, "--out", "s", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "s"


def test_the_table_has_a_row_a_cell_and_world(finished: Path) -> None:
    with (finished / "table.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    found = [(float(row["sorting.lane.belt_speed_mps"]), row["world"]) for row in rows]
    worlds = ("lab", "production", "gap")
    assert sorted(found) == sorted((speed, world) for speed in (1.0, 2.5) for world in worlds)
    assert {row["metric"] for row in rows} == {"accuracy.forced"}
    manifest = json.loads((finished / "sweep.json").read_text())
    assert manifest["status"] == "complete"
    assert {row["run"] for row in rows} == set(manifest["cells"])
    assert all((finished / "cells" / row["run"] / "report.html").exists() for row in rows)
    assert (finished / "sweep.html").exists()
    assert list((finished / "figures").glob("*.svg"))


def test_a_sweep_opens_as_data_frames(finished: Path) -> None:
    sweep = load_sweep(finished)
    assert sweep.axes == (SPEED,)
    assert list(sweep.cells[SPEED]) == [1.0, 2.5]
    assert set(sweep.cells["status"]) == {"complete"}
    with (finished / "table.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [str(value) for value in sweep.table["run"]] == [row["run"] for row in rows]
    assert list(sweep.table["value"]) == pytest.approx([float(row["value"]) for row in rows])
    for point, run in sweep.runs():
        assert run.scenario.sorting.lane.belt_speed_mps == point[SPEED]
        whole = run.metrics.query("metric == 'accuracy.forced' and group == 'all'")
        here = sweep.table[sweep.table["run"] == run.path.name]
        assert set(whole["value"]) == set(here["value"])


def test_what_is_no_finished_sweep_is_refused(finished: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="this is no sweep"):
        load_sweep(tmp_path)
    with pytest.raises(InvalidUse, match="no cell 'x'"):
        load_sweep(finished).run("x")
    manifest = json.loads((finished / "sweep.json").read_text())
    for change, said in (
        ({"status": "running"}, "has not ended"),
        ({"cells": {"../../elsewhere": {}}}, "cannot be read"),
        ({"cells": {}}, "the table cannot be read"),
    ):
        (tmp_path / "sweep.json").write_text(json.dumps(manifest | change))
        with pytest.raises(InvalidUse, match=said):
            _ = load_sweep(tmp_path).table


DESIGNS = """
schema_version: 1
name: %s
scenario: quickstart
design: %s
points: 2
seed: 5
overrides:
  replications: 1
  sorting.lanes: 1
  sorting.arrivals: {duration_s: 20, rate_per_h: 720, profile: [], burst: null, surges: []}
axes:
  - {system: vision, values: [barcode, no_read]}
  - {key: seed, low: 1, high: 9, integer: true}
  - {key: sorting.degradations.taped.share, low: 1.0e-5, high: 0.3, scale: log}
metrics: [accuracy.forced]
"""


@pytest.mark.parametrize("design", ["random", "latin_hypercube"])
def test_drawn_designs_over_systems_and_seeds_play_whole(
    design: str, labgap: Labgap, tmp_path: Path
) -> None:
    (tmp_path / "drawn.yaml").write_text(DESIGNS % (design, design))
    done = labgap(*DRAWN, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sweep = load_sweep(tmp_path / "s")
    assert sweep.axes == ("system.vision", "seed", "sorting.degradations.taped.share")
    assert len(sweep.cells) == 2
    for point, run in sweep.runs():
        assert run.scenario.seed == point["seed"]
        assert [arm.vision.name for arm in run.scenario.arms] == [point["system.vision"]]
        shares = {entry.kind: entry.share for entry in run.scenario.sorting.degradations}
        assert shares["taped"] == point["sorting.degradations.taped.share"]
        assert run.scenario.sorting.arrivals.duration_s == 20
        assert set(run.metrics["arm"]) == {point["system.vision"]}


def test_a_killed_sweep_resumes_to_the_same_bytes(
    labgap: Labgap, finished: Path, tmp_path: Path
) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY % TWO)
    command = [*labgap_command(), *SWEEP, "--out", "s"]
    killed = subprocess.Popen(command, cwd=tmp_path, start_new_session=True)
    # The second cell has begun once there are two folders of cells.
    while len(list(tmp_path.glob("s/cells/*/manifest.json"))) < 2 and killed.poll() is None:
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (tmp_path / "s/table.csv").exists()

    refused = labgap(*SWEEP, "--out", "s", cwd=tmp_path)
    assert refused.returncode == 2
    assert "add --resume" in refused.stderr
    done = labgap(*SWEEP, "--out", "s", "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert bytes_of(tmp_path / "s") == bytes_of(finished)

    (tmp_path / "tiny.yaml").write_text(TINY % "1.0, 2.0")
    other = labgap(*SWEEP, "--out", "s", "--resume", cwd=tmp_path)
    assert other.returncode == 2
    assert "cannot be resumed" in other.stderr
    assert bytes_of(tmp_path / "s") == bytes_of(finished)


def test_a_cell_whose_system_breaks_is_named_and_the_others_finish(
    labgap: Labgap, tmp_path: Path
) -> None:
    text = (TINY % WIDTHS).replace("sorting.lane.belt_speed_mps", WIDTH)
    (tmp_path / "tiny.yaml").write_text(text)
    (tmp_path / "fussy.py").write_text(FUSSY)
    done = labgap(*SWEEP, "--system", "vision=fussy:Fussy", "--out", "s", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert f"{WIDTH}=380" in done.stderr
    manifest = json.loads((tmp_path / "s/sweep.json").read_text())
    states = {c["point"][WIDTH]: c for c in manifest["cells"].values()}
    assert manifest["status"] == "failed"
    assert states[380]["status"] == "failed"
    assert states[400]["status"] == "complete"
    with (tmp_path / "s/table.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {(row[WIDTH], row["arm"]) for row in rows} == {
        ("400", "barcode"),
        ("400", "candidate"),
    }
    assert f"{WIDTH}=380" in (tmp_path / "s/sweep.html").read_text()


def test_a_wrong_cell_ends_before_anything_is_played(labgap: Labgap, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY % "1.0, -2.5")
    done = labgap(*SWEEP, "--out", "s", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "cell 1 (sorting.lane.belt_speed_mps=-2.5)" in done.stderr
    assert not (tmp_path / "s").exists()
