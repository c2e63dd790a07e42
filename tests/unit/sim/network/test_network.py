"""A centre of pure queues against SimPy, and what must not differ between the cells."""

from collections.abc import Iterator

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.network import Network
from sim.network.centres import STATIONS, Centre, draw_centres
from sim.network.day import CentreDay, play_centre
from sim.network.stage import pass_stage
from sim.streams import Streams
from tests.network_specimen import network

CELLS = {"lab": (0, 0), "degraded": (1, 0), "loaded": (0, 1), "production": (1, 1)}


def cells(net: Network, centre: Centre, replication: int = 0) -> dict[str, CentreDay]:
    streams = Streams(8, replication)
    return {
        cell: play_centre(net, centre, bool(degraded), bool(loaded), streams)
        for cell, (degraded, loaded) in CELLS.items()
    }


def by_events(day: CentreDay) -> tuple[np.ndarray, dict[str, dict[int, float]]]:
    """The same centre as SimPy processes: when each parcel leaves, and its waits by station."""
    env = simpy.Environment()
    desks = {name: simpy.Resource(env, stage.servers) for name, stage in day.stages.items()}
    service = {
        name: dict(zip(stage.items.tolist(), stage.service_s.tolist(), strict=True))
        for name, stage in day.stages.items()
    }
    left, waits = np.empty(len(day.base)), {name: {} for name in STATIONS}

    def parcel(number: int, arrival_s: float) -> Iterator[simpy.Event]:
        yield env.timeout(arrival_s)
        for name in STATIONS:
            if number in service[name]:
                came = env.now
                with desks[name].request() as turn:
                    yield turn
                    waits[name][number] = env.now - came
                    yield env.timeout(service[name][number])
        left[number] = env.now

    for number, at in enumerate(day.stages["docks"].arrival_s.tolist()):
        env.process(parcel(number, at))
    env.run()
    return left, waits


@pytest.mark.parametrize("cell", CELLS)
def test_the_whole_line_equals_simpy(cell: str) -> None:
    net = network()
    for centre in draw_centres(net, 8):
        day = cells(net, centre)[cell]
        left, waits = by_events(day)
        assert np.max(np.abs(day.left_s - left)) < 1e-9
        for name, stage in day.stages.items():
            assert sorted(waits[name]) == stage.items.tolist()
            expected = np.array([waits[name][number] for number in stage.items.tolist()])
            assert np.max(np.abs(stage.wait_s - expected)) < 1e-9
            assert len(expected) > 10
    assert day.stages["induction"].wait_s.max() > 1.0


def test_cells_share_parcels_services_and_luck() -> None:
    net = network()
    centre = draw_centres(net, 8)[0]
    days = cells(net, centre)
    n = int(days["lab"].base.sum())
    assert len(days["lab"].base) == n
    assert len(days["production"].base) > 1.1 * n
    for one, other in (("lab", "degraded"), ("loaded", "production")):
        for name in ("docks", "induction"):
            assert np.array_equal(days[one].stages[name].wait_s, days[other].stages[name].wait_s)
        for name in ("review_desk", "exception_desk"):
            sent = [set(days[cell].stages[name].items.tolist()) for cell in (one, other)]
            assert sent[0] < sent[1]
    for name in STATIONS:
        calm, loaded = days["lab"].stages[name], days["loaded"].stages[name]
        base = loaded.items < n
        assert np.array_equal(loaded.items[base], calm.items)
        assert np.array_equal(loaded.service_s[base], calm.service_s)
    assert not np.array_equal(
        days["lab"].stages["docks"].arrival_s, days["loaded"].stages["docks"].arrival_s[:n]
    )


def test_without_load_and_with_one_world_there_is_no_gap() -> None:
    calm = {"profile": [], "burst": None, "peaks": []}
    net = network(load=calm, reader={"production": {"hand_off": 0.05, "no_read": 0.01}})
    days = cells(net, draw_centres(net, 8)[0])
    for day in days.values():
        assert np.array_equal(day.left_s, days["lab"].left_s)


def test_centres_and_replications_have_their_own_luck() -> None:
    net = network(sizes={"log_sd": 0.0})
    one, other, _ = draw_centres(net, 8)
    assert one.rate_per_h == other.rate_per_h == 900.0
    days = [cells(net, one)["lab"], cells(net, other)["lab"], cells(net, one, replication=1)["lab"]]
    firsts = {float(np.sort(day.stages["docks"].arrival_s)[0]) for day in days}
    assert len(firsts) == 3


def test_shares_send_what_they_say() -> None:
    net = network(load={"duration_s": 86_400.0}, unkeyed_share=0.25)
    day = play_centre(net, draw_centres(net, 8)[0], True, False, Streams(8, 0))
    n = len(day.base)
    handed, excepted = (set(day.stages[k].items.tolist()) for k in STATIONS[2:])
    unread = excepted - handed
    for count, total, share in (
        (len(handed), n, 0.15),
        (len(unread), n, 0.06),
        (len(handed & excepted), len(handed), 0.25),
    ):
        assert abs(count - share * total) < 4.0 * np.sqrt(share * (1.0 - share) * total)


