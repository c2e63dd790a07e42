"""All of `compute`, against a second count in plain Python and against what it must refuse."""

import json
import math

import pyarrow as pa
import pytest
from scipy import stats

from metrics.catalogue import CATALOGUE, Scope
from metrics.errors import InconsistentRunError, MissingTableError
from metrics.frames import notes_frame, records_frame
from metrics.groups import group_order
from metrics.records import CONDITIONS, Metrics
from metrics.scoring import compute
from metrics.tables import RunTables
from scenarios.model import Sampled
from tests.synthetic_run import Reader, make_run, make_scenario, write_run

ARMS = ("plain", "keen")
READERS = {"plain": Reader(), "keen": Reader(right=0.99, loss=0.02, sure=0.99, late=0.1)}


@pytest.fixture(scope="module")
def scenario():
    return make_scenario(arms=ARMS, replications=6, lanes=2)


@pytest.fixture(scope="module")
def run(scenario):
    return make_run(scenario, readers=READERS, parcels=150, surge=7)


@pytest.fixture(scope="module")
def measured(run, scenario):
    return compute(RunTables.from_tables(run), scenario)


def test_folder_and_memory_give_the_same_bytes(tmp_path, run, scenario, measured) -> None:
    folder = write_run(tmp_path / "run", scenario, run)
    again = compute(RunTables.open(folder), scenario)
    assert again.to_json() == measured.to_json()


def right_answers(tables, degraded: bool) -> set[str]:
    truth = {row["parcel_id"]: row for row in tables["parcels"].to_pylist()}
    return {
        row["parcel_id"]
        for row in tables["readings"].to_pylist()
        if row["degraded"] is degraded
        and row["sort_code"] == truth[row["parcel_id"]]["sort_code"]
        and truth[row["parcel_id"]]["population"] == "base"
    }


@pytest.mark.parametrize("arm", ARMS)
def test_headline_gap_against_a_second_count(run, measured, arm: str) -> None:
    gaps = []
    for (name, _), tables in run.items():
        if name == arm:
            late = {
                row["parcel_id"]
                for row in tables["deadline_missed"].to_pylist()
                if row["cell"] == "production"
            }
            production = right_answers(tables, degraded=True) - late
            gaps.append((len(right_answers(tables, degraded=False)) - len(production)) / 150)
    mean = sum(gaps) / len(gaps)
    low, high = stats.t.interval(0.95, len(gaps) - 1, mean, stats.sem(gaps))
    found = measured.get("accuracy.forced", arm=arm)
    assert (found.value, found.low, found.high) == pytest.approx((mean, low, high))
    assert (found.n, found.replications) == (900, 6)


def test_lateness_counts_in_the_headline_and_is_forgiven_beside_it(measured) -> None:
    headline = measured.get("accuracy.forced", arm="keen", condition="production").value
    forgiven = measured.get("accuracy.reader", arm="keen", condition="production").value
    assert headline < forgiven - 0.05
    same = [
        measured.get(metric, arm="plain", condition="production").value
        for metric in ("accuracy.forced", "accuracy.reader")
    ]
    assert same[0] == same[1]


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize(
    "metric", [m for m, s in CATALOGUE.items() if s.scope is not Scope.STATION]
)
def test_factors_add_up_to_the_gap(measured, metric: str, arm: str) -> None:
    parts = [
        measured.get(metric, arm=arm, group=f"factor={factor}").value
        for factor in ("degradation", "load", "interaction")
    ]
    assert math.fsum(parts) == pytest.approx(measured.get(metric, arm=arm).value, abs=1e-9)


def test_load_alone_leaves_the_reader_alone(measured) -> None:
    for factor in ("load", "interaction"):
        record = measured.get("accuracy.reader", arm="keen", group=f"factor={factor}")
        assert record.value == 0.0
        assert record.low < 0.0 < record.high


