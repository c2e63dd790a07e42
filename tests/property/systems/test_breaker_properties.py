"""The breaker against its definition, over any history."""

from hypothesis import given
from hypothesis import strategies as st

from systems.remote.breaker import Breaker, State

STEPS = st.lists(st.one_of(st.booleans(), st.floats(0.0, 20.0)), max_size=60)


@given(STEPS, st.integers(1, 4))
def test_it_opens_after_failures_in_a_row_and_lets_one_trial_pass(
    steps: list[bool | float], threshold: int
) -> None:
    """A bool is a request that would succeed or fail; a number is time that goes by."""
    now, rest, in_a_row, opened = 0.0, 5.0, 0, None
    breaker = Breaker(threshold, 5.0, 12.0, lambda: now)
    for step in steps:
        if not isinstance(step, bool):
            now += step
            continue
        closed = opened is None
        may = closed or now - opened >= rest
        expected = State.CLOSED if closed else State.HALF_OPEN if may else State.OPEN
        assert breaker.state is expected
        assert breaker.admits() is may
        if not may:
            continue
        if not closed:
            assert not breaker.admits()  # one trial at a time
        if step:
            breaker.succeeded()
            in_a_row, opened, rest = 0, None, 5.0
        else:
            breaker.failed()
            in_a_row += 1
            if not closed:
                opened, rest = now, min(2 * rest, 12.0)
            elif in_a_row >= threshold:
                opened = now


def test_a_broken_server_is_tried_ever_less_often() -> None:
    now = 0.0
    breaker = Breaker(1, 5.0, 60.0, lambda: now)
    trials = []
    for second in range(600):
        now = float(second)
        if breaker.admits():
            trials.append(second)
            breaker.failed()
    assert trials == [0, 5, 15, 35, 75, 135, 195, 255, 315, 375, 435, 495, 555]
