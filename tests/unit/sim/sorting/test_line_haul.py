"""Which trailer a parcel is on, and which it was promised, at hand-picked times."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.events import EVENTS, ParcelDiverted
from scenarios.floor_events import ParcelLoaded
from scenarios.model import LineHaul as LineHaulModel
from sim.recording import RecordedStream
from sim.sorting.line_haul import LineHaul, promised_cut_offs
from sim.sorting.population import Population, draw_population
from sim.streams import Streams
from sim.world import World
from tests.sorting_world import sorting

STREAMS = Streams(6, 0)
LAW = LineHaulModel(
    routes=(
        {"chutes": 20, "cut_offs_s": (100.0, 400.0)},
        {"chutes": 12, "cut_offs_s": (250.0,)},
    ),
    promise_s=50.0,
    loading_s=0.0,
)


@pytest.fixture(scope="module")
def population() -> Population:
    return draw_population(sorting(), STREAMS)


def loaded(population: Population, law: LineHaulModel, chute: int, at_s: float) -> ParcelLoaded:
    world = World(STREAMS, EVENTS)
    parcel = population.parcels[0]
    diverted = ParcelDiverted(at_s, parcel.parcel_id, 0, 1, chute, "reader")
    world.add(RecordedStream("lane", [diverted]))
    world.add(LineHaul(law, population, STREAMS))
    world.run()
    (row,) = world.log.rows(ParcelLoaded)
    return row


@pytest.mark.parametrize(
    ("chute", "at_s", "route", "cut_off_s"),
    [
        (0, 0.0, 0, 100.0),
        (19, 100.0, 0, 100.0),  # in the very moment it leaves
        (19, 100.001, 0, 400.0),
        (20, 100.0, 1, 250.0),
        (31, 251.0, 1, 86_650.0),  # a day later
        (3, 401.0, 0, 86_500.0),
        (3, 86_501.0, 0, 86_800.0),
        (3, 5 * 86_400.0 + 401.0, 0, 6 * 86_400.0 + 100.0),
    ],
)
def test_the_next_trailer_of_the_chute(
    population: Population, chute: int, at_s: float, route: int, cut_off_s: float
) -> None:
    row = loaded(population, LAW, chute, at_s)
    assert (row.at_s, row.route, row.cut_off_s, row.misloaded) == (at_s, route, cut_off_s, False)


def test_a_misload_is_on_another_route_but_lay_in_its_chute(population: Population) -> None:
    row = loaded(population, LAW.model_copy(update={"misload_share": 1.0}), 2, 120.0)
    assert (row.chute, row.route, row.cut_off_s, row.misloaded) == (2, 1, 250.0, True)


@pytest.mark.parametrize(
    ("calm_s", "loaded_s", "promised_s"),
    [(0.0, 0.0, 100.0), (50.0, 10.0, 100.0), (10.0, 50.0, 100.0), (51.0, 0.0, 400.0)],
)
def test_a_promise_goes_by_the_later_of_both_arrivals(
    population: Population, calm_s: float, loaded_s: float, promised_s: float
) -> None:
    n = len(population.parcels)
    moved = replace(
        population,
        calm_arrival_s=np.full(population.n_base, calm_s),
        loaded_arrival_s=np.full(n, loaded_s),
    )
    promised = promised_cut_offs(LAW, moved)
    first = [p.chute < 20 for p in population.parcels]
    assert set(promised[first]) == {promised_s}
    assert set(promised[~np.array(first)]) == {250.0}
