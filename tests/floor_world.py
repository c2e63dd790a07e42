"""A centre with all its parts, played in the four cells, with its tables in a database."""

from typing import Any

import pyarrow as pa

from metrics.database import Database
from scenarios.model import Burst, Sorting
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.population import Population, draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting

__all__ = ["CELLS", "everything", "hold", "play", "tables_of"]

CELLS = {"lab": False, "degraded": False, "loaded": True, "production": True}
"""Cell -> load on."""


def everything(**changes: Any) -> Sorting:
    """Two lanes with every part switched on."""
    parts: dict[str, Any] = {
        "lanes": 2,
        "arrivals": {
            "rate_per_h": 1200.0,
            "duration_s": 900.0,
            "burst": Burst(mean_parcels=10.0, mean_gap_s=1.0),
        },
        "belt": {
            "chutes": 8,
            "induction_stations": 2,
            "non_conveyable_share": 0.05,
            "induction_rate_per_h": 900.0,
        },
        "faults": {
            "jams": {"mtbf_h": 0.1, "mttr_s": 30.0},
            "doubles": {"share": 0.1, "detected_share": 0.3},
            "tracking": {"neighbour_share": 0.02, "lost_share": 0.05},
            "diverters": {"mtbf_h": 0.5, "mttr_s": 60.0},
            "outages": ({"lane": 1, "start_s": 300.0, "end_s": 360.0},),
        },
        "chutes": {"capacity": 25, "attendants": 1, "swap_s": 25.0, "swap_cv": 0.5},
        "exceptions": {
            "people": 2,
            "parcels_per_h": 90.0,
            "service_cv": 0.6,
            "error_rate": 0.1,
        },
        "line_haul": {
            "routes": (
                {"chutes": 4, "cut_offs_s": (400.0, 700.0, 1100.0)},
                {"chutes": 4, "cut_offs_s": (500.0, 1000.0)},
            ),
            "promise_s": 120.0,
            "loading_s": 60.0,
            "loading_cv": 0.4,
            "misload_share": 0.05,
        },
    }
    return sorting(**{**parts, **changes})


def play(scenario: Sorting, seed: int = 3) -> tuple[Population, dict[str, EventLog]]:
    """Run the four cells with a noisy reader, the same one in all of them."""
    streams = Streams(seed, 0)
    population = draw_population(scenario, streams)
    readings = noisy(population, review=0.05, no_read=0.05, misread=0.03)
    return population, {
        cell: run_cell(scenario, population, loaded, readings, streams)
        for cell, loaded in CELLS.items()
    }


def hold(population: Population, logs: dict[str, EventLog]) -> Database:
    """Put the tables of the cells into a database."""
    database = Database()
    database.hold(tables_of(population, logs), "tables in memory")
    return database


def tables_of(population: Population, logs: dict[str, EventLog]) -> dict[str, pa.Table]:
    """Tables as a run folder would have them; of the truth, what the floor needs."""
    by_topic: dict[str, list[pa.Table]] = {}
    for cell, log in logs.items():
        for name, table in log.tables().items():
            column = pa.array([cell] * len(table), pa.string())
            by_topic.setdefault(name, []).append(table.append_column("cell", column))
    tables = {name: pa.concat_tables(parts) for name, parts in by_topic.items()}
    tables["parcels"] = pa.Table.from_pylist(
        [
            {
                "parcel_id": parcel.parcel_id,
                "lane": parcel.lane,
                "tracking_id": parcel.tracking_id,
                "sort_code": parcel.sort_code,
                "chute": parcel.chute,
                "population": "surge" if parcel.surge else "base",
                "sampled": parcel.number % 5 != 0,
            }
            for parcel in population.parcels
        ]
    )
    return tables
