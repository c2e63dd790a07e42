"""The trivial system of each kind does what it says and keeps its contract without a warning."""

import pytest

from systems.boundary import answer_batch
from systems.conformance import check_system
from systems.conformance.samples import samples
from systems.contracts.items import KnowledgeDecision
from systems.contracts.routing import Visit
from systems.contracts.service import ReplyDecision
from systems.contracts.vision import ReadingDecision
from systems.registry import resolve

TRIVIAL = [
    ("vision", "no_read"),
    ("service", "hand_off"),
    ("routing", "hold_all"),
    ("items", "stored"),
]


@pytest.mark.parametrize(("kind", "name"), TRIVIAL)
def test_the_trivial_system_passes_every_check(kind: str, name: str) -> None:
    findings = check_system(kind, lambda: resolve(kind, name, {}, allow_dotted=False).system)
    assert [f for f in findings if f.status != "pass"] == []
    assert len(findings) >= 22


def answers(kind: str, name: str):
    resolved = resolve(kind, name, {}, allow_dotted=False)
    asked = samples(kind)
    return asked.ordinary, answer_batch(resolved, asked.ordinary, asked.state)


def test_no_read_declines_every_capture() -> None:
    captures, readings = answers("vision", "no_read")
    assert [r.capture_id for r in readings] == [c.capture_id for c in captures]
    assert {r.decision for r in readings} == {ReadingDecision.NO_READ}
    assert not any(r.fields for r in readings)


def test_hand_off_answers_nobody() -> None:
    _, replies = answers("service", "hand_off")
    assert {r.decision for r in replies} == {ReplyDecision.HAND_OFF}


def test_hold_all_keeps_what_is_locked_and_holds_the_rest() -> None:
    requests, plans = answers("routing", "hold_all")
    assert [len(plan.held) for plan in plans] == [6, 9, 4]
    assert plans[0].routes == ()
    (route,) = plans[2].routes
    assert route.vehicle_id == "van-0"
    assert route.visits == (
        Visit("request-2", requests[2].previous.plan.routes[0].visits[1].arrival_s),
    )


def test_stored_repeats_what_is_stored_and_asked_for() -> None:
    _, knowledge = answers("items", "stored")
    assert [k.decision for k in knowledge].count(KnowledgeDecision.ACCEPT) == 1
    assert {a.name: a.value for a in knowledge[1].attributes} == {"colour": "red", "volume": 350}
    assert knowledge[1].confidence == 0.8
    assert knowledge[0].attributes == ()
