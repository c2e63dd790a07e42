"""Calibration times the system and nothing else, on the production world of the quickstart."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from labgap import calibration
from labgap.calibration import WARM_UP, Stopwatch, calibrated, system_sha256
from labgap.errors import InvalidUse
from systems.contracts.answers import Stage
from systems.contracts.vision import Capture, Reading, ReadingDecision
from systems.errors import SystemFailure
from systems.registry import ResolvedSystem, resolve

WHOLE = ([[0.0, 0.0], [400.0, 0.0], [400.0, 320.0], [0.0, 320.0]], (160, 128))


class Clock:
    """A clock that only moves when told to."""

    now = 0.0


class Reader:
    """Takes 1 s for its first capture, 2 s for the second, ... and asks for a window of each."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def read(self, captures: Sequence[Capture]) -> list[Reading]:
        self.asked.append(tuple(capture.capture_id for capture in captures))
        for capture in captures:
            capture.views[0].window(np.array(WHOLE[0]), WHOLE[1])
        Clock.now += len(self.asked)
        return [Reading(c.capture_id, ReadingDecision.NO_READ, 0.0) for c in captures]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    Clock.now = 0.0
    monkeypatch.setattr(Stopwatch, "read", property(lambda self: lambda: Clock.now))


def resolved(system: object, fingerprint: str | None = "1") -> ResolvedSystem:
    return ResolvedSystem("vision", "pkg:Reader", system, "here", fingerprint)


def test_batches_are_timed_after_the_warm_up_and_tabled() -> None:
    reader = Reader()
    (profile,) = calibrated(resolved(reader), [1], 5, Stopwatch.WALL, "a bench")
    assert len(reader.asked) == WARM_UP + 5
    low = WARM_UP + 1.0
    assert profile.values[0] == low
    assert profile.values[-1] == low + 4
    assert profile.quantile(0.5) == low + 2
    assert profile.quantile(0.95) == pytest.approx(low + 3.8)
    assert (profile.name, profile.version, profile.samples) == ("vision/pkg:Reader", 1, 5)
    assert "a bench" in profile.machine
    assert "1 thread" in profile.machine
    assert "wall time" in profile.machine
    assert "quickstart" in profile.machine


def test_each_batch_size_asks_that_many_other_parcels() -> None:
    reader = Reader()
    profiles = list(calibrated(resolved(reader), [1, 4], 2, Stopwatch.WALL, ""))
    assert [profile.batch_size for profile in profiles] == [1, 4]
    sizes = [len(batch) for batch in reader.asked]
    assert sizes == [1] * (WARM_UP + 2) + [4] * (WARM_UP + 2)
    large = [name for batch in reader.asked[WARM_UP + 2 :] for name in batch]
    assert len(set(large)) == len(large)


def test_drawing_the_picture_is_not_the_systems_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    class Slow:
        def __init__(self, view: object) -> None:
            self.view = view

        def __getattr__(self, name: str) -> object:
            return getattr(self.view, name)

        def window(self, *asked: object) -> object:
            Clock.now += 100.0
            drawn.append(1)
            return self.view.window(*asked)

    plain = calibration._captures

    def slow_captures():
        for capture in plain():
            yield replace(capture, views=tuple(Slow(view) for view in capture.views))

    monkeypatch.setattr(calibration, "_captures", slow_captures)
    (profile,) = calibrated(resolved(Reader()), [1], 3, Stopwatch.WALL, "")
    assert len(drawn) == WARM_UP + 3
    assert profile.values[-1] == WARM_UP + 3


def test_captures_are_those_of_production_and_never_end() -> None:
    captures = calibration._captures()
    ids = [next(captures).capture_id for _ in range(150)]
    assert len(set(ids)) == 150, "one replication of the quickstart has about 80 parcels"


def test_the_hash_of_a_system_is_its_fingerprint_with_its_parameters() -> None:
    barcode = resolve("vision", "barcode", {}, allow_dotted=False)
    tuned = resolve("vision", "barcode", {"try_rotate": False}, allow_dotted=False)
    assert system_sha256(barcode) == system_sha256(resolve("vision", "barcode", {}, False))
    assert system_sha256(barcode) != system_sha256(tuned)
    assert system_sha256(resolved(Reader(), None)) is None
    one, other = resolved(Reader()), replace(resolved(Reader()), params={"x": 1})
    assert system_sha256(one) != system_sha256(other)


def test_a_system_that_breaks_its_contract_is_not_measured() -> None:
    class Broken:
        def read(self, captures: Sequence[Capture]) -> list[Reading]:
            return []

    with pytest.raises(SystemFailure, match="0 answers to 1"):
        list(calibrated(resolved(Broken()), [1], 2, Stopwatch.WALL, ""))


@pytest.mark.parametrize("kind", ["service", "routing", "items"])
def test_kinds_that_nobody_asks_yet_are_refused(kind: str) -> None:
    with pytest.raises(InvalidUse, match="cannot be calibrated"):
        list(calibrated(replace(resolved(Reader()), kind=kind), [1], 2, Stopwatch.WALL, ""))


def test_the_clocks_are_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for stopwatch in Stopwatch:
        assert stopwatch.read() <= stopwatch.read()
    assert Stopwatch.WALL.read is not Stopwatch.PROCESSOR.read


class Silent(Reader):
    """A server that leaves every batch but the `every`-th unanswered, after a long deadline."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self.every = every

    def read(self, captures: Sequence[Capture]) -> list[Reading]:
        readings = super().read(captures)
        if len(self.asked) % self.every == 0:
            return readings
        Clock.now += 1000.0
        silence = (Stage("remote", {"failure": "timeout"}),)
        return [replace(reading, stages=silence) for reading in readings]


def test_answers_that_never_came_are_not_timed() -> None:
    (profile,) = calibrated(resolved(Silent(2)), [1], 5, Stopwatch.WALL, "a bench")
    assert profile.samples == 5
    assert profile.values[-1] < 1000.0


def test_a_server_that_rarely_answers_gets_no_profile() -> None:
    with pytest.raises(SystemFailure, match="no profile") as caught:
        list(calibrated(resolved(Silent(3)), [1], 5, Stopwatch.WALL, "a bench"))
    assert "mend the server" in str(caught.value.fix)
