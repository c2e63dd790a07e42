"""The search for what a reader misreads: where it looks, and what it makes of what it finds."""

from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labgap import adversarial_search
from labgap.adversarial_search import (
    HardExamples,
    Tried,
    _changed,
    allowed_damage,
    damaged_floor,
    search,
)
from labgap.progress import progress_reporter
from labgap.replication import replication_of
from labgap.vision_training import training_floor
from scenarios.vision_protocol import UNSEEN_KINDS, UNSEEN_SEVERITIES, check_training

FLOOR = training_floor(None)[0].scenario
ALLOWED = allowed_damage(FLOOR)


class Immediate:
    """A pool that does its work at once, in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, function: Any, *words: Any) -> Any:
        return Result(function(*words))


class Result:
    def __init__(self, value: Any) -> None:
        self.value = value

    def result(self) -> Any:
        return self.value


def test_what_is_kept_from_training_is_never_tried() -> None:
    assert not set(UNSEEN_KINDS) & set(ALLOWED)
    for kind, severities in UNSEEN_SEVERITIES.items():
        assert not set(severities) & set(ALLOWED[kind])
    for kind, severities in ALLOWED.items():
        check_training(damaged_floor(FLOOR, ((kind, severities[-1]),)))


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1), st.data())
def test_a_change_stays_within_what_is_allowed(seed: int, data: st.DataObject) -> None:
    kinds = data.draw(
        st.lists(st.sampled_from(sorted(ALLOWED)), min_size=1, max_size=3, unique=True)
    )
    before = {kind: data.draw(st.sampled_from(ALLOWED[kind])) for kind in kinds}
    after = _changed(dict(before), ALLOWED, np.random.default_rng(seed))
    assert 1 <= len(after) <= 3
    assert list(after) == sorted(after)
    assert len({kind for kind, _ in after}) == len(after)
    assert all(severity in ALLOWED[kind] for kind, severity in after)
    assert len(set(after) - set(before.items())) <= 1


def test_every_parcel_of_a_damaged_floor_has_the_damage_and_no_other() -> None:
    damage = (("clear_tape", 2), ("low_light", 3), ("torn", 1))
    replication = replication_of(damaged_floor(FLOOR, damage), 0)
    for parcel in replication.population.parcels[:40]:
        seen = replication.seen(parcel, 1, True)
        assert {(each.kind, each.severity) for each in seen} == set(damage)


def test_the_search_finds_what_hurts_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that cannot bear glare beside a torn label, and hardly anything else."""

    def tried(
        reader: Path, floor: object, damage: tuple[tuple[str, int], ...], first: int, count: int
    ) -> Tried:
        found = dict(damage)
        misread = found.get("glare", 0) + found.get("torn", 0)
        return Tried(damage, count, misread + 10 * ({"glare", "torn"} <= found.keys()))

    monkeypatch.setattr(adversarial_search, "_try", tried)
    monkeypatch.setattr(adversarial_search, "spawned_pool", lambda jobs: Immediate())
    monkeypatch.setattr(adversarial_search, "as_completed", lambda asked: asked)
    with progress_reporter(True) as reporter:
        history = search(Path("none"), FLOOR, 1, 5, 1, reporter, 32, 24)
        again = search(Path("none"), FLOOR, 1, 5, 1, reporter, 32, 24)
    assert history == again
    best = [ranked[0].rate for ranked in history]
    assert best == sorted(best)
    assert {"glare", "torn"} <= {kind for kind, _ in history[-1][0].damage}
    assert len({each.damage for each in history[-1]}) == len(history[-1])


def test_worse_damage_comes_more_often_and_every_example_again() -> None:
    tried = [Tried((("torn", 4),), 20, 16), Tried((("skew", 1),), 20, 1)]
    hard = HardExamples(FLOOR, tried, seed=3, first=4_000_000)
    kinds = [hard.example(number).degradations[0].kind for number in range(30)]
    assert kinds.count("torn") > 3 * kinds.count("skew")
    first, again = hard.example(0), hard.example(0)
    assert first.degradations == again.degradations
    assert first.request.capture_id == again.request.capture_id


def test_nothing_shown_is_nothing_misread() -> None:
    assert Tried((), 0, 0).rate == 0.0
    assert Tried((), 24, 24).rate < 1.0


def test_where_nothing_could_be_read_every_set_comes_alike() -> None:
    hard = HardExamples(FLOOR, [Tried((("torn", 4),), 0, 0), Tried((("skew", 1),), 0, 0)], 3, 0)
    assert {hard.example(number).degradations[0].kind for number in range(20)} == {"torn", "skew"}
