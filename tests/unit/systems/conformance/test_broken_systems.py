"""Systems broken on purpose, of every kind: the check that is about the fault must catch it."""

import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from systems.conformance import check_system
from systems.contracts.actions import CancelOrder
from systems.contracts.answers import Stage
from systems.contracts.items import AttributeKnowledge, KnowledgeDecision
from systems.contracts.service import ReplyDecision
from systems.kinds import KINDS
from systems.service.hand_off import HandOff
from tests.broken_systems import (
    BATCHED,
    ID,
    SOUND,
    Broken,
    Tamper,
    all_with,
    raising,
    status_of,
)


def foreign_ids(kind: str) -> Tamper:
    return lambda answers, _: [replace(a, **{ID[kind]: "somebody-else"}) for a in answers]


EVERY_KIND: list[tuple[str, Tamper]] = [
    ("answers", raising),
    ("type", lambda answers, _: [{"decision": "accept"} for _ in answers]),
    ("type", lambda answers, _: None),
    ("decision", all_with(decision="perhaps")),
    ("decision", all_with(decision=None)),
    ("confidence", all_with(confidence=float("nan"))),
    ("confidence", all_with(confidence=1.01)),
    ("confidence", all_with(confidence=-0.01)),
    ("confidence", all_with(confidence=True)),
    ("confidence", all_with(confidence="0.9")),
    ("confidence", all_with(confidence=np.zeros(2))),
    ("stages", all_with(stages=("detector",))),
    ("stages", all_with(stages=(Stage("", {}),))),
    ("stages", all_with(stages=(Stage("reader", {"text": 7}),))),  # type: ignore[dict-item]
    ("stages", all_with(stages=(Stage("reader", {}, 7.0),))),
    ("stages", all_with(stages=None)),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("check", "tamper"), EVERY_KIND)
def test_a_broken_answer_is_caught_by_its_check(kind: str, check: str, tamper: Tamper) -> None:
    assert status_of(kind, lambda: Broken(kind, tamper))[check] == "fail"


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_to_somebody_else_is_caught(kind: str) -> None:
    assert status_of(kind, lambda: Broken(kind, foreign_ids(kind)))["order"] == "fail"


@pytest.mark.parametrize("kind", BATCHED)
@pytest.mark.parametrize(
    ("check", "tamper"),
    [
        ("count", lambda answers, _: answers[:-1]),
        ("count", lambda answers, _: [*answers, *answers[-1:], *answers[-1:]]),
        ("order", lambda answers, _: answers[::-1]),
        ("type", lambda answers, _: (answer for answer in answers)),
        ("empty_batch", lambda answers, asked: answers if asked else None),
        ("empty_batch", lambda answers, asked: answers[0] and answers),
    ],
)
def test_a_broken_batch_is_caught(kind: str, check: str, tamper: Tamper) -> None:
    assert status_of(kind, lambda: Broken(kind, tamper))[check] == "fail"


@pytest.mark.parametrize(
    ("kind", "check", "tamper"),
    [
        ("vision", "text", all_with(fields={"sort_code": "A" * 5000})),
        ("vision", "text", all_with(fields={"sort_code": "\ud800"})),
        ("vision", "text", all_with(fields={"sort_code": ""})),
        ("vision", "type", all_with(fields={"sort_code": None})),
        ("vision", "type", all_with(fields=["sort_code"])),
        ("vision", "content", all_with(fields={"sortcode": "ABC234"})),
        ("vision", "content", all_with(decision="accept")),
        ("service", "text", all_with(text="x" * 20_000)),
        ("service", "text", all_with(text="\udfff")),
        ("service", "content", all_with(reason=None)),
        ("service", "content", all_with(decision=ReplyDecision.ACT)),
        ("service", "content", all_with(decision="answer", text="")),
        ("service", "type", all_with(action="cancel everything")),
        ("service", "type", all_with(action=CancelOrder(7, "why"))),  # type: ignore[arg-type]
        ("routing", "content", all_with(held=())),
        ("routing", "text", all_with(work={"i" * 9000: 1})),
        ("routing", "type", all_with(work={"iterations": 0.5})),
        ("items", "text", all_with(category="c" * 5000)),
        (
            "items",
            "content",
            all_with(attributes=2 * (AttributeKnowledge("a", 1, 0.5, KnowledgeDecision.ACCEPT),)),
        ),
        (
            "items",
            "type",
            all_with(
                attributes=(AttributeKnowledge("a", float("nan"), 0.5, KnowledgeDecision.ACCEPT),)
            ),
        ),
    ],
)
def test_a_broken_answer_of_one_kind_is_caught(kind: str, check: str, tamper: Tamper) -> None:
    assert status_of(kind, lambda: Broken(kind, tamper))[check] == "fail"


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_with_a_memory_is_caught(kind: str) -> None:
    def make() -> Broken:
        calls: list[int] = []

        def tamper(answers: list[Any], _: Any) -> list[Any]:
            calls.append(1)
            return [replace(a, confidence=min(1.0, len(calls) / 100)) for a in answers]

        return Broken(kind, tamper)

    assert status_of(kind, make)["repeatable"] == "fail"


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_that_differs_from_its_twin_is_caught(kind: str) -> None:
    built: list[int] = []

    def make() -> Broken:
        built.append(1)
        return Broken(kind, all_with(confidence=len(built) / 10))

    found = status_of(kind, make)
    assert (found["repeatable"], found["fresh_instance"]) == ("pass", "fail")


