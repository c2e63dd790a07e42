"""Parcels per second through one lane with answers from a dictionary, event rows included.

Run with ``pytest tests/benchmarks/bench_lane.py``; the name keeps it out of the default suite.
On a machine whose cores are shared, add ``--benchmark-timer=time.process_time``.
"""

from typing import Any

import pytest

from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.population import Population, draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting

STREAMS = Streams(7, 0)
SCENARIO = sorting(
    arrivals={"rate_per_h": 15_000.0, "duration_s": 7200.0},
    belt={
        "belt_speed_mps": 2.5,
        "pitch_m": 0.45,
        "induction_rate_per_h": 20_000.0,
        "chutes": 100,
    },
    desk={"operators": 3},
)
READERS = {
    "clean": {"review": 0.0, "no_read": 0.0, "misread": 0.0},
    "lab": {"review": 0.03, "no_read": 0.02, "misread": 0.002},
    "degraded": {"review": 0.08, "no_read": 0.10, "misread": 0.01},
}


MERGE = {"induction_stations": 4, "induction_rate_per_h": 5000.0, "non_conveyable_share": 0.02}
JAMS = {"jams": {"mtbf_h": 1.0, "mttr_s": 120.0}}
FAULTS = {
    **JAMS,
    "doubles": {"share": 0.01},
    "tracking": {"neighbour_share": 0.001, "lost_share": 0.001},
    "diverters": {"mtbf_h": 100.0, "mttr_s": 600.0},
}
CHUTES = {"capacity": 60, "attendants": 20, "swap_s": 60.0, "swap_cv": 0.5}
DESK = {"people": 10, "parcels_per_h": 120.0, "service_cv": 0.6, "error_rate": 0.02}
TRAILERS = {
    "routes": ({"chutes": 100, "cut_offs_s": (1800.0, 3600.0)},),
    "promise_s": 600.0,
    "loading_s": 300.0,
    "loading_cv": 0.3,
}
PARTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "stations": {"belt": MERGE},
    "jams": {"faults": JAMS},
    "faults": {"faults": FAULTS},
    "chutes": {"chutes": CHUTES},
    "trailers": {"line_haul": TRAILERS},
    "all": {
        "belt": MERGE,
        "faults": FAULTS,
        "chutes": CHUTES,
        "exceptions": DESK,
        "line_haul": TRAILERS,
    },
}


@pytest.mark.parametrize("parts", PARTS)
def test_lane_with_parts(benchmark: Any, parts: str) -> None:
    belt = {**SCENARIO.lane.model_dump(), **PARTS[parts].get("belt", {})}
    scenario = sorting(
        arrivals={"rate_per_h": 15_000.0, "duration_s": 3600.0},
        desk={"operators": 3},
        **{**PARTS[parts], "belt": belt},
    )
    drawn = draw_population(scenario, STREAMS)
    readings = noisy(drawn, laps=3, **READERS["lab"])
    benchmark.pedantic(run_cell, (scenario, drawn, True, readings, STREAMS), rounds=3)
    benchmark.extra_info["parcels_per_s"] = round(len(drawn.parcels) / benchmark.stats.stats.median)


@pytest.fixture(scope="module")
def population() -> Population:
    return draw_population(SCENARIO, STREAMS)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("tables", [False, True], ids=["rows", "arrow"])
def test_lane(benchmark: Any, population: Population, reader: str, tables: bool) -> None:
    readings = noisy(population, laps=3, **READERS[reader])

    def run() -> EventLog:
        log = run_cell(SCENARIO, population, False, readings, STREAMS)
        if tables:
            log.tables()
        return log

    benchmark.extra_info["parcels"] = len(population.parcels)
    benchmark.pedantic(run, rounds=5, warmup_rounds=1)
    benchmark.extra_info["parcels_per_s"] = round(
        len(population.parcels) / benchmark.stats.stats.median
    )


def test_population(benchmark: Any) -> None:
    population = benchmark.pedantic(draw_population, (SCENARIO, STREAMS), rounds=3)
    benchmark.extra_info["parcels_per_s"] = round(
        len(population.parcels) / benchmark.stats.stats.median
    )
