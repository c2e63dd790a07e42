"""A sampled run: every parcel moves, the model reads a few, and every figure says which."""

from pathlib import Path

import pytest

import labgap as library
from tests.conftest import Labgap

SAMPLE = 20
SMALL = (
    "run",
    "quickstart",
    "--reps",
    "2",
    "--set",
    f"fidelity={{kind: sampled, parcels: {SAMPLE}}}",
    "--set",
    "sorting.arrivals={duration_s: 180, rate_per_h: 1200, profile: [], burst: null, surges: []}",
)


@pytest.fixture(scope="module")
def run(labgap: Labgap, tmp_path_factory: pytest.TempPathFactory) -> library.LoadedRun:
    folder: Path = tmp_path_factory.mktemp("sampled")
    done = labgap(*SMALL, "--jobs", "1", "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return library.load(folder / "run")


def test_the_model_reads_the_sample_and_no_one_else(run: library.LoadedRun) -> None:
    parcels = run.truth("parcels")
    assert (parcels.groupby("rep")["sampled"].sum() == SAMPLE).all()
    assert len(parcels) > 2 * SAMPLE
    sampled = set(parcels[parcels["sampled"]]["parcel_id"])
    readings = run.readings()
    assert set(readings[readings["source"] == "model"]["parcel_id"]) == sampled
    assert set(readings[readings["source"] == "donor"]["parcel_id"]).isdisjoint(sampled)
    first = readings[readings["lap"] == 1]
    assert (first.groupby("degraded")["parcel_id"].nunique() == len(parcels)).all()


def test_every_parcel_moves_and_headlines_rest_on_the_sample(run: library.LoadedRun) -> None:
    gone = {
        name: run.events(name).query("cell == 'production'")
        for name in ("parcel_diverted", "parcel_excepted")
    }
    assert sum(len(events) for events in gone.values()) == len(run.truth("parcels"))
    headline = run.metrics.query("metric == 'accuracy.forced' and group == 'all'")
    assert set(headline["n"]) == {2 * SAMPLE}


def test_donated_right_answers_are_the_takers_own(run: library.LoadedRun) -> None:
    told = run.readings().merge(run.truth("parcels"), on="parcel_id", suffixes=("", "_true"))
    donated = told[(told["source"] == "donor") & (told["decision"] == "accept")]
    assert len(donated) > SAMPLE
    assert (donated["tracking_id"] == donated["tracking_id_true"]).mean() > 0.9


def test_the_page_says_that_it_is_a_sample(run: library.LoadedRun) -> None:
    assert "sample" in (run.path / "report.html").read_text("utf-8").lower()
    assert "sample" in (run.path / "report.md").read_text("utf-8").lower()
