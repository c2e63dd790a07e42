"""Recovery against the arithmetic of a fluid queue, and on a centre that was played."""

import numpy as np
import pyarrow as pa
import pytest

from metrics.recovery import Recovery, recoveries
from scenarios.model import Route
from tests.floor_world import everything, play, tables_of
from tests.synthetic_run import EventRows

LOADED = ("parcel_id", "chute", "route", "cut_off_s", "promised_s", "misloaded")


def planned(routes=(0, 1)):
    """A lane of two chutes, which are of the two `routes`."""
    cut_offs = {"cut_offs_s": (700.0,)}
    plan = [{"chutes": routes.count(number), **cut_offs} for number in sorted(set(routes))]
    law = everything().line_haul.model_copy(
        update={"routes": tuple(Route(**route) for route in plan)}
    )
    return everything().model_copy(update={"line_haul": law})


def world(came_s, gone_s, stops, loaded=(), routes=(0, 1)) -> dict[str, pa.Table]:
    """Tables of one lane in production; `loaded` rows are (parcel, cut-off, promised).

    Even parcels go to chute 0, odd ones to chute 1, which are of the two `routes`.
    """

    def events(rows, names):
        table = {name: [row[at] for row in rows] for at, name in enumerate(names)}
        return pa.table({**table, "cell": ["production"] * len(rows)})

    ids = [f"P{number}" for number in range(len(came_s))]
    arrived = [(float(at), name, 0) for at, name in zip(came_s, ids, strict=True)]
    inducted = [(float(at), name, 0) for at, name in zip(gone_s, ids, strict=True)]
    trailers = [
        (f"P{number}", number % 2, routes[number % 2], cut, promised, False)
        for number, cut, promised in loaded
    ]
    return EventRows().tables() | {
        "parcel_arrived": events(arrived, ("at_s", "parcel_id", "lane")),
        "parcel_inducted": events(inducted, ("at_s", "parcel_id", "lane")),
        "belt_stopped": events(
            [(start, 0, end, "outage") for start, end in stops],
            ("at_s", "lane", "until_s", "cause"),
        ),
        **({"parcel_loaded": events(trailers, LOADED)} if trailers else {}),
        "parcels": pa.table(
            {"parcel_id": ids, "chute": [number % 2 for number in range(len(ids))]}
        ),
    }


def served(came_s, service_s, stop) -> np.ndarray:
    """Times of placing with one station; nothing is placed during the stop."""
    gone_s, free_s = np.empty(len(came_s)), 0.0
    for number, at_s in enumerate(came_s):
        ready_s = max(at_s, free_s) + service_s
        free_s = gone_s[number] = stop[1] if stop[0] <= ready_s < stop[1] else ready_s
    return gone_s


@pytest.mark.parametrize("stood_s", [40.0, 120.0, 400.0])
def test_a_backlog_drains_at_the_capacity_left_over(stood_s: float) -> None:
    """A fluid queue: arrivals 1/4 a second, capacity 1/3, so D x (1/4) / (1/3 - 1/4) = 3 D."""
    came_s = np.arange(1.0, 4000.0, 4.0)
    stop = (500.0, 500.0 + stood_s)
    (found,) = recoveries(world(came_s, served(came_s, 3.0, stop), [stop]), planned())
    assert found.recovery_s == pytest.approx(3.0 * stood_s, abs=16.0)
    assert found.queue_most - found.queue_before == pytest.approx(stood_s / 4.0, abs=1.0)
    assert (found.cause, found.late_parcels, found.missed_trailers) == ("outage", 0, 0)


def test_a_stop_nobody_waits_for_is_recovered_from_at_once() -> None:
    came_s = np.array([1.0, 2.0, 900.0])
    (found,) = recoveries(world(came_s, came_s + 3.0, [(100.0, 200.0)]), planned())
    assert found == Recovery("production", 0, "outage", 100.0, 200.0, 0, 0, 200.0, 0, 0)


def test_late_parcels_are_those_that_came_or_waited_until_the_backlog_was_gone() -> None:
    came_s = np.arange(1.0, 4000.0, 4.0)
    stop = (500.0, 620.0)
    gone_s = served(came_s, 3.0, stop)
    # The last before the stop, two during it, one after all is over; the fifth is in time.
    late = [
        (int(np.searchsorted(came_s, at)), 9000.0, 700.0 + 100.0 * (number % 2))
        for number, at in enumerate((480.0, 505.0, 590.0, 3000.0))
    ]
    late.append((int(np.searchsorted(came_s, 560.0)), 700.0, 700.0))
    (found,) = recoveries(world(came_s, gone_s, [stop], late), planned())
    assert found.late_parcels == 2
    assert found.missed_trailers == 2


@pytest.mark.parametrize(("routes", "trailers"), [((0, 1), 2), ((0, 0), 1)])
def test_chutes_of_one_route_share_a_trailer(routes, trailers: int) -> None:
    came_s = np.arange(1.0, 4000.0, 4.0)
    stop = (500.0, 620.0)
    late = [(number, 9000.0, 700.0) for number in (126, 127, 128, 129)]
    (found,) = recoveries(
        world(came_s, served(came_s, 3.0, stop), [stop], late, routes), planned(routes)
    )
    assert (found.late_parcels, found.missed_trailers) == (4, trailers)


def test_a_played_centre_recovers_from_every_stop() -> None:
    population, logs = play(everything())
    found = recoveries(tables_of(population, logs), everything())
    assert {stop.cell for stop in found} == {"loaded", "production"}
    assert {stop.cause for stop in found} == {"jam", "outage", "diverter_down"}
    stood = [stop for stop in found if stop.cause in ("jam", "outage")]
    assert all(stop.gone_s >= stop.until_s > stop.at_s for stop in stood)
    assert all(stop.queue_most >= stop.queue_before >= 0 for stop in found)
    assert any(stop.recovery_s > 30.0 for stop in found)
    assert sum(stop.late_parcels for stop in found) >= 1
