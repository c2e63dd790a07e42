"""The invented run must keep the published schemas, or tests built on it prove nothing."""

import pyarrow.parquet as pq

from scenarios.events import (
    EVENTS,
    READINGS,
    TRUTH_CONDITIONS,
    TRUTH_PARCELS,
    event_schema,
    topic,
)
from tests.synthetic_run import make_run, make_scenario, write_run


def test_tables_have_the_published_schemas() -> None:
    tables = make_run(make_scenario(replications=1))["barcode", 0]
    for event in EVENTS:
        published = event_schema(event)
        assert tables[topic(event)].schema.names == [*published.names, "cell"]
        assert tables[topic(event)].schema.metadata == published.metadata
    assert tables["parcels"].schema == TRUTH_PARCELS
    assert tables["conditions"].schema == TRUTH_CONDITIONS
    assert tables["readings"].schema == READINGS


def test_folder_holds_the_same_rows(tmp_path) -> None:
    scenario = make_scenario(replications=2)
    run = make_run(scenario)
    folder = write_run(tmp_path / "run", scenario, run)
    for (arm, replication), tables in run.items():
        file = folder / "events" / f"arm={arm}" / f"rep={replication:04d}" / "parcel_read.parquet"
        assert pq.ParquetFile(file).read().equals(tables["parcel_read"])
