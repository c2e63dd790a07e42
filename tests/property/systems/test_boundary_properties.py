"""Whatever a system says, it is either a plain answer or a `SystemFailure`; nothing else."""

import math
import pickle
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from systems.boundary import answer_batch
from systems.conformance.samples import samples
from systems.contracts.answers import Stage
from systems.contracts.items import AttributeKnowledge, Knowledge
from systems.contracts.routing import Plan
from systems.contracts.service import Reply
from systems.contracts.vision import FIELDS, Box, Reading, ReadingDecision
from systems.errors import SystemFailure
from systems.registry import ResolvedSystem

CAPTURES = samples("vision").ordinary[:1]

JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.binary(max_size=4)
    | st.sampled_from(["accept", "review", "top", "capture-0", "query-0", object(), Reading]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.sampled_from([*FIELDS, "x"]) | st.integers(), inner, max_size=3)
        | st.builds(Box, inner, inner, inner, inner)
        | st.builds(Stage, inner, inner, inner)
        | st.builds(AttributeKnowledge, inner, inner, inner, inner, inner, inner)
    ),
    max_leaves=6,
)


class Says:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def read(self, captures: Any) -> Any:
        return self.answer

    def reply(self, queries: Any, state: Any) -> Any:
        return self.answer

    def extract(self, items: Any) -> Any:
        return self.answer

    def plan(self, problem: Any, previous: Any, limit: Any, seed: int) -> Any:
        return self.answer


def ask(kind: str, answer: Any) -> None:
    given_ = samples(kind) if kind != "vision" else None
    requests = CAPTURES if given_ is None else given_.ordinary[:1]
    resolved = ResolvedSystem(kind, "says", Says(answer), "test", None)
    failure = None
    try:
        plain = answer_batch(resolved, requests, given_.state if given_ else None)
    except SystemFailure as raised:
        failure = raised
    if failure is not None:
        assert all(line.isprintable() for line in str(failure).splitlines())
        assert str(pickle.loads(pickle.dumps(failure))) == str(failure)
    else:
        assert len(plain) == len(requests)
        assert 0.0 <= plain[0].confidence <= 1.0
        assert pickle.loads(pickle.dumps(plain)) == plain


@given(st.sampled_from(["vision", "service", "routing", "items"]), JUNK)
def test_junk_never_gets_through(kind: str, answer: Any) -> None:
    ask(kind, answer)
    ask(kind, [answer])


@given(JUNK, JUNK, JUNK, JUNK, JUNK)
def test_junk_in_the_fields_of_a_reading_never_gets_through(
    decision: Any, confidence: Any, fields: Any, boxes: Any, stages: Any
) -> None:
    ask("vision", [Reading("capture-0", decision, confidence, fields, boxes, stages)])


@given(JUNK, JUNK, JUNK)
def test_junk_in_other_kinds_answers_never_gets_through(one: Any, two: Any, three: Any) -> None:
    ask("service", [Reply("query-0", "answer", 0.5, "text", None, one, two, three)])  # type: ignore[arg-type]
    ask("service", [Reply("query-0", one, two, three, one, reason=two)])
    ask("routing", Plan("problem-0", one, two, three, "dispatch", 0.5))  # type: ignore[arg-type]
    ask("items", [Knowledge("item-0", "accept", 0.5, one, two, three)])  # type: ignore[arg-type]


@given(st.floats(0.0, 1.0), st.text(st.characters(codec="utf-8"), min_size=1, max_size=50))
def test_a_good_reading_comes_through_unchanged(confidence: float, said: str) -> None:
    reading = Reading("capture-0", ReadingDecision.ACCEPT, confidence, {"sort_code": said})
    resolved = ResolvedSystem("vision", "says", Says([reading]), "test", None)
    assert answer_batch(resolved, CAPTURES) == (reading,)
    assert math.isfinite(reading.confidence)
