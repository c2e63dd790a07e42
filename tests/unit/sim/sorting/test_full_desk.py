"""What becomes of a parcel whose image the desk refuses."""

from typing import Any

import pytest

from scenarios.desk_model import Shift
from scenarios.events import (
    ParcelDiverted,
    ParcelExcepted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewQueued,
    ReviewRefused,
)
from sim.event_log import EventLog
from sim.sorting.centre import run_cell
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population, draw_population
from sim.sorting.readings import LaneReading
from sim.streams import Streams
from tests.sorting_world import sorting

STREAMS = Streams(4, 2)


class Unsure:
    """Asks for a person, with a proposal: the true id, a code of its own, both or nothing."""

    def __init__(self, tracking: bool, code: str | None) -> None:
        self._tracking = tracking
        self._code = code

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        tracking_id = parcel.tracking_id if self._tracking else None
        code = parcel.sort_code if self._code == "true" else self._code
        return LaneReading("review", tracking_id, code, 0.4, 0.2, "model")


def play(
    reader: Unsure, arrivals: dict[str, Any] | None = None, **desk: Any
) -> tuple[EventLog, Population]:
    scenario = sorting(
        manifest={"late_share": 0.0, "missing_share": 0.0},
        arrivals=arrivals or {"rate_per_h": 30.0, "duration_s": 1800.0},
        desk={"operators": 0, **desk},
    )
    population = draw_population(scenario, STREAMS)
    return run_cell(scenario, population, False, reader, STREAMS), population


@pytest.mark.parametrize(("tracking", "code"), [(True, None), (False, "true"), (True, "AAAAAA")])
def test_a_guess_takes_the_parcel_where_the_reader_thinks(tracking: bool, code: str | None) -> None:
    log, population = play(Unsure(tracking, code), when_full="best_guess")
    chutes = {parcel.parcel_id: parcel.chute for parcel in population.parcels}
    diverted = log.rows(ParcelDiverted)
    assert len(diverted) == len(population.parcels)
    # the id of a record counts for more than a code
    assert all(event.chute == chutes[event.parcel_id] for event in diverted)
    assert {event.decided_by for event in diverted} == {"guess"}
    assert {event.lap for event in diverted} == {1}


def test_a_wrong_guess_misroutes() -> None:
    log, population = play(Unsure(False, "AAAAAA"), when_full="best_guess")
    chutes = {parcel.parcel_id: parcel.chute for parcel in population.parcels}
    wrong = [e for e in log.rows(ParcelDiverted) if e.chute != chutes[e.parcel_id]]
    assert len(wrong) >= len(population.parcels) - 2


@pytest.mark.parametrize(
    ("reader", "when_full"),
    [(Unsure(True, "true"), "recirculate"), (Unsure(False, None), "best_guess")],
)
def test_without_a_guess_it_goes_round_and_ends_as_an_exception(
    reader: Unsure, when_full: str
) -> None:
    log, population = play(reader, when_full=when_full)
    assert len(log.rows(ParcelExcepted)) == len(population.parcels)
    assert {event.reason for event in log.rows(ParcelRecirculated)} == {"review_refused"}


def test_a_guess_waits_for_the_desk_to_refuse() -> None:
    log, population = play(
        Unsure(True, None), when_full="best_guess", operators=3, images_per_h=3600.0
    )
    assert not log.rows(ReviewRefused)
    assert "guess" not in {event.decided_by for event in log.rows(ParcelDiverted)}
    assert len(log.rows(ReviewAnswered)) == len(population.parcels)


@pytest.mark.parametrize("when_full", ["recirculate", "best_guess"])
def test_images_left_at_the_end_of_the_last_shift_are_refused_whoever_has_left(
    when_full: str,
) -> None:
    """Their parcels may be gone by then; the lane must forget them all the same."""
    log, population = play(
        Unsure(True, None),
        arrivals={"rate_per_h": 1200.0, "duration_s": 600.0},
        when_full=when_full,
        images_per_h=40.0,
        queue_limit=500,
        shifts=(Shift(start_s=0.0, end_s=900.0, operators=1),),
    )
    gone = {event.parcel_id: event.at_s for event in log.rows(ParcelExcepted)}
    refused = log.rows(ReviewRefused)
    assert any(gone.get(event.parcel_id, 1e9) < event.at_s for event in refused)
    assert len(log.rows(ReviewAnswered)) + len(refused) >= len(log.rows(ReviewQueued))
    left = len(log.rows(ParcelDiverted)) + len(gone)
    assert left == len(population.parcels)
    assert len(log.rows(ParcelRead)) >= left
