"""A centre with every part, from its file to the report, the story and the data frames."""

from pathlib import Path

import pytest

import labgap as library
from labgap.conclusion import measure
from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder
from labgap.story import parcel_story
from metrics.floor_catalogue import FLOOR_METRICS
from tests.conftest import Labgap

SCENARIO = """
schema_version: 1
extends: quickstart
name: full_centre
replications: 2
fidelity: {kind: sampled, parcels: 20}
sorting:
  lanes: 2
  arrivals:
    {duration_s: 420, rate_per_h: 1200, burst: {mean_parcels: 10, mean_gap_s: 1.0}, profile: [],
     surges: []}
  lane:
    {chutes: 8, induction_stations: 2, non_conveyable_share: 0.02, induction_rate_per_h: 900}
  faults:
    jams: {mtbf_h: 0.1, mttr_s: 40}
    doubles: {share: 0.05, detected_share: 0.3}
    tracking: {neighbour_share: 0.01, lost_share: 0.02}
    diverters: {mtbf_h: 1, mttr_s: 120}
    outages: [{lane: 1, start_s: 100, end_s: 160}]
  chutes: {capacity: 20, attendants: 1, swap_s: 45, swap_cv: 0.4}
  exception_desk: {people: 1, parcels_per_h: 120, service_cv: 0.6, error_rate: 0.02}
  line_haul:
    routes: [{chutes: 5, cut_offs_s: [300, 700]}, {chutes: 3, cut_offs_s: [500]}]
    promise_s: 120
    loading_s: 60
    loading_cv: 0.5
    misload_share: 0.01
"""


@pytest.fixture(scope="module")
def folder(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("centre")
    (place / "full.yaml").write_text(SCENARIO, encoding="utf-8")
    done = labgap("run", "full.yaml", "--jobs", "1", "--out", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_every_metric_of_the_floor_is_measured_and_reported(folder: Path) -> None:
    found = library.load(folder / "run").metrics.query("group == 'all'")
    measured = set(found["metric"])
    assert {spec.name for spec in FLOOR_METRICS} <= measured
    value = found.set_index(["metric", "condition"])["value"]
    assert value["belt.stopped_share", "lab"] == 0.0
    assert value["belt.stopped_share", "production"] > 0.06
    assert value["floor.mechanical", "production"] > value["floor.mechanical", "lab"] > 0.0
    assert "Promised trailer missed" in (folder / "run" / "report.html").read_text("utf-8")


def test_recomputed_metrics_are_the_same(folder: Path) -> None:
    before = (folder / "run" / "metrics.json").read_text("utf-8")
    assert measure(RunFolder(folder / "run")).to_json() == before


def test_the_story_of_a_parcel_ends_on_a_trailer(folder: Path) -> None:
    story = parcel_story(RunFolder(folder / "run"), "P000-000017", 1)
    ends = [event["event"] for event in story.events if event["cell"] == "production"]
    assert ends[0] == "parcel_arrived"
    assert ends[-1] == "parcel_loaded"


def test_flows_as_data_frames(folder: Path) -> None:
    run = library.load(folder / "run")
    stages = run.funnel().groupby(["rep", "cell", "stage"])["parcels"].sum().unstack()
    base = run.truth("parcels").query("population == 'base'").groupby("rep").size()
    for rep, count in base.items():
        of_rep = stages.loc[rep]
        assert (of_rep["arrived"] == count).all()
        assert (of_rep["promised_trailer"] <= of_rep["loaded"]).all()
    stops = run.recoveries()
    planned = stops[(stops["lane"] == 1) & (stops["at_s"] <= 160.0) & (stops["until_s"] >= 160.0)]
    assert set(planned["cell"]) == {"loaded", "production"}
    assert (stops["recovery_s"] >= 0.0).all()
    seen = run.detections(lane=0, onset_s=100.0)
    assert len(seen) == 2
    assert seen["false_alarm_rate"].isna().all()
    with pytest.raises(InvalidUse, match="no cell is called 'zz'") as refused:
        run.detections(lane=0, onset_s=0.0, cell="zz")
    assert "lab, degraded, loaded, production" in str(refused.value.fix)
    with pytest.raises(InvalidUse, match="no chart can be set"):
        run.detections(lane=9, onset_s=0.0)
