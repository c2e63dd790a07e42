"""A sheet over cells that were played: every figure it needs is there, or it says which is not."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import labgap.staffing
from labgap.budgets import Budgets
from labgap.engine_choice import EngineChoice, EngineName
from labgap.errors import InvalidUse
from labgap.run_folder import MANIFEST_SCHEMA_VERSION, RunFolder
from labgap.staffing import FinishedStaffing, play_staffing
from labgap.sweeping import FinishedSweep, SweepRequest
from metrics.records import Metrics
from metrics.scoring import compute
from metrics.tables import RunTables
from tests.synthetic_run import make_run, make_scenario, write_run

ARMS = ("barcode", "second")
POINTS = (1, 2)


def cell(folder: Path, seed: int) -> Metrics:
    """A played cell, its metrics in it."""
    scenario = make_scenario(arms=ARMS, replications=2)
    write_run(folder, scenario, make_run(scenario, seed=seed))
    RunFolder(folder).write_manifest(
        {
            "schema_version": MANIFEST_SCHEMA_VERSION,
            "run_id": folder.name,
            "status": "complete",
            "created_at": "2026-01-01T00:00:00+00:00",
            "scenario": json.loads(scenario.model_dump_json()),
            "scenario_sha256": "0" * 64,
            "arms": {arm: {"spec": "barcode", "params": {}} for arm in ARMS},
            "replications": scenario.replications,
            "seed": scenario.seed,
            "reproduce": "labgap run synthetic",
        }
    )
    measured = compute(RunTables.open(folder), scenario)
    (folder / "metrics.json").write_text(measured.to_json(), "utf-8")
    return measured


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Metrics]]:
    """Played cells, and what they measured."""
    path = tmp_path_factory.mktemp("cells")
    return path, [cell(path / f"{seed:012x}", seed) for seed in POINTS]


@pytest.fixture
def sweep(
    cells: tuple[Path, list[Metrics]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, list[Metrics]]:
    """The folder of a sweep that needs no playing, and what its cells measured."""
    source, measured = cells
    shutil.copytree(source, tmp_path / "cells")
    states = {}
    for seed in POINTS:
        point = {"sorting.review_desk.operators": seed, "sorting.camera.pixels_per_m": 2400}
        states[f"{seed:012x}"] = {"point": point, "status": "complete"}

    def played(*_: Any, **__: Any) -> FinishedSweep:
        return FinishedSweep(tmp_path, pa.table({}), states)

    monkeypatch.setattr(labgap.staffing, "play_sweep", played)
    return tmp_path, measured


def asked() -> FinishedStaffing:
    request = SweepRequest(
        sweep="",
        overrides=(),
        systems=(),
        jobs=1,
        out=None,
        root=Path("runs"),
        cache=None,
        resume=False,
        engine=EngineChoice(EngineName.LOCAL, None),
        budgets=Budgets(60.0, 4.0),
    )
    return play_staffing("video_coding", request, quiet=True)


def test_every_interval_allows_for_all_points_and_arms(sweep: tuple[Path, list[Metrics]]) -> None:
    path, measured = sweep
    played = asked()
    assert len(played.offers) == len(POINTS) * len(ARMS)
    for offer in played.offers:
        number = list(POINTS).index(int(offer.point["sorting.review_desk.operators"]))
        alone = measured[number].get("rate.right_chute", arm=offer.arm, condition="production")
        assert offer.level == alone.value
        assert offer.looked_at == 4
        assert offer.low < alone.low
        assert offer.high >= alone.high
    assert "looked_at" in (path / "staffing.csv").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("gone", ["remove", "blank"])
def test_a_cell_without_a_price_ends_in_a_sentence(
    sweep: tuple[Path, list[Metrics]], gone: str
) -> None:
    path, _ = sweep
    file = path / "cells" / f"{2:012x}" / "metrics.json"
    document = json.loads(file.read_text("utf-8"))
    rows = document["records"]
    chosen = [row for row in rows if row["metric"] == "rate.misroute"]
    if gone == "remove":
        document["records"] = [row for row in rows if row not in chosen]
    else:
        for row in chosen:
            row.update(value=None, low=None, high=None)
    file.write_text(json.dumps(document), "utf-8")
    with pytest.raises(InvalidUse, match=r"cannot be priced: rate\.misroute") as caught:
        asked()
    assert caught.value.where == str(file.parent)
    assert "--resume" in caught.value.fix
