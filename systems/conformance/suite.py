"""Runs every check on one system."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from systems.boundary import answer_batch
from systems.conformance.finding import Finding, Status
from systems.conformance.fingerprints import digest
from systems.conformance.isolation import world_imports
from systems.conformance.samples import SampleSet, SampleState, samples
from systems.conformance.watch import Watch
from systems.contracts.live_state import FutureStateError, LiveState
from systems.errors import SystemFailure, SystemTrouble
from systems.kinds import Kind, kind_named
from systems.loading import require_method
from systems.registry import ResolvedSystem

__all__ = ["CHECKS", "check_system"]

CHECKS = (
    "constructs",
    "has_method",
    "answers",
    "count",
    "order",
    "type",
    "decision",
    "confidence",
    "text",
    "content",
    "stages",
    "inputs_untouched",
    "no_future",
    "empty_batch",
    "odd_inputs",
    "repeatable",
    "fresh_instance",
    "batch_independent",
    "quiet",
    "random_untouched",
    "process_untouched",
    "fingerprint",
    "keeps_to_contracts",
    "speed",
)
"""Names of all checks, in the order in which they are reported."""

_RULES = ("count", "order", "type", "decision", "confidence", "text", "content", "stages")
_FIXES = {
    "answers": "run it on this input in a debugger; a capture it cannot read is an answer too",
    "inputs_untouched": "copy what you change; requests are shared with the world",
    "no_future": "ask state.at(query.at) for each query, never a later instant",
}


def check_system(kind: str, make: Callable[[], object]) -> tuple[Finding, ...]:
    """Try a system on small samples of its kind, without the world.

    Parameters
    ----------
    kind : str
        ``vision``, ``service``, ``routing`` or ``items``.
    make : callable
        Makes the system; called twice, because runs make one in every process.

    Returns
    -------
    tuple of Finding
        One a check, in the order of `CHECKS`.  After a failure that leaves nothing to look at,
        later checks are left out.

    Raises
    ------
    UnknownKind
        If there is no such kind.
    """
    return _Suite(kind_named(kind), make).run()


class _Suite:
    """One run of the suite: the system, what has been seen, what has been found."""

    def __init__(self, kind: Kind, make: Callable[[], object]) -> None:
        self._kind = kind
        self._make = make
        self._watch = Watch()
        self._found: dict[str, Finding] = {}
        self._samples: SampleSet = samples(kind.name)

    def run(self) -> tuple[Finding, ...]:
        system = self._built()
        if system is None or not self._has_method(system):
            return self._report()
        answers = self._ordinary(system)
        if answers is not None:
            self._empty(system)
            self._odd(system)
            self._no_future(system)
            self._repeatable(system, answers)
            self._batches(system, answers)
            self._fresh(system, answers)
        self._process()
        self._keeps_to_contracts(system)
        return self._report()

    def _report(self) -> tuple[Finding, ...]:
        return tuple(self._found[name] for name in CHECKS if name in self._found)

    def _pass(self, check: str, detail: str) -> None:
        self._found.setdefault(check, Finding(check, Status.PASS, detail))

    def _fail(self, check: str, detail: str, fix: str = "") -> None:
        self._found[check] = Finding(check, Status.FAIL, detail, fix)

    def _warn(self, check: str, detail: str, fix: str) -> None:
        self._found[check] = Finding(check, Status.WARN, detail, fix)

    def _broken(self, failure: SystemFailure, during: str) -> None:
        """File a broken contract under the check that is about that rule."""
        check = {"exception": "answers", "mutation": "inputs_untouched"}.get(
            failure.problem, failure.problem
        )
        if isinstance(failure.__cause__, FutureStateError):
            check = "no_future"
        self._fail(check, f"{during}: {failure.detail}", failure.fix or _FIXES.get(check, ""))

    def _built(self) -> object | None:
        try:
            with self._watch.looking(building=True):
                system = self._make()
        except SystemTrouble as error:
            self._fail("constructs", error.what, error.fix)
            return None
        except (Exception, SystemExit) as error:
            self._fail("constructs", f"building it raised {type(error).__name__}: {error}")
            return None
        self._pass("constructs", f"a {type(system).__name__}")
        return system

    def _has_method(self, system: object) -> bool:
        try:
            require_method(system, self._kind, type(system).__name__)
        except SystemTrouble as error:
            self._fail("has_method", error.what, error.fix)
            return False
        self._pass("has_method", f"{self._kind.method}({', '.join(self._kind.parameters)})")
        return True

    def _ask(
        self, system: object, requests: Sequence[Any], state: LiveState | None = None
    ) -> tuple[Any, ...]:
        resolved = ResolvedSystem(self._kind.name, type(system).__name__, system, "checked", None)
        with self._watch.looking():
            return answer_batch(resolved, requests, state or self._samples.state)

    def _ordinary(self, system: object) -> tuple[Any, ...] | None:
        requests = self._samples.ordinary
        before = digest(requests)
        started = time.perf_counter()
        answers: tuple[Any, ...] | None = None
        try:
            answers = self._ask(system, requests)
        except SystemFailure as failure:
            self._broken(failure, "on ordinary input")
        each_ms = (time.perf_counter() - started) / len(requests) * 1000.0
        if digest(requests) != before:
            self._fail("inputs_untouched", "it changed its requests", _FIXES["inputs_untouched"])
        if answers is None:
            return None
        self._pass("answers", f"{len(requests)} ordinary requests answered")
        self._pass(
            "speed",
            f"{each_ms:.1f} ms a request at batch size {len(requests)} on this machine, first call "
            "included; runs take their times from a latency profile, never from the clock",
        )
        return answers

    def _empty(self, system: object) -> None:
        if self._kind.name == "routing":
            return
        try:
            self._ask(system, ())
        except SystemFailure as failure:
            self._fail(
                "empty_batch", failure.detail, "an empty batch has an empty answer: return []"
            )
        else:
            self._pass("empty_batch", "an empty batch has an empty answer")

    def _odd(self, system: object) -> None:
        troubles, fixes = [], []
        for name, request, state in self._samples.odd:
            before = digest(request)
            try:
                self._ask(system, (request,), state)
            except SystemFailure as failure:
                troubles.append(f"{name}: {failure.detail}")
                fixes.append(failure.fix)
            if digest(request) != before:
                self._fail("inputs_untouched", f"it changed its input ({name})")
        if troubles:
            fix = fixes[0] or "decline what cannot be handled; an exception ends a run"
            self._fail("odd_inputs", "; ".join(troubles), fix)
        else:
            names = ", ".join(name for name, _, _ in self._samples.odd)
            self._pass("odd_inputs", f"answered: {names}")
        for rule in _RULES:
            self._pass(rule, "kept in every answer to ordinary input")
        self._pass("inputs_untouched", "requests are as they were")

    def _no_future(self, system: object) -> None:
        """See whether a query is looked up at the present of a later one in the same batch."""
        if self._kind.name != "service":
            return
        first, *_, last = self._samples.ordinary
        together, alone = SampleState(), SampleState()
        try:
            self._ask(system, (first, last), together)
            self._ask(system, (first,), alone)
        except SystemFailure as failure:
            self._broken(failure, "asked two queries, then the first alone")
            return
        if set(alone.asked) <= set(together.asked):
            self._pass("no_future", "each query is looked up at its own present")
        else:
            self._fail(
                "no_future",
                f"a query of t={first.at:g} is looked up then when asked alone, but not when a "
                f"query of t={last.at:g} is in the batch",
                _FIXES["no_future"],
            )

    def _repeatable(self, system: object, answers: tuple[Any, ...]) -> None:
        try:
            again = self._ask(system, self._samples.ordinary)
        except SystemFailure as failure:
            self._fail("repeatable", f"asked again it fails: {failure.detail}")
            return
        differing = _differing(answers, again)
        if differing:
            self._fail(
                "repeatable",
                f"asked the same again it answers differently: {differing}",
                "no clock, no unseeded randomness, no memory from one call to the next",
            )
        else:
            self._pass("repeatable", "the same answers when asked again")

    def _batches(self, system: object, answers: tuple[Any, ...]) -> None:
        requests = self._samples.ordinary
        try:
            alone = tuple(self._ask(system, (request,))[0] for request in requests)
            backwards = self._ask(system, requests[::-1])[::-1]
        except SystemFailure as failure:
            self._broken(failure, "asked one at a time or in another order")
            return
        differing = _differing(answers, alone) or _differing(answers, backwards)
        if differing:
            self._warn(
                "batch_independent",
                f"answers depend on what else is in the batch: {differing}; runs repeat all the "
                "same, because their batches are fixed, but a case looked at alone may differ",
                "answer each request by itself, or accept the difference",
            )
        else:
            self._pass("batch_independent", "the same answers alone, together and in any order")

    def _fresh(self, system: object, answers: tuple[Any, ...]) -> None:
        try:
            with self._watch.looking(building=True):
                other = self._make()
            again = self._ask(other, self._samples.ordinary)
        except (Exception, SystemExit) as error:
            self._fail("fresh_instance", f"a second one fails: {type(error).__name__}: {error}")
            return
        differing = _differing(answers, again)
        if differing:
            self._fail(
                "fresh_instance",
                f"a second one answers differently: {differing}",
                "seed what is random when it is built; every process of a run builds its own",
            )
        else:
            self._pass("fresh_instance", "a second one gives the same answers")
        self._fingerprint(system, other)

    def _fingerprint(self, system: Any, other: Any) -> None:
        if not hasattr(system, "fingerprint"):
            self._warn(
                "fingerprint",
                "there is none, so answers are not kept from one run to the next",
                "add fingerprint() -> str that changes with code, weights and settings",
            )
            return
        try:
            texts = system.fingerprint(), other.fingerprint()
        except Exception as error:
            self._fail("fingerprint", f"it raised {type(error).__name__}: {error}")
            return
        if not all(isinstance(text, str) and 0 < len(text) <= 4096 for text in texts):
            self._fail("fingerprint", "it must be a text of 1 to 4096 characters")
        elif texts[0] != texts[1]:
            self._fail("fingerprint", "two of the same system have different ones")
        else:
            self._pass("fingerprint", "given, and the same for a second one")

    def _process(self) -> None:
        seen = self._watch
        if seen.written:
            self._fail(
                "quiet",
                f"it wrote to standard output: {seen.written[:60]!r}",
                "write to standard error or to a log; labgap --json owns standard output",
            )
        else:
            self._pass("quiet", "nothing on standard output")
        if seen.touched_random:
            self._fail(
                "random_untouched",
                f"it drew from or seeded global state: {', '.join(sorted(seen.touched_random))}",
                "use a generator of its own, such as numpy.random.default_rng(seed)",
            )
        else:
            self._pass("random_untouched", "global random state as it was")
        if seen.touched_process:
            self._fail(
                "process_untouched",
                f"it changed {', '.join(sorted(seen.touched_process))}",
                "leave the process as it is; other systems run in it",
            )
        else:
            self._pass("process_untouched", "working directory and environment as they were")

    def _keeps_to_contracts(self, system: object) -> None:
        imports = world_imports(type(system))
        if imports:
            self._fail(
                "keeps_to_contracts",
                f"its module imports {', '.join(imports)}, where the truth is",
                "import from systems.contracts and scenarios only",
            )
        else:
            self._pass("keeps_to_contracts", "its module imports nothing of the world")


def _differing(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if not pairs:
        return ""
    first, second = pairs[0]
    names = [
        name for name in type(first).__slots__ if getattr(first, name) != getattr(second, name)
    ]
    return f"{len(pairs)} of {len(one)} answers, first in {', '.join(names)}"
