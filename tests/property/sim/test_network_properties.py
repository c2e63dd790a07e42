"""What holds in every network, whatever its figures."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.network import Network
from sim.network.centres import STATIONS, Centre, draw_centres
from sim.network.day import CentreDay, play_centre
from sim.streams import Streams
from tests.network_specimen import network

SHARES = st.floats(0.0, 0.5)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    rates = {
        name: {"rate_per_h": draw(st.floats(30.0, 3000.0)), "cv": draw(st.floats(0.1, 2.0))}
        for name in STATIONS
    }
    worlds = {
        name: {"hand_off": draw(SHARES), "no_read": draw(SHARES)} for name in ("lab", "production")
    }
    return network(
        centres=1,
        sizes={"median_per_h": draw(st.floats(20.0, 600.0)), "log_sd": 0.0},
        unkeyed_share=draw(st.floats(0.0, 1.0)),
        reader=worlds,
        **rates,
    )


def played(net: Network, centre: Centre, seed: int, loaded: bool = True) -> CentreDay:
    return play_centre(net, centre, True, loaded, Streams(seed, 0))


@settings(max_examples=40, deadline=None)
@given(net=networks(), seed=st.integers(0, 2**31))
def test_nothing_is_lost_and_nobody_serves_two(net: Network, seed: int) -> None:
    (centre,) = draw_centres(net, seed)
    day = played(net, centre, seed)
    n = len(day.base)
    for name in ("docks", "induction"):
        assert np.array_equal(np.sort(day.stages[name].items), np.arange(n))
    last = np.zeros(n)
    for name in STATIONS:
        stage = day.stages[name]
        assert len(np.unique(stage.items)) == len(stage.items)
        assert np.all(stage.wait_s >= 0.0)
        # a parcel comes to a station when it has left the one before
        if name != "docks":
            assert np.array_equal(stage.arrival_s, last[stage.items])
        last[stage.items] = stage.departure_s
        begin = stage.arrival_s + stage.wait_s
        events = np.concatenate([begin, stage.departure_s])
        steps = np.concatenate([np.ones(len(begin)), -np.ones(len(begin))])
        # who leaves makes room before who begins at the same moment
        busy = np.cumsum(steps[np.lexsort((steps, np.round(events, 6)))])
        assert busy.max(initial=0) <= stage.servers
    assert np.array_equal(last, day.left_s)
    assert day.backlog(float(day.left_s.max(initial=0.0)) + 1.0) == 0


@settings(max_examples=25, deadline=None)
@given(net=networks(), seed=st.integers(0, 2**31), station=st.sampled_from(STATIONS))
def test_one_more_server_never_makes_anyone_wait_longer_there(
    net: Network, seed: int, station: str
) -> None:
    (centre,) = draw_centres(net, seed)
    more = replace(centre, servers={**centre.servers, station: centre.servers[station] + 1})
    fewer, helped = (played(net, each, seed).stages[station] for each in (centre, more))
    assert np.all(helped.wait_s <= fewer.wait_s + 1e-9)


@settings(max_examples=25, deadline=None)
@given(net=networks(), seed=st.integers(0, 2**31))
def test_extra_parcels_never_shorten_the_total_wait_at_the_docks(net: Network, seed: int) -> None:
    quiet = net.model_copy(update={"load": net.load.model_copy(update={"peaks": ()})})
    (centre,) = draw_centres(net, seed)
    without, with_peaks = (played(each, centre, seed).stages["docks"] for each in (quiet, net))
    base = with_peaks.items < len(without.items)
    assert np.array_equal(with_peaks.arrival_s[base], without.arrival_s)
    assert np.all(with_peaks.wait_s[base] >= without.wait_s - 1e-9)


def test_docks_with_poisson_arrivals_wait_as_erlang_c_says() -> None:
    """M/M/2 at 80 % load over 40 independent days: mean wait is C / (c mu - lambda)."""
    net = network(
        centres=1,
        sizes={"median_per_h": 1600.0, "log_sd": 0.0},
        load={"duration_s": 80_000.0, "profile": [], "burst": None, "peaks": []},
        cut_off_s=90_000.0,
        docks={"rate_per_h": 1000.0, "cv": 1.0, "planned_load": 0.8},
    )
    (centre,) = draw_centres(net, 3)
    assert centre.servers["docks"] == 2
    means = []
    for day in range(40):
        docks = play_centre(net, centre, False, False, Streams(3, day)).stages["docks"]
        means.append(float(docks.wait_s[docks.arrival_s > 5_000.0].mean()))
    load, rho = 1.6, 0.8
    erlang_c = (load**2 / 2.0 / (1.0 - rho)) / (1.0 + load + load**2 / 2.0 / (1.0 - rho))
    expected = 3600.0 * erlang_c / (2.0 * 1000.0 - 1600.0)
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - expected) < 4.0 * error
    assert error < 0.05 * expected
