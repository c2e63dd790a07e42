"""Detection as a data frame: on what its charts are set, and where its bound is stated."""

from pathlib import Path

import pyarrow as pa
import pytest

from labgap.errors import InvalidUse
from labgap.flow_frames import detection_frame
from tests.synthetic_run import make_replication, make_scenario, write_run


def folder(place: Path, replications: int, *, blind: int | None = None) -> Path:
    """A run of one lane; nothing is read in the replication `blind`."""
    scenario = make_scenario(replications=replications, lanes=1)
    run = {}
    for number in range(replications):
        tables = make_replication(5, number, parcels=300, lanes=1, share=0.0)
        if number == blind:
            read = tables["parcel_read"]
            at = read.schema.get_field_index("decision")
            nothing = pa.array(["no_read"] * len(read)).cast(read.schema.field(at).type)
            tables["parcel_read"] = read.set_column(at, read.schema.field(at), nothing)
        run["barcode", number] = tables
    return write_run(place, scenario, run)


def test_a_replication_is_watched_on_the_charts_of_the_others(tmp_path: Path) -> None:
    path = folder(tmp_path, 4, blind=3)
    found = detection_frame(
        path, make_scenario().sorting, lane=0, onset_s=0.0, cell="loaded"
    ).set_index("rep")
    assert found.loc["0003", "signal"] == "no_read"
    # Where the blind one sets the threshold, nothing else is above it.
    assert found["alarm_s"].isna()[["0000", "0001", "0002"]].all()
    # Three others each: levels of one, the threshold of two.
    assert (found["false_alarm_rate"] == 1 / 3).all()


@pytest.mark.parametrize("cell", ["lab", "degraded", "production"])
def test_no_bound_is_stated_for_a_cell_the_charts_are_not_set_on(tmp_path: Path, cell: str) -> None:
    found = detection_frame(
        folder(tmp_path, 3), make_scenario().sorting, lane=0, onset_s=0.0, cell=cell
    )
    assert len(found) == 3
    assert found["false_alarm_rate"].isna().all()


def test_a_cell_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="no cell is called 'zz'") as refused:
        detection_frame(
            folder(tmp_path, 2), make_scenario().sorting, lane=0, onset_s=0.0, cell="zz"
        )
    assert "lab, degraded, loaded, production" in refused.value.fix


def test_a_run_of_one_replication_has_no_others_to_set_charts_on(tmp_path: Path) -> None:
    with pytest.raises(InvalidUse, match="0 replications") as refused:
        detection_frame(
            folder(tmp_path, 1), make_scenario().sorting, lane=0, onset_s=0.0, cell="production"
        )
    assert "more replications" in refused.value.fix
