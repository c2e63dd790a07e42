"""What must hold of the scores of any run."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.catalogue import CATALOGUE, Scope
from metrics.scoring import compute
from metrics.tables import RunTables
from tests.synthetic_run import Reader, make_run, make_scenario

TWIN = {"degraded": "lab", "production": "loaded"}
MIRROR = {
    "lab": "production",
    "production": "lab",
    "degraded": "loaded",
    "loaded": "degraded",
}
OUTCOMES = ("rate.read", "rate.misread", "rate.hand_off", "rate.no_read")
FINALS = ("rate.right_chute", "rate.misroute", "rate.exception")

few = settings(max_examples=8, deadline=None)
worlds = st.builds(
    lambda replications, seed, parcels, share, reader: (
        make_scenario(replications=replications),
        {"seed": seed, "parcels": parcels, "share": share, "readers": {"barcode": reader}},
    ),
    st.integers(1, 3),
    st.integers(0, 2**32 - 1),
    st.integers(1, 25),
    st.floats(0.0, 1.0),
    st.builds(
        Reader,
        right=st.floats(0.0, 1.0),
        loss=st.floats(0.0, 0.3),
        sure=st.floats(0.0, 1.0),
        late=st.floats(0.0, 1.0),
    ),
)


def score(run, scenario):
    return compute(RunTables.from_tables(run), scenario)


def with_column(table, name, values):
    number = table.schema.names.index(name)
    field = table.schema.field(number)
    kind = pa.string() if pa.types.is_dictionary(field.type) else field.type
    return table.set_column(number, pa.field(name, kind, field.nullable), pa.array(values, kind))


def recast(run, cells, answers):
    """The run with every cell's events taken from another cell, and answers by degradation."""
    changed = {}
    for key, tables in run.items():
        new = dict(tables)
        for name, table in tables.items():
            if "cell" in table.schema.names:
                happened = np.array(table.column("cell").to_pylist(), dtype=object)
                parts = [
                    with_column(table.filter(pa.array(happened == source)), "cell", [cell] * n)
                    for cell, source in cells.items()
                    for n in [int(np.sum(happened == source))]
                ]
                new[name] = pa.concat_tables(parts)
        degraded = np.array(tables["readings"].column("degraded").to_pylist())
        parts = [
            with_column(
                tables["readings"].filter(pa.array(degraded == source)), "degraded", [d] * n
            )
            for d, source in answers.items()
            for n in [int(np.sum(degraded == source))]
        ]
        new["readings"] = pa.concat_tables(parts)
        changed[key] = new
    return changed


@few
@given(worlds)
def test_outcomes_partition_and_shares_stay_in_bounds(world) -> None:
    scenario, how = world
    found = score(make_run(scenario, **how), scenario)
    by_key = {(r.metric, r.condition, r.group): r for r in found.records}
    for condition in ("lab", "production"):
        for group in {record.group for record in found.records if record.metric == "rate.read"}:
            for family in (OUTCOMES, FINALS):
                records = [by_key.get((metric, condition, group)) for metric in family]
                if all(record is not None and record.n for record in records):
                    assert sum(record.value for record in records) == pytest.approx(1.0)
    for record in found.records:
        low, high = CATALOGUE[record.metric].bounds
        if record.condition != "gap" and record.value is not None:
            for number in (record.value, record.low, record.high):
                assert number is None or (number >= low and (high is None or number <= high))
        if record.low is not None:
            assert record.low <= record.value <= record.high


@few
@given(worlds)
def test_null_degradation_gives_exactly_no_gap_of_degradation(world) -> None:
    scenario, how = world
    run = make_run(scenario, **how)
    cells = {cell: TWIN.get(cell, cell) for cell in MIRROR}
    found = score(recast(run, cells, {False: False, True: False}), scenario)
    for record in found.records:
        if record.group == "factor=degradation" and record.value is not None:
            assert record.value == 0.0
            assert record.low is None or record.low <= 0.0 <= record.high
    reader = found.get("accuracy.reader", arm="barcode")
    assert reader.value == 0.0
    assert reader.low < 0.0 < reader.high


@few
@given(worlds)
def test_equal_worlds_give_exactly_no_gap_anywhere(world) -> None:
    scenario, how = world
    run = make_run(scenario, **how)
    found = score(recast(run, dict.fromkeys(MIRROR, "lab"), {False: False, True: False}), scenario)
    for record in found.records:
        if record.condition == "gap" and record.value is not None:
            assert record.value == 0.0
            assert record.low is None or record.low <= 0.0 <= record.high
            spec = CATALOGUE[record.metric]
            if spec.unit == "share" and spec.scope is not Scope.STATION:
                assert record.low < 0.0 < record.high


@few
@given(worlds)
def test_swapping_the_worlds_turns_every_gap_round(world) -> None:
    scenario, how = world
    run = make_run(scenario, **how)
    there = score(run, scenario)
    back = score(recast(run, MIRROR, {False: True, True: False}), scenario)
    turned = {(r.metric, r.group): r for r in back.records if r.condition == "gap"}
    for record in there.records:
        # What is readable is decided by the degraded picture, so that group itself changes.
        if record.condition != "gap" or record.group.startswith(("factor", "readable")):
            continue
        other = turned[record.metric, record.group]
        assert (record.n, record.replications) == (other.n, other.replications)
        if record.value is None:
            assert other.value is None
            continue
        assert record.value == -other.value
        if record.low is None:
            assert other.low is None
        else:
            assert record.low == pytest.approx(-other.high, abs=1e-12)
            assert record.high == pytest.approx(-other.low, abs=1e-12)


@few
@given(worlds, st.randoms(use_true_random=False))
def test_order_of_rows_and_of_replications_changes_nothing(world, random) -> None:
    scenario, how = world
    run = make_run(scenario, **how)
    labels = list(range(scenario.replications))
    random.shuffle(labels)
    shuffled = {}
    for (arm, replication), tables in run.items():
        mixed = {}
        for name, table in tables.items():
            rows = list(range(table.num_rows))
            random.shuffle(rows)
            mixed[name] = table.take(pa.array(rows, pa.int64()))
        shuffled[arm, labels[replication]] = mixed
    assert score(shuffled, scenario).to_json() == score(run, scenario).to_json()