def test_lab_and_production_of_a_group_are_the_same_parcels(measured, run) -> None:
    hit = sum(
        (row["kind"], row["severity"]) == ("torn", 2) and int(row["parcel_id"][-6:]) < 150
        for (arm, _), tables in run.items()
        if arm == "plain"
        for row in tables["conditions"].to_pylist()
    )
    for condition in CONDITIONS:
        found = measured.get(
            "rate.read", arm="plain", condition=condition, group="kind=torn,severity=2"
        )
        assert found.n == hit


def test_a_kind_alone_is_scored_over_the_parcels_that_nothing_else_hits(measured, run) -> None:
    pairs, rights = 0, {False: 0, True: 0}
    for (arm, _), tables in run.items():
        if arm == "plain":
            kinds = {}
            for row in tables["conditions"].to_pylist():
                if row["lap"] == 1 and int(row["parcel_id"][-6:]) < 150:
                    kinds.setdefault(row["parcel_id"], set()).add(row["kind"])
            alone = {name for name, hits in kinds.items() if hits == {"glare"}}
            assert 0 < len(alone) < sum("glare" in hits for hits in kinds.values())
            pairs += len(alone)
            for degraded in rights:
                rights[degraded] += len(right_answers(tables, degraded) & alone)
    group = "kind=glare,alone=yes"
    for condition, degraded in (("lab", False), ("production", True)):
        found = measured.get("accuracy.reader", arm="plain", condition=condition, group=group)
        assert (found.n, found.value) == (pairs, pytest.approx(rights[degraded] / pairs))
    assert measured.get("accuracy.reader", arm="plain", group=group).n == pairs
    with pytest.raises(KeyError):
        measured.get("wait.induction_mean_s", arm="plain", group=group)


def test_surge_parcels_are_counted_and_nowhere_paired(measured) -> None:
    surge = measured.get("surge.parcels", arm="plain", condition="production")
    assert (surge.value, surge.n) == (7.0, 42)
    assert measured.get("surge.parcels", arm="plain", condition="lab").value == 0.0
    with pytest.raises(KeyError):
        measured.get("surge.parcels", arm="plain")
    assert measured.get("rate.right_chute", arm="plain").n == 900
    offered = measured.get("throughput.offered_per_lane_h", arm="plain", condition="production")
    assert offered.value == pytest.approx(157 / (2 * 1.5))


def test_order_is_catalogue_arm_group_condition(measured) -> None:
    names = list(CATALOGUE)
    keys = [(names.index(record.metric), ARMS.index(record.arm)) for record in measured.records]
    assert keys == sorted(keys)
    forced = [r for r in measured.records if (r.metric, r.arm) == ("accuracy.forced", "plain")]
    assert [record.condition for record in forced[:6]] == ["lab", "production", "gap"] + ["gap"] * 3
    rest = [group_order(record.group) for record in forced[6:]]
    assert rest == sorted(rest)
    assert len(set(measured.records)) == len(measured.records)


def test_every_record_without_an_interval_has_a_note(measured) -> None:
    noted = {(note.metric, note.arm, note.condition, note.group) for note in measured.notes}
    for record in measured.records:
        assert record.condition in CONDITIONS
        if record.low is None or record.high is None:
            assert (record.metric, record.arm, record.condition, record.group) in noted
        else:
            assert record.low <= record.value <= record.high


def test_notes_name_existing_records_or_the_run(measured) -> None:
    keys = {(r.metric, r.arm, r.condition, r.group) for r in measured.records}
    keys |= {("*", arm, "*", "*") for arm in ("*", *ARMS)}
    assert {(n.metric, n.arm, n.condition, n.group) for n in measured.notes} <= keys


def test_run_notes(run, scenario, measured) -> None:
    texts = [note.text for note in measured.notes if note.metric == "*"]
    assert any("lab minus production" in text for text in texts)
    assert sum("alone=yes" in text for text in texts) == 1
    assert any(text.startswith("6 replications:") for text in texts)
    assert not any("Sampled" in text for text in texts)
    sampled = scenario.model_copy(update={"fidelity": Sampled(kind="sampled", parcels=40)})
    notes = compute(RunTables.from_tables(run), sampled).notes
    assert any("Sampled fidelity: shares and times rest on the 40" in note.text for note in notes)