@pytest.mark.parametrize("kind", BATCHED)
def test_answers_that_depend_on_the_batch_are_a_warning(kind: str) -> None:
    def tamper(answers: list[Any], _: Any) -> list[Any]:
        return [replace(a, confidence=1.0 / len(answers)) for a in answers]

    found = status_of(kind, lambda: Broken(kind, tamper))
    assert found["batch_independent"] == "warn"
    assert "fail" not in found.values()


class Prophet(HandOff):
    def reply(self, queries: Any, state: Any) -> Any:
        for query in queries:
            state.at(query.at + 3600.0)
        return super().reply(queries, state)


class Latecomer(HandOff):
    """Looks everything up at the present of the latest query of the batch."""

    def reply(self, queries: Any, state: Any) -> Any:
        if queries:
            state.at(max(query.at for query in queries))
        return super().reply(queries, state)


class Punctual(HandOff):
    def reply(self, queries: Any, state: Any) -> Any:
        for query in queries:
            state.at(query.at)
        return super().reply(queries, state)


class Fragile(HandOff):
    def reply(self, queries: Any, state: Any) -> Any:
        for query in queries:
            state.at(query.at).order("order-1")
        return super().reply(queries, state)


def test_looking_into_the_future_is_caught() -> None:
    assert status_of("service", Prophet)["no_future"] == "fail"
    assert status_of("service", Latecomer)["no_future"] == "fail"
    assert set(status_of("service", Punctual).values()) == {"pass"}


def test_a_store_that_is_down_must_not_end_a_run() -> None:
    findings = {f.check: f for f in check_system("service", Fragile)}
    assert findings["odd_inputs"].status == "fail"
    assert "a state that is down" in findings["odd_inputs"].detail
    assert findings["answers"].status == "pass"


def stumbling(kind: str) -> Tamper:
    def tamper(answers: list[Any], asked: Any) -> list[Any]:
        if any("odd" in str(getattr(one, ID[kind])) for one in asked):
            raise ZeroDivisionError("no pixels")
        return answers

    return tamper


@pytest.mark.parametrize("kind", ["service", "routing", "items"])
def test_stumbling_over_odd_input_is_caught(kind: str) -> None:
    found = status_of(kind, lambda: Broken(kind, stumbling(kind)))
    assert (found["answers"], found["odd_inputs"]) == ("pass", "fail")


def test_stumbling_over_a_frame_of_one_pixel_is_caught() -> None:
    def tamper(answers: list[Any], captures: Any) -> list[Any]:
        for capture in captures:
            assert min(capture.views[0].overview.shape[:2]) > 8
        return answers

    findings = {f.check: f for f in check_system("vision", lambda: Broken("vision", tamper))}
    assert findings["odd_inputs"].status == "fail"
    assert "a frame of one pixel" in findings["odd_inputs"].detail
    assert "a black frame" not in findings["odd_inputs"].detail


def unbuildable() -> object:
    raise FileNotFoundError("weights.onnx")


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_built_or_asked_is_caught(kind: str) -> None:
    assert status_of(kind, unbuildable) == {"constructs": "fail"}
    assert status_of(kind, object) == {"constructs": "pass", "has_method": "fail"}


@pytest.mark.parametrize("kind", KINDS)
def test_fingerprints_are_looked_at(kind: str) -> None:
    class Without:
        def __init__(self) -> None:
            sound: Any = SOUND[kind]()
            setattr(self, KINDS[kind].method, getattr(sound, KINDS[kind].method))

    class Changing(Without):
        def fingerprint(self) -> str:
            return f"{id(self)}"

    class Raising(Without):
        def fingerprint(self) -> str:
            raise OSError("no weights")

    class Empty(Without):
        def fingerprint(self) -> str:
            return ""

    assert status_of(kind, Without)["fingerprint"] == "warn"
    keep: list[object] = []  # two living objects cannot share an id
    assert status_of(kind, lambda: keep.append(Changing()) or keep[-1])["fingerprint"] == "fail"
    assert status_of(kind, Raising)["fingerprint"] == "fail"
    assert status_of(kind, Empty)["fingerprint"] == "fail"


def test_importing_the_world_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "peeking_reader.py").write_text(
        textwrap.dedent(
            """
            from systems.vision.no_read import NoRead

            class Peeking(NoRead):
                def truth(self):
                    from sim.sorting.parcel import Parcel
                    return Parcel
            """
        )
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    module = __import__("peeking_reader")
    findings = {f.check: f for f in check_system("vision", module.Peeking)}
    assert findings["keeps_to_contracts"].status == "fail"
    assert "sim.sorting.parcel" in findings["keeps_to_contracts"].detail
    sys.modules.pop("peeking_reader")
