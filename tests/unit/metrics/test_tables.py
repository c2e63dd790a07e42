import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metrics.errors import MetricsError, MissingTableError, WrongSchemaError
from metrics.tables import TABLES, RunTables
from scenarios.events import topic
from scenarios.floor_events import FLOOR_EVENTS
from tests.synthetic_run import make_run, make_scenario, write_run

KEY = ("barcode", 0)


@pytest.fixture(scope="module")
def scenario():
    return make_scenario(replications=2)


@pytest.fixture(scope="module")
def run(scenario):
    return make_run(scenario, parcels=8)


def with_table(run, name: str, table: pa.Table):
    return {key: ({**tables, name: table} if key == KEY else tables) for key, tables in run.items()}


def test_folder_and_memory_give_the_same_tables(tmp_path, scenario, run) -> None:
    # Characters that a glob would take for a pattern, and a folder that looks like a partition.
    folder = write_run(tmp_path / "rep=9" / "run [1] *?'", scenario, run)
    from_folder, from_memory = RunTables.open(folder), RunTables.from_tables(run)
    assert from_folder.arms == from_memory.arms == ("barcode",)
    assert from_folder.replications("barcode") == (0, 1)
    for replication in (0, 1):
        loaded = from_folder.load("barcode", replication)
        assert set(loaded) == set(TABLES)
        for name, table in from_memory.load("barcode", replication).items():
            assert loaded[name].equals(table), name


def test_whole_table_carries_arm_and_replication(run) -> None:
    table = RunTables.from_tables(run).table("parcel_read")
    assert table.schema.names[-3:] == ["cell", "arm", "rep"]
    assert sorted(set(table.column("rep").to_pylist())) == [0, 1]
    assert table.num_rows == sum(tables["parcel_read"].num_rows for tables in run.values())
    with pytest.raises(KeyError):
        RunTables.from_tables(run).table("passwords")


def test_folder_without_events(tmp_path) -> None:
    with pytest.raises(MissingTableError, match="did the run finish"):
        RunTables.open(tmp_path)


def test_missing_file_names_table_arm_and_replication(tmp_path, scenario, run) -> None:
    folder = write_run(tmp_path / "run", scenario, run)
    (folder / "truth" / "rep=0001" / "conditions.parquet").unlink()
    with pytest.raises(MissingTableError, match=r"conditions of arm 'barcode', replication 1"):
        RunTables.open(folder).load("barcode", 1)


def test_missing_replication(run) -> None:
    with pytest.raises(MissingTableError, match="replication 7"):
        RunTables.from_tables(run).load("barcode", 7)


def test_file_that_is_not_parquet(tmp_path, scenario, run) -> None:
    folder = write_run(tmp_path / "run", scenario, run)
    file = folder / "events" / "arm=barcode" / "rep=0000" / "readings.parquet"
    file.write_bytes(b"PAR1 torn off")
    with pytest.raises(MetricsError, match=r"readings of arm 'barcode'.*cannot be read"):
        RunTables.open(folder).load(*KEY)


def test_a_file_whose_column_names_are_no_text(tmp_path, scenario, run) -> None:
    folder = write_run(tmp_path / "run", scenario, run)
    file = folder / "events" / "arm=barcode" / "rep=0000" / "readings.parquet"
    file.write_bytes(file.read_bytes().replace(b"confidence", b"confid\xe4nce"))
    with pytest.raises(MetricsError, match=r"readings of arm 'barcode'.*cannot be read"):
        RunTables.open(folder).load(*KEY)


def test_foreign_table(run) -> None:
    foreign = run[KEY]["parcels"].replace_schema_metadata(None)
    with pytest.raises(WrongSchemaError, match="not written by labgap"):
        RunTables.from_tables(with_table(run, "parcels", foreign)).load(*KEY)


def test_table_under_another_name(run) -> None:
    swapped = with_table(run, "parcel_arrived", run[KEY]["parcel_inducted"])
    with pytest.raises(WrongSchemaError, match="'parcel_inducted'"):
        RunTables.from_tables(swapped).load(*KEY)


@pytest.mark.parametrize("version", [b"0", b"2"])
def test_other_schema_version(run, version: bytes) -> None:
    table = run[KEY]["readings"]
    other = table.replace_schema_metadata({**table.schema.metadata, b"labgap.version": version})
    with pytest.raises(WrongSchemaError, match=f"schema version {version.decode()}"):
        RunTables.from_tables(with_table(run, "readings", other)).load(*KEY)


@pytest.mark.parametrize(("name", "column"), [("parcel_read", "cell"), ("readings", "readable")])
def test_missing_column(run, name: str, column: str) -> None:
    shorter = run[KEY][name].drop_columns(column)
    with pytest.raises(WrongSchemaError, match=f"{column!r} exactly once"):
        RunTables.from_tables(with_table(run, name, shorter)).load(*KEY)


def test_column_of_another_type(run) -> None:
    table = run[KEY]["parcel_arrived"]
    number = table.schema.names.index("lane")
    texts = table.set_column(number, "lane", table.column("lane").cast(pa.string()))
    with pytest.raises(WrongSchemaError, match="lane is string, not int64"):
        RunTables.from_tables(with_table(run, "parcel_arrived", texts)).load(*KEY)


def test_empty_value_where_none_may_be(run) -> None:
    table = run[KEY]["parcel_arrived"]
    values = [None, *table.column("at_s").to_pylist()[1:]]
    holes = table.set_column(0, "at_s", pa.array(values, pa.float64()))
    with pytest.raises(WrongSchemaError, match="at_s has 1 empty"):
        RunTables.from_tables(with_table(run, "parcel_arrived", holes)).load(*KEY)


def test_other_files_in_the_folder_are_left_alone(tmp_path, scenario, run) -> None:
    folder = write_run(tmp_path / "run", scenario, run)
    (folder / "events" / "arm=barcode" / "rep=tmp").mkdir()
    stray = folder / "events" / "arm=barcode" / "rep=0000" / "stray.parquet"
    pq.write_table(pa.table({"a": [1]}), stray)
    assert RunTables.open(folder).replications("barcode") == (0, 1)


def test_a_run_older_than_the_floor_has_empty_tables_of_it(run) -> None:
    floor = {topic(event) for event in FLOOR_EVENTS}
    older = {
        key: {name: table for name, table in tables.items() if name not in floor}
        for key, tables in run.items()
    }
    loaded = RunTables.from_tables(older).load("barcode", 1)
    assert set(loaded) == set(TABLES)
    assert all(loaded[name].num_rows == 0 for name in floor)
    assert all(loaded[name].schema.names[-1] == "cell" for name in floor)


def test_a_single_table_of_the_floor_cannot_be_missing(run) -> None:
    torn = {
        key: {name: table for name, table in tables.items() if name != "parcel_refused"}
        for key, tables in run.items()
    }
    with pytest.raises(MissingTableError, match=r"parcel_refused of arm 'barcode'"):
        RunTables.from_tables(torn).load("barcode", 0)
