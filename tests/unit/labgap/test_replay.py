"""Runs that cannot be replayed: each says why, and what to do."""

import json
from pathlib import Path

import pytest

from labgap.errors import InvalidUse
from labgap.replay import write_replay
from labgap.run_folder import MANIFEST_SCHEMA_VERSION, RunFolder
from tests.synthetic_run import make_scenario


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run that was stopped before anything was played."""
    scenario = make_scenario()
    folder = RunFolder(tmp_path / "stopped")
    folder.path.mkdir()
    folder.write_manifest(
        {
            "schema_version": MANIFEST_SCHEMA_VERSION,
            "run_id": "stopped",
            "status": "interrupted",
            "created_at": "2026-01-01T00:00:00+00:00",
            "scenario": json.loads(scenario.model_dump_json()),
            "scenario_sha256": "0" * 64,
            "arms": {arm.name: {"spec": arm.vision.name, "params": {}} for arm in scenario.arms},
            "replications": scenario.replications,
            "seed": scenario.seed,
            "reproduce": "labgap run quickstart",
        }
    )
    return folder


def test_an_unfinished_run_says_so_and_how_to_finish_it(run: RunFolder) -> None:
    with pytest.raises(InvalidUse) as caught:
        write_replay(run)
    assert "unfinished (interrupted)" in caught.value.what
    assert f"labgap run quickstart --out {run.path} --resume" in caught.value.fix
    assert not (run.path / "replay.html").exists()


def test_a_folder_is_no_place_for_a_replay(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="this is a folder") as caught:
        write_replay(run, path=tmp_path)
    assert str(tmp_path / "replay.html") in caught.value.fix