def test_missing_answers_are_told(run, scenario) -> None:
    key = ("plain", 2)
    tables = {**run[key], "readings": run[key]["readings"].slice(3)}
    found = compute(RunTables.from_tables({**run, key: tables}), scenario)
    assert [n.text for n in found.notes if (n.metric, n.arm) == ("*", "plain")] == [
        "3 answers are missing and count as no-reads."
    ]


def test_arm_the_scenario_does_not_name(run) -> None:
    with pytest.raises(InconsistentRunError, match="keen"):
        compute(RunTables.from_tables(run), make_scenario(arms=("plain",), replications=6))


def test_missing_arm_and_missing_replication(run, scenario) -> None:
    one_arm = {key: tables for key, tables in run.items() if key[0] == "plain"}
    with pytest.raises(MissingTableError, match="'keen' has 0 of 6"):
        compute(RunTables.from_tables(one_arm), scenario)
    holes = {key: tables for key, tables in run.items() if key != ("keen", 3)}
    with pytest.raises(MissingTableError, match=r"first missing: 3.*--resume"):
        compute(RunTables.from_tables(holes), scenario)
    with pytest.raises(InconsistentRunError, match="6 replications, the scenario 5"):
        compute(RunTables.from_tables(run), make_scenario(arms=ARMS, replications=5))


def test_one_replication_scores_with_honest_words() -> None:
    scenario = make_scenario(replications=1)
    found = compute(RunTables.from_tables(make_run(scenario)), scenario)
    headline = found.get("accuracy.forced", arm="barcode")
    assert headline.low < headline.value < headline.high
    remark = next(n.text for n in found.notes if n.metric == "accuracy.forced" and n.group == "all")
    assert "no replication interval" in remark
    assert found.get("wait.induction_mean_s", arm="barcode").low is None


def test_a_run_without_base_parcels_is_undefined_not_an_error() -> None:
    scenario = make_scenario(replications=2)
    found = compute(RunTables.from_tables(make_run(scenario, parcels=0)), scenario)
    headline = found.get("accuracy.forced", arm="barcode")
    assert (headline.value, headline.low, headline.n, headline.replications) == (None, None, 0, 0)
    assert not any("alone=yes" in note.text for note in found.notes)


def test_a_desk_without_operators_has_no_utilisation() -> None:
    scenario = make_scenario(replications=2)
    desk = scenario.sorting.review_desk.model_copy(update={"operators": 0})
    sorting = scenario.sorting.model_copy(update={"review_desk": desk})
    run = make_run(scenario)
    changed = scenario.model_copy(update={"sorting": sorting})
    found = compute(RunTables.from_tables(run), changed)
    assert found.get("utilisation.review_desk", arm="barcode").value is None


def test_frames_hold_the_records_and_notes(measured) -> None:
    frame = records_frame(measured)
    first = measured.records[0]
    assert list(frame.columns) == list(json.loads(measured.to_json())["records"][0])
    assert len(frame) == len(measured.records)
    assert frame.loc[0, "value"] == first.value
    assert frame["low"].isna().sum() == sum(record.low is None for record in measured.records)
    assert len(notes_frame(measured)) == len(measured.notes)
    empty = Metrics(())
    assert list(records_frame(empty).columns) == list(frame.columns)
    assert list(notes_frame(empty).columns) == ["metric", "arm", "condition", "group", "text"]


def test_dictionary_and_plain_cells_score_alike(run, scenario, measured) -> None:
    plain = {
        key: {
            name: table.set_column(
                table.schema.names.index("cell"), "cell", table.column("cell").cast(pa.string())
            )
            if "cell" in table.schema.names
            else table
            for name, table in tables.items()
        }
        for key, tables in run.items()
    }
    assert compute(RunTables.from_tables(plain), scenario) == measured
