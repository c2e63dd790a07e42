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
