"""Numbers of a network run, against sums made by hand and the rules gaps obey."""

import math

import numpy as np
import pyarrow as pa
import pytest

from metrics.network import NETWORK_ARM, TIER_NOTE, compute_network, worst_tenth
from metrics.network_catalogue import NETWORK_CATALOGUE
from metrics.records import Metrics
from sim.network.centres import draw_centres
from sim.network.day import play_centre
from sim.network.record import hourly_load, play_part
from sim.streams import Streams
from tests.network_specimen import network

NET = network(cut_off_s=3700.0)
CENTRES = draw_centres(NET, 3)
TABLES = [play_part(NET, CENTRES, Streams(3, replication)) for replication in range(3)]


def measured(tables: list[dict[str, pa.Table]]) -> Metrics:
    return compute_network(
        [part["centres"] for part in tables], [part["hours"] for part in tables], 3600.0
    )


def value(name: str, condition: str, found: Metrics | None = None) -> float:
    record = (found or measured(TABLES)).get(
        f"network.{name}", arm=NETWORK_ARM, condition=condition
    )
    assert record.value is not None
    return record.value


def test_every_metric_is_there_in_both_worlds_and_as_a_gap() -> None:
    found = measured(TABLES)
    assert [record.metric for record in found.records[::3]] == list(NETWORK_CATALOGUE)
    assert {record.replications for record in found.records} == {3}
    assert found.notes[0].text == TIER_NOTE


@pytest.mark.parametrize("world", ["lab", "production"])
def test_shares_and_means_are_those_of_the_parcels_themselves(world: str) -> None:
    loaded = world == "production"
    days = [
        play_centre(NET, centre, loaded, loaded, Streams(3, replication))
        for replication in range(3)
        for centre in CENTRES
    ]
    base = sum(int(day.base.sum()) for day in days)
    late = sum(int((day.left_s[day.base] > 3700.0).sum()) for day in days)
    assert value("late_share", world) == pytest.approx(late / base, abs=1e-15)
    assert value("parcels", world) == sum(len(day.left_s) for day in days) / 3
    waits = np.concatenate([day.stages["docks"].wait_s for day in days])
    assert value("wait.docks_mean_s", world) == pytest.approx(math.fsum(waits) / len(waits))
    inside = np.concatenate(
        [(day.left_s - day.stages["docks"].arrival_s)[day.base] for day in days]
    )
    assert value("time_in_centre.mean_s", world) == pytest.approx(math.fsum(inside) / base)


def test_the_gap_is_lab_minus_production() -> None:
    for name in NETWORK_CATALOGUE:
        key = name.removeprefix("network.")
        assert value(key, "gap") == pytest.approx(value(key, "lab") - value(key, "production"))


def test_the_order_of_centres_and_replications_changes_nothing() -> None:
    turned = [
        {name: table.take(list(range(len(table)))[::-1]) for name, table in part.items()}
        for part in TABLES[::-1]
    ]
    assert measured(turned).to_json() == measured(TABLES).to_json()


def test_what_arrived_has_left_or_is_inside_at_every_hour() -> None:
    for centre in CENTRES:
        day = play_centre(NET, centre, True, True, Streams(3, 0))
        for hour, (arrived, inside) in enumerate(hourly_load(NET, day).T.tolist(), start=1):
            assert arrived - inside == np.count_nonzero(day.left_s <= 3600.0 * hour)
            assert inside == day.backlog(3600.0 * hour)


def test_a_network_without_load_and_with_one_reader_has_no_gap() -> None:
    calm = network(
        load={"profile": [], "burst": None, "peaks": []},
        reader={"production": {"hand_off": 0.05, "no_read": 0.01}},
    )
    tables = [play_part(calm, draw_centres(calm, 3), Streams(3, number)) for number in range(2)]
    found = measured(tables)
    assert {record.value for record in found.records if record.condition == "gap"} == {0.0}


@pytest.mark.parametrize(("count", "expected"), [(0, None), (1, 0.0), (10, 9.0), (20, 18.5)])
def test_the_worst_tenth(count: int, expected: float | None) -> None:
    assert worst_tenth(np.arange(count, dtype=float)) == expected


def test_a_centre_where_nobody_came_counts_nowhere() -> None:
    rows = [part["centres"].to_pylist() for part in TABLES]
    nobody = [
        {
            key: 0 if key.endswith(("parcels", "busy_s", "queue", "peak")) else entry
            for key, entry in {**row, "centre": 99}.items()
        }
        for row in rows[0][:1]
    ]
    nobody[0].update({key: None for key in nobody[0] if key.endswith(("_mean_s", "_p50_s"))})
    nobody[0].update({key: None for key in nobody[0] if key.endswith(("_p95_s", "_p99_s"))})
    with_one = pa.Table.from_pylist(rows[0] + nobody, schema=TABLES[0]["centres"].schema)
    found = measured([{**TABLES[0], "centres": with_one}, *TABLES[1:]])
    for key in ("late_share", "time_in_centre.p95_worst_decile_s", "wait.docks_mean_s"):
        assert value(key, "lab", found) == value(key, "lab")
