"""A sorting centre: lanes, desks, chutes and trailers, run for one cell of the experiment."""

from collections.abc import Callable

import numpy as np

from scenarios.events import EVENTS
from scenarios.model import Sorting
from sim.event_log import EventLog
from sim.sorting.chute_floor import ChuteFloor
from sim.sorting.conservation import check_flow
from sim.sorting.control import LaneControl
from sim.sorting.declared_body import declared_bodies
from sim.sorting.exception_desk import ExceptionDesk
from sim.sorting.feeding import Feeding
from sim.sorting.lane import SortingLane
from sim.sorting.line_haul import LineHaul
from sim.sorting.machine_faults import MachineFaults
from sim.sorting.manifest import ParcelManifest
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population
from sim.sorting.readings import ReadingSource
from sim.sorting.review_desk import ReviewDesk
from sim.sorting.service_times import gamma_times
from sim.sorting.sort_plan import SortPlan
from sim.streams import Streams
from sim.world import World

__all__ = ["build_centre", "run_cell"]


def build_centre(
    world: World,
    sorting: Sorting,
    population: Population,
    loaded: bool,
    readings: ReadingSource,
    legible: Callable[[Parcel, int], bool] = lambda parcel, lap: True,
    damage: Callable[[Parcel, int], int] = lambda parcel, lap: 0,
    feeding: Feeding | None = None,
) -> None:
    """Add the parts of a cell to `world`: lanes and review desk, and what else the centre has.

    Faults of the machine belong to the load: a calm cell has none.

    Parameters
    ----------
    world : World
        Its streams must be those the population was drawn from.
    sorting : Sorting
    population : Population
    loaded : bool
        Loaded arrivals with surge parcels, or calm ones.
    readings : ReadingSource
        Answers of the arm, in the degraded world or in the lab's.
    legible : callable
        ``legible(parcel, lap)``: whether a person could read that image of it.
    damage : callable
        ``damage(parcel, lap)``: sum of the severities of the degradations in that image.
    feeding : Feeding, optional
        How parcels lie as they come onto the belt, in the degraded world of a scenario with flow.
    """
    parcels = population.present(loaded)
    arrival_s = population.arrival_s(loaded)
    plan = SortPlan(sorting.lane.chutes)
    body, bodies = sorting.manifest.body, None
    if body is not None:
        bodies = declared_bodies(body, population.parcels, population.cohorts, world.streams)
    control = LaneControl(
        ParcelManifest(parcels, arrival_s.tolist(), bodies),
        plan,
        sorting.lane.no_read_to_desk,
        sorting.review_desk.when_full == "best_guess",
        sorting.lane.unknown_code_to_exception,
    )
    induction_s = gamma_times(
        population.cohorts,
        world.streams,
        ("induction", "service"),
        3600.0 / sorting.lane.induction_rate_per_h,
        sorting.lane.induction_cv,
    )
    everyone = population.parcels
    world.add(
        ReviewDesk(
            sorting.review_desk,
            population,
            world.streams,
            lambda number, lap: legible(everyone[number], lap),
            lambda number, lap: damage(everyone[number], lap),
        )
    )
    if sorting.chutes is not None:
        world.add(ChuteFloor(sorting.chutes, world.streams))
    if sorting.exception_desk is not None:
        chutes = sorting.lane.chutes
        world.add(ExceptionDesk(sorting.exception_desk, population, chutes, world.streams))
    if sorting.line_haul is not None:
        world.add(LineHaul(sorting.line_haul, population, world.streams))
    faults = None
    if loaded and sorting.faults is not None:
        faults = MachineFaults(sorting.faults, population.cohorts, world.streams)
    lane_of = np.array([parcel.lane for parcel in parcels], dtype=np.int64)
    for lane in range(sorting.lanes):
        numbers = np.flatnonzero(lane_of == lane)
        order = numbers[np.argsort(arrival_s[numbers], kind="stable")]
        world.add(
            SortingLane(
                lane,
                sorting.lane,
                [parcels[number] for number in order],
                arrival_s[order].tolist(),
                induction_s[order].tolist(),
                control,
                plan,
                readings,
                faults,
                chutes_fill=sorting.chutes is not None,
                feeding=feeding,
            )
        )


def run_cell(
    sorting: Sorting,
    population: Population,
    loaded: bool,
    readings: ReadingSource,
    streams: Streams,
    legible: Callable[[Parcel, int], bool] = lambda parcel, lap: True,
    damage: Callable[[Parcel, int], int] = lambda parcel, lap: 0,
    feeding: Feeding | None = None,
) -> EventLog:
    """Run one arm through one cell until nothing is left to happen.

    Parameters are those of `build_centre`; `streams` are the replication's.

    Raises
    ------
    sim.world.ConservationError
        If a parcel did not leave exactly once, or a queue is not empty at the end.
    """
    world = World(streams, EVENTS)
    build_centre(world, sorting, population, loaded, readings, legible, damage, feeding)
    world.run()
    check_flow(
        world.log,
        population.present(loaded),
        handled=sorting.exception_desk is not None,
        loaded=sorting.line_haul is not None,
    )
    return world.log
