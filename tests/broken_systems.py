"""Sound systems of every kind, to be broken on purpose."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from systems.conformance import CHECKS, check_system
from systems.items.stored import Stored
from systems.routing.hold_all import HoldAll
from systems.service.hand_off import HandOff
from systems.vision.no_read import NoRead

__all__ = ["BATCHED", "ID", "SOUND", "Broken", "Tamper", "all_with", "raising", "status_of"]

SOUND = {"vision": NoRead, "service": HandOff, "routing": HoldAll, "items": Stored}
BATCHED = ("vision", "service", "items")
ID = {"vision": "capture_id", "service": "query_id", "routing": "problem_id", "items": "item_id"}

Tamper = Callable[[list[Any], Any], Any]


class Broken:
    """A sound system whose answers are tampered with; it has the method of every kind."""

    def __init__(self, kind: str, tamper: Tamper) -> None:
        self._sound: Any = SOUND[kind]()
        self._tamper = tamper

    def fingerprint(self) -> str:
        return "broken/1"

    def read(self, captures: Any) -> Any:
        return self._tamper(self._sound.read(captures), captures)

    def reply(self, queries: Any, state: Any) -> Any:
        return self._tamper(self._sound.reply(queries, state), queries)

    def extract(self, items: Any) -> Any:
        return self._tamper(self._sound.extract(items), items)

    def plan(self, problem: Any, previous: Any, limit: Any, seed: int) -> Any:
        answers = self._tamper([self._sound.plan(problem, previous, limit, seed)], [problem])
        return answers[0] if isinstance(answers, list) and answers else answers


def status_of(kind: str, make: Callable[[], object]) -> dict[str, str]:
    findings = check_system(kind, make)
    assert [f.check for f in findings] == sorted((f.check for f in findings), key=CHECKS.index)
    for finding in findings:
        assert finding.detail
    return {finding.check: str(finding.status) for finding in findings}


def all_with(**changes: Any) -> Tamper:
    return lambda answers, _: [replace(answer, **changes) for answer in answers]


def raising(answers: list[Any], _: Any) -> Any:
    raise RuntimeError("the model fell over")
