"""Any centre with all its parts, and a cell of it that was played."""

from typing import Any

from hypothesis import strategies as st

from scenarios.model import Burst, Sorting, Surge
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.population import Population, draw_population
from sim.streams import Streams
from tests.sorting_world import noisy, sorting

__all__ = ["Cell", "cells", "centres"]

Cell = tuple[Sorting, Population, bool, EventLog, Streams]


TWO_SHIFTS = {
    "shifts": (
        {
            "start_s": 0.0,
            "end_s": 90.0,
            "operators": 2,
            "breaks": ({"start_s": 20.0, "duration_s": 30.0},),
            "break_stagger_s": 10.0,
        },
        {"start_s": 60.0, "end_s": 400.0, "operators": 1, "overtime_max_s": 600.0},
    ),
    "break_waits_at": 2,
}
STRAINED = {
    "fatigue": {"fresh_s": 30.0, "slower_per_h": 1.0, "errors_per_h": 5.0},
    "haste": {"queue": 2, "faster": 0.3, "errors": 1.0},
}
"""People who come, rest and leave, and people who tire and hurry."""


@st.composite
def centres(draw: st.DrawFn) -> Sorting:
    def maybe(part: dict[str, Any]) -> dict[str, Any] | None:
        return part if draw(st.booleans()) else None

    rate = draw(st.sampled_from([200.0, 2000.0, 6000.0]))
    chutes = draw(st.integers(2, 20))
    first = draw(st.integers(1, chutes - 1))
    share = st.sampled_from([0.0, 0.1, 0.5, 1.0])
    slips = draw(st.sampled_from([(0.0, 0.0), (0.2, 0.0), (0.0, 0.3), (0.5, 0.5)]))
    capacity = draw(st.sampled_from([1, 2, 5, 1000]))
    return sorting(
        lanes=draw(st.integers(1, 2)),
        arrivals={
            "rate_per_h": rate,
            "duration_s": draw(st.sampled_from([60.0, 180.0])),
            "burst": draw(st.sampled_from([None, Burst(mean_parcels=8.0, mean_gap_s=0.5)])),
            "surges": draw(
                st.sampled_from([(), (Surge(start_s=5.0, end_s=50.0, extra_per_h=rate),)])
            ),
        },
        belt={
            "belt_speed_mps": draw(st.sampled_from([0.7, 2.5])),
            "induction_rate_per_h": draw(st.sampled_from([600.0, 1800.0])),
            "induction_cv": draw(st.sampled_from([0.0, 0.5])),
            "induction_stations": draw(st.integers(1, 4)),
            "non_conveyable_share": draw(share),
            "chutes": chutes,
            "max_laps": draw(st.integers(1, 4)),
            "no_read_to_desk": draw(st.booleans()),
        },
        desk={
            "operators": draw(st.integers(0, 2)),
            "images_per_h": draw(st.sampled_from([60.0, 900.0])),
            "queue_limit": draw(st.integers(0, 5)),
            "when_full": draw(st.sampled_from(["recirculate", "best_guess"])),
            **draw(st.sampled_from([{}, TWO_SHIFTS, STRAINED])),
        },
        faults=maybe(
            {
                "jams": draw(
                    st.sampled_from([None, {"mtbf_h": 0.005, "mttr_s": 20.0, "mttr_cv": 1.3}])
                ),
                "doubles": maybe({"share": draw(share), "detected_share": draw(share)}),
                "tracking": maybe({"neighbour_share": slips[0], "lost_share": slips[1]}),
                "diverters": maybe({"mtbf_h": draw(st.sampled_from([0.01, 1.0])), "mttr_s": 90.0}),
                "outages": draw(
                    st.sampled_from(
                        [
                            (),
                            ({"start_s": 20.0, "end_s": 100.0},),
                            (
                                {"lane": 0, "start_s": 0.0, "end_s": 30.0},
                                {"start_s": 10.0, "end_s": 50.0},
                            ),
                        ]
                    )
                ),
            }
        ),
        chutes=maybe(
            {
                "capacity": capacity,
                "call_at": draw(st.sampled_from([None, 1])),
                "attendants": draw(st.integers(1, 3)),
                "swap_s": draw(st.sampled_from([1.0, 60.0])),
                "swap_cv": draw(st.sampled_from([0.0, 0.8])),
            }
        ),
        exceptions=maybe(
            {
                "people": draw(st.integers(1, 3)),
                "parcels_per_h": draw(st.sampled_from([60.0, 600.0])),
                "service_cv": draw(st.sampled_from([0.0, 0.7])),
                "error_rate": draw(share),
            }
        ),
        line_haul=maybe(
            {
                "routes": (
                    {"chutes": first, "cut_offs_s": (100.0, 200.0)},
                    {"chutes": chutes - first, "cut_offs_s": (150.0,)},
                ),
                "promise_s": draw(st.sampled_from([0.0, 60.0])),
                "loading_s": draw(st.sampled_from([0.0, 40.0])),
                "loading_cv": draw(st.sampled_from([0.0, 1.0])),
                "misload_share": draw(share),
            }
        ),
    )


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    scenario = draw(centres())
    streams = Streams(draw(st.integers(0, 50)), 0)
    population = draw_population(scenario, streams)
    loaded = draw(st.sampled_from([True, True, False]))
    readings = noisy(
        population,
        review=draw(st.sampled_from([0.0, 0.3])),
        no_read=draw(st.sampled_from([0.0, 0.3])),
        latency_s=draw(st.sampled_from([0.0, 0.3, 8.0, 300.0])),
        seed=draw(st.integers(0, 5)),
    )
    log = run_cell(scenario, population, loaded, readings, streams)
    return scenario, population, loaded, log, streams
