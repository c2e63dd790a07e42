"""A part that does nothing changes nothing, and faults and promises keep to their cells."""

from typing import Any

import pytest

from scenarios.events import EVENTS, ParcelDiverted
from scenarios.floor_events import ExceptionHandled, ParcelLoaded
from scenarios.model import Burst
from sim.sorting.centre import run_cell
from sim.sorting.population import draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting


@pytest.mark.parametrize(
    "parts",
    [
        {"faults": {}},
        {"faults": {"doubles": {"share": 0.0, "detected_share": 1.0}}},
        {"faults": {"tracking": {}}},
        {"faults": {"diverters": {"mtbf_h": 1e5, "mttr_s": 1.0}}},
        {"faults": {"outages": ({"start_s": 1e7, "end_s": 2e7},)}},
        {"faults": {"jams": {"mtbf_h": 1e4, "mttr_s": 60.0}}},
        {"chutes": {"capacity": 100_000, "attendants": 1, "swap_s": 1.0, "swap_cv": 0.0}},
        {"exceptions": {"people": 3, "parcels_per_h": 60.0, "service_cv": 1.0, "error_rate": 0.5}},
        {
            "line_haul": {
                "routes": ({"chutes": 32, "cut_offs_s": (900.0,)},),
                "promise_s": 0.0,
                "loading_s": 60.0,
            }
        },
        {"belt": {"induction_stations": 1, "non_conveyable_share": 0.0}},
    ],
    ids=lambda parts: "/".join(f"{k}:{'+'.join(v)}" for k, v in parts.items()),
)
def test_a_part_that_does_nothing_leaves_every_other_row_as_it_was(parts: dict[str, Any]) -> None:
    streams = Streams(11, 0)
    plain = sorting(lanes=2)
    population = draw_population(plain, streams)
    readings = noisy(population, review=0.2, no_read=0.1)
    own = {ExceptionHandled, ParcelLoaded}
    expected = run_cell(plain, population, True, readings, streams)
    found = run_cell(sorting(lanes=2, **parts), population, True, readings, streams)
    for event in EVENTS:
        if event not in own:
            assert found.rows(event) == expected.rows(event), event


def test_faults_belong_to_the_load() -> None:
    streams = Streams(11, 0)
    faulty = sorting(
        faults={"tracking": {"lost_share": 1.0}, "outages": ({"start_s": 0.0, "end_s": 900.0},)}
    )
    population = draw_population(faulty, streams)
    readings = noisy(population)
    calm = run_cell(faulty, population, False, readings, streams)
    plain = run_cell(sorting(), population, False, readings, streams)
    assert all(calm.rows(event) == plain.rows(event) for event in EVENTS)
    assert not run_cell(faulty, population, True, readings, streams).rows(ParcelDiverted)


def test_promises_are_the_same_in_every_cell_and_can_be_kept() -> None:
    streams = Streams(12, 0)
    scenario = sorting(
        arrivals={"burst": Burst(mean_parcels=15.0, mean_gap_s=0.7)},
        manifest={"late_share": 0.0, "missing_share": 0.0},
        line_haul={
            "routes": ({"chutes": 32, "cut_offs_s": tuple(300.0 * n for n in range(1, 8))},),
            "promise_s": 300.0,
            "loading_s": 30.0,
        },
    )
    population = draw_population(scenario, streams)
    readings = noisy(population, review=0.0, no_read=0.0, misread=0.0)
    promised = []
    for loaded in (False, True):
        rows = run_cell(scenario, population, loaded, readings, streams).rows(ParcelLoaded)
        promised.append({row.parcel_id: row.promised_s for row in rows})
        if not loaded:
            assert all(row.cut_off_s <= row.promised_s for row in rows)
    assert promised[0] == promised[1]
