import pytest

from sim.clock import COMPLETION, DECISION, OCCURRENCE, Appointment, Clock


def test_appointments_keep_their_exact_time_whoever_makes_them() -> None:
    clock = Clock()
    seen: list[tuple[float, float]] = []

    def note(appointment: Appointment) -> None:
        seen.append((clock.now, appointment.at_s))

    at_s = 56.9
    clock.call_at(18.8, lambda _: clock.call_at(at_s, note))
    clock.run()
    assert 18.8 + (at_s - 18.8) != at_s  # what a Timeout would have done
    assert seen == [(at_s, at_s)]


def test_one_instant_is_ordered_by_priority_then_by_order_of_making() -> None:
    clock = Clock()
    order: list[str] = []
    for name, priority in (
        ("decision", DECISION),
        ("second", OCCURRENCE),
        ("third", OCCURRENCE),
        ("completion", COMPLETION),
    ):
        clock.call_at(5.0, lambda appointment: order.append(appointment.item), name, priority)
    clock.run()
    assert order == ["completion", "second", "third", "decision"]


def test_processes_and_appointments_share_the_clock() -> None:
    clock = Clock()
    order: list[str] = []

    def process():  # type: ignore[no-untyped-def]
        yield clock.timeout(2.0)
        order.append("process")

    clock.process(process())
    clock.call_at(1.0, lambda _: order.append("before"))
    clock.call_at(3.0, lambda _: order.append("after"))
    clock.run()
    assert order == ["before", "process", "after"]


@pytest.mark.parametrize("at_s", [-1.0, float("nan")])
def test_the_past_cannot_be_appointed(at_s: float) -> None:
    with pytest.raises(ValueError, match="cannot call"):
        Clock().call_at(at_s, print)