@pytest.mark.parametrize(
    ("hand_off", "no_read"), [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.7, 0.3), (0.1, 0.9)]
)
def test_extreme_shares(hand_off: float, no_read: float) -> None:
    world = {"hand_off": hand_off, "no_read": no_read}
    net = network(reader={"lab": world, "production": world}, unkeyed_share=0.0)
    day = play_centre(net, draw_centres(net, 8)[0], True, True, Streams(8, 0))
    handed, unread = (day.stages[name].items for name in STATIONS[2:])
    if hand_off + no_read == 1.0:
        assert np.array_equal(np.union1d(handed, unread), np.arange(len(day.base)))
    assert not set(handed.tolist()) & set(unread.tolist())
    assert len(handed) == 0 or hand_off > 0.0


def test_what_arrived_has_left_or_is_still_there() -> None:
    net = network()
    day = cells(net, draw_centres(net, 8)[1])["production"]
    for at_s in (0.0, 700.0, 1500.0, 3600.0, float(day.left_s.max())):
        arrived = int(np.sum(day.stages["docks"].arrival_s <= at_s))
        assert day.backlog(at_s) == arrived - int(np.sum(day.left_s <= at_s)) >= 0
    assert day.backlog(1500.0) > 0
    assert day.backlog(float(day.left_s.max())) == 0
    assert day.throughput_per_h(3600.0) == int(np.sum(day.left_s <= 3600.0))
    assert day.throughput_per_h(1800.0) == 2 * int(np.sum(day.left_s <= 1800.0))


def test_stations_are_used_as_planned_in_the_lab() -> None:
    net = network(sizes={"median_per_h": 4000.0, "log_sd": 0.0}, load={"duration_s": 86_400.0})
    centre = draw_centres(net, 8)[0]
    day = play_centre(net, centre, False, False, Streams(8, 0))
    offered = {"docks": 4000 / 700, "induction": 4000 / 1500, "review_desk": 4000 * 0.05 / 60}
    for name, load in offered.items():
        servers = centre.servers[name]
        assert servers == int(np.ceil(load / 0.8))
        assert day.stages[name].utilisation(86_400.0) == pytest.approx(load / servers, rel=0.05)


def test_a_station_has_at_least_one_server() -> None:
    quiet = {"hand_off": 0.0, "no_read": 0.0}
    net = network(reader={"lab": quiet}, unkeyed_share=0.0)
    assert {c.servers["exception_desk"] for c in draw_centres(net, 8)} == {1}


def test_sizes_are_log_normal_cut_at_the_largest_hub_and_the_same_for_a_seed() -> None:
    net = network(centres=4000, sizes={"median_per_h": 300.0, "log_sd": 1.0})
    centres = draw_centres(net, 8)
    logs = np.log([centre.rate_per_h for centre in centres])
    assert [centre.number for centre in centres] == list(range(4000))
    assert abs(logs.mean() - np.log(300.0)) < 4.0 / np.sqrt(4000)
    assert abs(logs.std() - 1.0) < 4.0 / np.sqrt(2 * 4000)
    assert centres == draw_centres(net, 8)
    assert centres != draw_centres(net, 9)
    huge = draw_centres(network(centres=200, sizes={"median_per_h": 5000.0, "log_sd": 2.0}), 8)
    assert max(centre.rate_per_h for centre in huge) == 20_000.0


def test_an_empty_centre_is_no_error() -> None:
    net = network(sizes={"median_per_h": 1e-9, "log_sd": 0.0})
    day = cells(net, draw_centres(net, 8)[0])["production"]
    assert len(day.left_s) == day.backlog(1.0) == 0
    assert day.stages["docks"].longest_queue() == 0
    assert day.stages["docks"].utilisation(3600.0) == 0.0


ITEMS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=40)


@settings(max_examples=200)
@given(ITEMS, st.integers(1, 4))
def test_longest_queue_and_utilisation_are_those_of_the_record(
    items: list[tuple[int, int]], servers: int
) -> None:
    arrival = np.array([float(at) for at, _ in items])
    service = np.array([float(length) for _, length in items])
    stage = pass_stage(np.arange(len(items)), arrival, service, servers)
    begin, end = stage.arrival_s + stage.wait_s, stage.departure_s
    waiting = [int(np.sum((arrival <= at) & (begin > at))) for at in np.arange(0.0, 400.0, 0.5)]
    assert stage.longest_queue() == max(waiting, default=0)
    steps = np.arange(0.0, 15.0, 0.5)
    busy = sum(0.5 * np.sum((begin <= at) & (end > at)) for at in steps)
    assert stage.utilisation(15.0) == pytest.approx(busy / (15.0 * servers))
    # Given in another order, each keeps its own wait, but for those that came together.
    if len(set(arrival)) == len(arrival):
        back = pass_stage(np.arange(len(items)), arrival[::-1], service[::-1], servers)
        assert np.array_equal(back.wait_s[::-1], stage.wait_s)


def test_more_hand_offs_never_shorten_a_wait_at_the_desk() -> None:
    net = network()
    days = cells(net, draw_centres(net, 8)[2])
    few, many = (days[cell].stages["review_desk"] for cell in ("loaded", "production"))
    both = np.isin(many.items, few.items)
    assert np.all(many.wait_s[both] >= few.wait_s - 1e-9)
    assert many.wait_s[both].mean() > few.wait_s.mean()


def test_those_who_come_together_are_served_in_the_order_given() -> None:
    # Enough of them for a sort that is not stable to mix them up.
    arrival = np.tile([50.0, 7.0], 200)
    stage = pass_stage(np.arange(400), arrival, np.ones(400), 1)
    assert stage.wait_s[1::2].tolist() == list(range(200))
    assert np.all(np.diff(stage.wait_s[::2]) == 1.0)
