"""Answers come in plain, in order and by the rules, or the system has failed."""

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from systems.boundary import answer_batch
from systems.boundary.breach import shown
from systems.conformance.samples import samples
from systems.contracts.actions import (
    Address,
    CancelOrder,
    ChangeDeliveryAddress,
    ChangeItems,
    Compensate,
    ItemChange,
    Refund,
    RescheduleDelivery,
    Reship,
    ReturnItems,
)
from systems.contracts.answers import Stage
from systems.contracts.claims import Claim, ClaimAttribute, Subject
from systems.contracts.items import (
    AttributeKnowledge,
    Evidence,
    EvidenceSource,
    Knowledge,
    KnowledgeDecision,
)
from systems.contracts.routing import (
    Plan,
    PlanDecision,
    Route,
    Unserved,
    UnservedReason,
    Visit,
)
from systems.contracts.service import Citation, Override, Reason, Reply, ReplyDecision
from systems.contracts.vision import Box, Reading, ReadingDecision
from systems.errors import SystemFailure
from systems.registry import ResolvedSystem

SQUARE = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))


class Says:
    """Gives one prepared answer, whatever it is asked."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def read(self, captures: Any) -> Any:
        return [self._answer]

    def reply(self, queries: Any, state: Any) -> Any:
        return [self._answer]

    def extract(self, items: Any) -> Any:
        return [self._answer]

    def plan(self, problem: Any, previous: Any, limit: Any, seed: int) -> Any:
        return self._answer


def passed(kind: str, answer: Any, which: int = 0) -> Any:
    asked = samples(kind)
    resolved = ResolvedSystem(kind, "says", Says(answer), "test", None)
    (plain,) = answer_batch(resolved, asked.ordinary[which : which + 1], asked.state)
    return plain


def refused(kind: str, answer: Any, problem: str, said: str, which: int = 0) -> None:
    with pytest.raises(SystemFailure, match=said) as caught:
        passed(kind, answer, which)
    assert caught.value.problem == problem
    assert len(caught.value.requests) == 1


def reading(**changes: Any) -> Reading:
    plain = Reading("capture-0", ReadingDecision.ACCEPT, 0.9, {"sort_code": "ABC234"})
    return replace(plain, **changes)


def reply(**changes: Any) -> Reply:
    return replace(Reply("query-0", ReplyDecision.ANSWER, 0.9, "It is on its way."), **changes)


def act(action: Any) -> Reply:
    return reply(decision=ReplyDecision.ACT, action=action)


def knowledge(*attributes: AttributeKnowledge) -> Knowledge:
    return Knowledge("item-0", KnowledgeDecision.ACCEPT, 0.9, attributes)


def attribute(**changes: Any) -> AttributeKnowledge:
    plain = AttributeKnowledge("colour", "red", 0.9, KnowledgeDecision.ACCEPT)
    return replace(plain, **changes)


def plan(**changes: Any) -> Plan:
    held = tuple(Unserved(f"request-{i}", UnservedReason.CAN_WAIT) for i in range(2, 7))
    route = Route("van-0", 28800, (Visit("request-1", 32400),), ((1, 39600),), 50_000)
    return replace(Plan("problem-0", (route,), held, (), PlanDecision.DISPATCH, 0.5), **changes)


def test_an_answer_is_rebuilt_from_plain_types() -> None:
    box = Box("label", "top", [np.array([1, 2]).tolist()] * 4, np.float32(0.5))  # type: ignore[arg-type,list-item]
    given = reading(
        decision="accept",
        confidence=np.float32(0.25),
        boxes=[box],
        stages=[Stage("reader", {"text": "A"}, np.float64(0.5))],
    )
    plain = passed("vision", given)
    assert plain.decision is ReadingDecision.ACCEPT
    assert type(plain.confidence) is float
    assert type(plain.boxes) is tuple
    assert plain.boxes[0].quad == ((1.0, 2.0),) * 4
    assert type(plain.stages[0].confidence) is float
    assert pickle.loads(pickle.dumps(plain)) == plain


def test_good_answers_of_every_kind_pass_as_they_are() -> None:
    assert passed("vision", reading()) == reading()
    assert passed("routing", plan()) == plan()
    found = attribute(evidence=(Evidence(EvidenceSource.TITLE, span=(0, 3)),))
    assert passed("items", knowledge(found)) == knowledge(found)
    full = reply(
        claims=(
            Claim(Subject.ORDER, "order-1", ClaimAttribute.STATUS, "shipped", 900.0, span=(0, 5)),
            Claim(Subject.STOCK, "sku-1", ClaimAttribute.AVAILABLE_UNITS, 4, 900.0),
            Claim(Subject.POLICY, "policy-1", ClaimAttribute.ALLOWED, True, 900.0, "cancel_order"),
        ),
        citations=(Citation("policy-1", 1, "can be cancelled"),),
        overrides=(Override("reality_check", "text", "a", "b", Reason.CONTRADICTS_STATE),),
    )
    assert passed("service", full) == full


@pytest.mark.parametrize(
    "action",
    [
        CancelOrder("order-1", "ordered by mistake"),
        ChangeDeliveryAddress("order-1", Address(("1 Road",), "Ashby", "AS1", "GB")),
        ChangeItems("order-1", (ItemChange("line-1", "sku-2"),), "card-1"),
        ReturnItems("order-1", ("line-1",), "card-1"),
        Refund("order-1", 500, "card-1", "broken"),
        Reship("order-1", ("line-1",)),
        Reship("order-1", ("line-1",), Address(("1 Road",), "Ashby", "AS1", "GB")),
        Compensate("order-1", 500, "late"),
        RescheduleDelivery("shipment-1", 10.0, 20.0),
    ],
    ids=lambda a: a.kind,
)
def test_every_action_passes(action: Any) -> None:
    assert passed("service", act(action)).action == action


@pytest.mark.parametrize(
    ("action", "problem", "said"),
    [
        (Refund("order-1", -5, "card-1", "why"), "content", "amount_minor is negative"),
        (Refund("order-1", 5.5, "card-1", "why"), "type", "amount_minor must be a whole number"),  # type: ignore[arg-type]
        (CancelOrder("", "why"), "text", "order_id is empty"),
        (ReturnItems("order-1", "line-1", "card-1"), "type", "line_ids must be a tuple"),  # type: ignore[arg-type]
        (ChangeItems("order-1", ("line-1",), "card-1"), "type", "must be a ItemChange"),  # type: ignore[arg-type]
        (Reship("order-1", ("line-1",), "my home"), "type", "must be a Address"),  # type: ignore[arg-type]
        (RescheduleDelivery("s", float("inf"), 2.0), "type", "earliest_s is inf"),
        (ChangeDeliveryAddress("order-1", Address((7,), "A", "B", "C")), "type", "lines"),  # type: ignore[arg-type]
    ],
)
def test_a_malformed_action_is_refused(action: Any, problem: str, said: str) -> None:
    refused("service", act(action), problem, said)


def test_a_number_that_no_table_could_hold_is_refused() -> None:
    refused("service", act(Compensate("o", 2**63, "why")), "content", "64 bits")
    refused("items", knowledge(attribute(value=-(10**5000))), "content", "64 bits")
    refused("routing", plan(work={str(i): i for i in range(300)}), "type", "small mapping")
    refused("vision", reading(confidence=10**400), "type", "looking at its answer")


def test_an_action_belongs_to_acting_or_to_a_proposal() -> None:
    cancel = CancelOrder("order-1", "mistake")
    refused("service", reply(action=cancel), "content", "names an action but decides answer")
    handed = reply(decision=ReplyDecision.HAND_OFF, action=cancel, reason=Reason.AMBIGUOUS, text="")
    assert passed("service", handed).action == cancel


@pytest.mark.parametrize(
    ("attribute_name", "value", "said"),
    [
        (ClaimAttribute.ALLOWED, 1, "must be a bool"),
        (ClaimAttribute.AVAILABLE_UNITS, True, "must be a whole number"),
        (ClaimAttribute.AVAILABLE_UNITS, 3.0, "must be a whole number"),
        (ClaimAttribute.DELIVERED_AT_S, float("nan"), "is nan"),
        (ClaimAttribute.STATUS, 3, "must be a str"),
        ("colour", "red", "must be one of exists"),
    ],
)
def test_a_claim_s_value_has_the_type_of_its_attribute(
    attribute_name: Any, value: Any, said: str
) -> None:
    claim = Claim(Subject.ORDER, "order-1", attribute_name, value, 900.0)
    refused("service", reply(claims=(claim,)), "type", said)


def test_a_span_lies_within_its_text() -> None:
    claim = Claim(Subject.ORDER, "o", ClaimAttribute.STATUS, "shipped", 9.0, span=(0, 5000))
    refused("service", reply(claims=(claim,)), "content", "outside a text of 17 characters")
    found = attribute(evidence=(Evidence(EvidenceSource.TITLE, span=(5, 2)),))
    refused("items", knowledge(found), "content", "outside a text")


@pytest.mark.parametrize(
    ("box", "problem", "said"),
    [
        (Box("label", "roof", SQUARE, 0.5), "content", "'roof', which the capture lacks"),
        (Box("label", [], SQUARE, 0.5), "type", "view must be a str"),  # type: ignore[arg-type]
        (Box("label", "top", SQUARE[:3], 0.5), "type", "four corners, not 3"),
        (Box("label", "top", ((0.0, float("nan")), *SQUARE[1:]), 0.5), "type", "is nan"),
        (Box("label", "top", ((0.0, 1.0, 2.0), *SQUARE[1:]), 0.5), "type", "must be"),  # type: ignore[arg-type]
        (Box("label", "top", SQUARE, 2.0), "confidence", "outside"),
    ],
)
def test_a_malformed_box_is_refused(box: Box, problem: str, said: str) -> None:
    refused("vision", reading(boxes=(box,)), problem, said)


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (Evidence(EvidenceSource.IMAGE, image_id="image-9"), "'image-9', which is not there"),
        (Evidence(EvidenceSource.IMAGE), "None, which is not there"),
        (Evidence(EvidenceSource.STORED, version=1), "stored version, and there is none"),
        (Evidence(EvidenceSource.IMAGE, image_id="image-0", region=(9, 9, 1, 1)), "a region is"),
    ],
)
def test_evidence_that_is_not_there_is_refused(evidence: Evidence, said: str) -> None:
    refused("items", knowledge(attribute(evidence=(evidence,))), "content", said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"held": plan().held[1:]}, "1 requests are neither routed, held nor dropped: .*request-2"),
        ({"dropped": plan().held[:1]}, "1 requests are named more than once: .*request-2"),
        (
            {"dropped": (Unserved("request-99", UnservedReason.OTHER),)},
            "1 requests are named but not in the problem: .*request-99",
        ),
        (
            {"routes": (replace(plan().routes[0], vehicle_id="van-7"),)},
            "there is no vehicle 'van-7'",
        ),
        ({"routes": (replace(plan().routes[0], breaks=((5, 0),)),)}, "a break"),
    ],
)
def test_a_plan_accounts_for_every_request_once(changes: dict[str, Any], said: str) -> None:
    refused("routing", plan(**changes), "content", said)


def test_an_id_that_cannot_even_be_looked_up_is_refused() -> None:
    route = replace(plan().routes[0], vehicle_id=[])  # type: ignore[arg-type]
    refused("routing", plan(routes=(route,)), "type", "vehicle must be a str")
    evidence = Evidence(EvidenceSource.IMAGE, image_id=["image-0"])  # type: ignore[arg-type]
    refused("items", knowledge(attribute(evidence=(evidence,))), "type", "image id must be a str")


def test_an_answer_whose_attributes_were_never_set_is_refused() -> None:
    refused("vision", object.__new__(Reading), "type", "looking at its answer raised")


def test_text_of_a_system_s_is_escaped_where_it_is_shown() -> None:
    evil = "\x1b[2J\u202e" + "x" * 500
    for said in (shown(evil), shown([evil])):
        assert said.isprintable()
        assert len(said) <= 80
    with pytest.raises(SystemFailure) as caught:
        passed("vision", reading(fields={evil: "A"}))
    assert all(line.isprintable() for line in str(caught.value).splitlines())


def test_control_characters_in_a_field_are_kept_as_they_are() -> None:
    assert (
        passed("vision", reading(fields={"sort_code": "A\x00\x1b"})).fields["sort_code"]
        == "A\x00\x1b"
    )


def test_what_a_system_raises_is_escaped_and_cut() -> None:
    class Raises:
        def read(self, captures: Any) -> Any:
            raise RuntimeError("\x1b[31m" + "y" * 10_000)

    resolved = ResolvedSystem("vision", "raises", Raises(), "test", None)
    with pytest.raises(SystemFailure) as caught:
        answer_batch(resolved, samples("vision").ordinary)
    assert len(str(caught.value)) < 1500
    assert all(line.isprintable() for line in str(caught.value).splitlines())
    assert caught.value.requests[0] == "capture-0"
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_exit_is_a_failure_and_an_interrupt_is_not() -> None:
    class Stops:
        def __init__(self, error: BaseException) -> None:
            self._error = error

        def read(self, captures: Any) -> Any:
            raise self._error

    for error, expected in (
        (SystemExit(0), SystemFailure),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ):
        with pytest.raises(expected):
            answer_batch(ResolvedSystem("vision", "stops", Stops(error), "test", None), ())


def test_a_caller_s_own_mistake_is_not_blamed_on_the_system() -> None:
    asked = samples("service")
    with pytest.raises(ValueError, match="asked with a state"):
        answer_batch(ResolvedSystem("service", "s", Says(None), "test", None), asked.ordinary)


class Keeps:
    """Keeps what it was handed, for a look at it."""

    def read(self, captures: Any) -> Any:
        self.captures = captures
        return [Reading(c.capture_id, ReadingDecision.NO_READ, 0.0) for c in captures]


def test_a_system_holds_no_part_of_the_world() -> None:
    keeps = Keeps()
    captures = samples("vision").ordinary
    answer_batch(ResolvedSystem("vision", "keeps", keeps, "test", None), captures)
    theirs, ours = keeps.captures[0].views[0], captures[0].views[0]
    assert theirs is not ours
    assert not any(getattr(theirs, name) is ours for name in type(theirs).__slots__)
    with pytest.raises(ValueError, match="read-only"):
        theirs.overview[0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        theirs.overview.flags.writeable = True
    assert np.array_equal(theirs.overview, ours.overview)
    quad = np.array(SQUARE)
    window = theirs.window(quad, (4, 4))
    window[:] = 0  # the caller's own
    assert np.array_equal(theirs.window(quad, (4, 4)), ours.window(quad, (4, 4)))
    assert (theirs.name, theirs.sensor_scale) == (ours.name, ours.sensor_scale)


def test_the_latest_query_is_the_present_of_a_batch() -> None:
    asked: list[str] = []

    class Looks:
        def __init__(self, ahead: float) -> None:
            self._ahead = ahead

        def reply(self, queries: Any, state: Any) -> Any:
            asked.append(state.at(max(q.at for q in queries) + self._ahead).order("order-1").status)
            return [reply(query_id=query.query_id) for query in queries]

    def ask(ahead: float) -> None:
        given = samples("service")
        resolved = ResolvedSystem("service", "looks", Looks(ahead), "test", None)
        answer_batch(resolved, given.ordinary, given.state)

    ask(0.0)
    assert asked == ["shipped"]
    for ahead in (0.001, float("nan")):
        with pytest.raises(SystemFailure, match="FutureStateError"):
            ask(ahead)
