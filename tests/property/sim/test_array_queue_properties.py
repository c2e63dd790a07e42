"""What must hold for any queue, whatever comes and however long it takes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.array_queues import multi_server_waits, queue_waits, single_server_waits

Values = NDArray[np.float64]
# Coarse grids make ties, zero services and servers freed at the moment of an arrival common.
TIMES = st.one_of(
    st.integers(0, 12).map(float),
    st.floats(0.0, 1e5, allow_subnormal=False),
    st.floats(0.0, 1.0, allow_subnormal=False),
)
SERVERS = st.one_of(st.integers(1, 4), st.sampled_from([9, 109, 110, 300]))


@st.composite
def streams(draw: st.DrawFn) -> tuple[Values, Values]:
    n = draw(st.integers(0, 60))
    arrival = np.sort(draw(st.lists(TIMES, min_size=n, max_size=n)))
    return arrival, np.array(draw(st.lists(TIMES, min_size=n, max_size=n)), dtype=np.float64)


def close(one: Values, other: Values) -> bool:
    """Equal but for the rounding of clocks that reach millions of seconds."""
    return bool(np.all(np.abs(one - other) <= 1e-9 + 1e-12 * np.maximum(one, other)))


@given(streams())
def test_one_server_keeps_lindley_s_recursion(stream: tuple[Values, Values]) -> None:
    arrival, service = stream
    wait = single_server_waits(arrival, service)
    assert wait.shape == arrival.shape
    expected = np.zeros(len(arrival))
    for n in range(1, len(arrival)):
        gap = arrival[n] - arrival[n - 1]
        expected[n] = max(0.0, expected[n - 1] + service[n - 1] - gap)
    assert close(wait, expected)


@given(streams())
def test_one_server_is_one_of_many(stream: tuple[Values, Values]) -> None:
    assert close(single_server_waits(*stream), multi_server_waits(*stream, 1))


@given(streams(), SERVERS)
def test_first_come_first_served_and_never_more_than_there_are_servers(
    stream: tuple[Values, Values], servers: int
) -> None:
    arrival, service = stream
    wait = queue_waits(arrival, service, servers)
    begin = arrival + wait
    assert np.all(wait >= 0.0)
    assert np.all(np.diff(begin) >= -1e-9)
    for n in range(len(arrival)):
        # At the moment it begins, fewer than `servers` of those ahead are still being served.
        ahead = begin[:n] + service[:n]
        assert np.sum(ahead > begin[n] + 1e-6) < servers
        # And it waits only because, just before that moment, all were busy.
        if wait[n] > 1e-6:
            assert np.sum(ahead >= begin[n] - 1e-6) >= servers


@given(streams(), SERVERS)
def test_more_servers_never_raise_a_wait(stream: tuple[Values, Values], servers: int) -> None:
    few, more = (queue_waits(*stream, count) for count in (servers, servers + 1))
    assert np.all(more <= few + 1e-9)


@given(streams(), st.integers(1, 5), st.floats(0.0, 50.0))
def test_slower_service_never_lowers_a_wait(
    stream: tuple[Values, Values], servers: int, extra_s: float
) -> None:
    arrival, service = stream
    slower = queue_waits(arrival, service + extra_s, servers)
    assert np.all(slower >= queue_waits(arrival, service, servers) - 1e-9)


@given(streams(), SERVERS, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_a_slower_clock_stretches_waits_and_changes_nothing_else(
    stream: tuple[Values, Values], servers: int, factor: float
) -> None:
    arrival, service = stream
    stretched = queue_waits(factor * arrival, factor * service, servers)
    # A power of two is exact in floating point.
    assert np.array_equal(stretched, factor * queue_waits(arrival, service, servers))


@given(streams(), SERVERS, st.integers(0, 1000).map(float))
def test_a_later_start_changes_no_wait(
    stream: tuple[Values, Values], servers: int, later_s: float
) -> None:
    arrival, service = stream
    assert close(
        queue_waits(arrival + later_s, service, servers), queue_waits(arrival, service, servers)
    )


@given(streams(), SERVERS)
def test_without_work_nobody_waits(stream: tuple[Values, Values], servers: int) -> None:
    arrival, _ = stream
    assert not queue_waits(arrival, np.zeros(len(arrival)), servers).any()


@given(streams(), SERVERS)
def test_what_comes_later_changes_nothing_before(
    stream: tuple[Values, Values], servers: int
) -> None:
    arrival, service = stream
    half = len(arrival) // 2
    whole = queue_waits(arrival, service, servers)
    assert np.array_equal(queue_waits(arrival[:half], service[:half], servers), whole[:half])


@given(streams(), SERVERS)
def test_as_many_servers_as_items_leave_no_queue(
    stream: tuple[Values, Values], servers: int
) -> None:
    arrival, service = stream
    assert not queue_waits(arrival, service, max(1, len(arrival), servers)).any()
