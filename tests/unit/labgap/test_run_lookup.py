"""Runs keep the order in which they were begun, whatever the clock does."""

import json
import os
from pathlib import Path

import pytest

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder
from labgap.run_lookup import find_run, latest_sequence, runs_under

MANIFEST = {
    "schema_version": 1, "run_id": "r", "status": "complete", "created_at": "x",
    "scenario": {"name": "quickstart"}, "scenario_sha256": "0", "arms": {}, "replications": 1,
    "seed": 0, "reproduce": "labgap run quickstart",
}  # fmt: skip


def write(root: Path, name: str, sequence: int, written_s: float) -> None:
    (root / name).mkdir()
    path = root / name / "manifest.json"
    path.write_text(json.dumps({**MANIFEST, "sequence": sequence}))
    os.utime(path, (written_s, written_s))


def test_a_clock_that_jumps_back_reorders_nothing(tmp_path: Path) -> None:
    write(tmp_path, "z-20300101", 1, 2e9)
    write(tmp_path, "a-20260101", 2, 1e9)  # begun later, on a clock set back four years
    assert [run.path.name for run in runs_under(tmp_path)] == ["z-20300101", "a-20260101"]
    assert find_run("latest", tmp_path).path.name == "a-20260101"
    assert latest_sequence(tmp_path) == 2


def test_an_unreadable_neighbour_hides_nobody(tmp_path: Path) -> None:
    write(tmp_path, "good", 3, 1e9)
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn/manifest.json").write_text('{"schema_')
    assert find_run("latest", tmp_path).path.name == "good"
    assert len(runs_under(tmp_path)) == 2


@pytest.mark.parametrize(
    "change",
    [{"arms": {"../../etc": {"spec": "x", "params": {}}}}, {"arms": {"a": {}}}, {"arms": []},
     {"replications": 10**9}, {"replications": True}, {"status": "won"}, {"scenario": {}},
     {"run_id": None}],
)  # fmt: skip
def test_a_manifest_that_says_impossible_things_is_refused(
    tmp_path: Path, change: dict[str, object]
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({**MANIFEST, **change}))
    with pytest.raises(InvalidUse, match="manifest cannot be read"):
        RunFolder(tmp_path).read_manifest()


@pytest.mark.parametrize("name", ["manifest.json", "events", "events/arm=a", "gallery/x.png"])
def test_a_run_folder_with_links_is_refused(tmp_path: Path, name: str) -> None:
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    (run / name).parent.mkdir(parents=True)
    (run / "manifest.json").write_text(json.dumps(MANIFEST))
    elsewhere.write_text(json.dumps(MANIFEST))
    (run / name).unlink(missing_ok=True)
    (run / name).symlink_to(elsewhere)
    with pytest.raises(InvalidUse, match="holds no links"):
        RunFolder(run).read_manifest()
