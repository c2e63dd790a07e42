"""Calls a system under test and lets nothing through that breaks its contract."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from systems.boundary.breach import Breach, shown
from systems.boundary.items import checked_knowledge
from systems.boundary.routing import checked_plan
from systems.boundary.sealing import PresentState, sealed_capture
from systems.boundary.service import checked_reply
from systems.boundary.vision import checked_reading, checked_text_reading
from systems.contracts.live_state import LiveState
from systems.contracts.routing import PreviousPlan, RoutingProblem, WorkLimit
from systems.contracts.vision import FIELDS, Capture, Reading, TextFound, TextReading
from systems.errors import SystemFailure
from systems.kinds import kind_named
from systems.registry import ResolvedSystem

__all__ = ["PlanRequest", "answer_batch", "answer_texts"]


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The four things a routing system is asked with, as one request of a batch."""

    problem: RoutingProblem
    previous: PreviousPlan | None
    limit: WorkLimit
    seed: int


@dataclass(frozen=True, slots=True)
class _Side:
    """Where a kind's requests and answers carry their id, and how an answer is checked."""

    id_name: str
    checked: Callable[[Any, Any], Any]


_SIDES = {
    "vision": _Side("capture_id", checked_reading),
    "service": _Side("query_id", checked_reply),
    "routing": _Side("problem_id", lambda plan, request: checked_plan(plan, request.problem)),
    "items": _Side("item_id", checked_knowledge),
}


def answer_batch(
    resolved: ResolvedSystem, requests: Sequence[Any], state: LiveState | None = None
) -> tuple[Any, ...]:
    """Ask a system about a batch of requests and check every answer.

    Parameters
    ----------
    resolved : ResolvedSystem
    requests : sequence
        `Capture`, `Query`, `PlanRequest` or `Item`, by the system's kind.
    state : LiveState, optional
        What a service system may look things up in; needed for that kind alone.

    Returns
    -------
    tuple
        One answer a request, in order, rebuilt from plain Python types: nothing of the system's
        own classes is left in it, so it can be compared, stored and sent to other processes.

    Raises
    ------
    SystemFailure
        If the system raises or an answer breaks the contract, naming the requests concerned.
    """
    side = _SIDES[kind_named(resolved.kind).name]
    return _checked(resolved, requests, side, _question(resolved, requests, state))


def answer_texts(resolved: ResolvedSystem, captures: Sequence[Capture]) -> tuple[TextReading, ...]:
    """Ask a vision system for the raw text of pictures and check every answer.

    A system without `TextReader.read_text` is asked `read`, and the tracking id it offers, or else
    the sort code, is the text.

    Raises
    ------
    SystemFailure
        As `answer_batch` does.
    """
    system: Any = resolved.system
    if not callable(getattr(system, "read_text", None)):
        return tuple(_as_text(reading) for reading in answer_batch(resolved, captures))
    sealed = [sealed_capture(capture) for capture in captures]
    side = _Side("capture_id", checked_text_reading)
    return _checked(resolved, captures, side, lambda: system.read_text(sealed))


def _as_text(reading: Reading) -> TextReading:
    offered = [reading.fields[name] for name in FIELDS if name in reading.fields]
    texts = tuple(TextFound(text, "label", reading.confidence) for text in offered[:1])
    return TextReading(reading.capture_id, texts)


def _checked(
    resolved: ResolvedSystem, requests: Sequence[Any], side: _Side, ask: Callable[[], object]
) -> tuple[Any, ...]:
    ids = tuple(str(getattr(_subject(request), side.id_name)) for request in requests)

    def fail(problem: str, detail: str, about: tuple[str, ...], fix: str = "") -> SystemFailure:
        return SystemFailure(resolved.spec, resolved.kind, problem, detail, about, fix)

    try:
        answers = ask()
    except (Exception, SystemExit) as error:
        if isinstance(error, ValueError) and "read-only" in str(error):
            raise fail(
                "mutation", f"it wrote to its input: {error}", ids, "copy the array first"
            ) from error
        said = shown(str(error), 500)
        raise fail("exception", f"it raised {type(error).__name__}: {said}", ids) from error
    if not isinstance(answers, (list, tuple)):
        detail = f"it must give a list or tuple of answers, not {shown(answers)}"
        raise fail("type", detail, ids)
    if len(answers) != len(requests):
        raise fail("count", f"it gave {len(answers)} answers to {len(requests)} requests", ids)
    checked = []
    for request, request_id, answer in zip(requests, ids, answers, strict=True):
        given = getattr(answer, side.id_name, request_id)
        if not isinstance(given, str) or given != request_id:
            detail = f"its answer in this place is to {shown(given)}"
            raise fail("order", detail, (request_id,), "answer in the order asked, ids copied over")
        try:
            checked.append(side.checked(answer, request))
        except Breach as breach:
            raise fail(breach.problem, breach.detail, (request_id,)) from None
        except Exception as error:
            # An answer can be broken in ways no rule foresees: attributes never set, values
            # that raise when they are compared.
            detail = f"looking at its answer raised {type(error).__name__}: {shown(str(error))}"
            raise fail("type", detail, (request_id,)) from error
    return tuple(checked)


def _subject(request: Any) -> Any:
    return request.problem if isinstance(request, PlanRequest) else request


def _question(
    resolved: ResolvedSystem, requests: Sequence[Any], state: LiveState | None
) -> Callable[[], object]:
    """Seal what is handed out, so that only the system's own code runs when it is asked."""
    system: Any = resolved.system
    if resolved.kind == "vision":
        captures = [sealed_capture(capture) for capture in requests]
        return lambda: system.read(captures)
    if resolved.kind == "service":
        if state is None:
            raise ValueError("a service system is asked with a state")
        present = PresentState(state, max((query.at for query in requests), default=-math.inf))
        return lambda: system.reply(list(requests), present)
    if resolved.kind == "routing":
        return lambda: [system.plan(r.problem, r.previous, r.limit, r.seed) for r in requests]
    return lambda: system.extract(list(requests))
