import numpy as np
import pytest

from scenarios.degradations import KINDS, Scope
from scenarios.model import DegradationShare
from sim.degradations.mix import Condition, Occasion, draw_conditions
from sim.streams import Streams

STREAMS = Streams(seed=21, replication=2)


def shares(**by_kind: float) -> list[DegradationShare]:
    return [
        DegradationShare(kind=kind, share=share, reason="a test needs it so")
        for kind, share in by_kind.items()
    ]


def drawn(mix: list[DegradationShare], name: str, lap: int) -> tuple[Condition, ...]:
    return draw_conditions(mix, Occasion(name, lap), STREAMS)


MIX = shares(torn=0.3, taped=0.2, glare=0.4, motion_blur=0.25)


def test_shares_and_severities_come_out_as_asked() -> None:
    rows = [drawn(MIX, f"P{n}", 1) for n in range(4000)]
    for entry in MIX:
        hits = [c.severity for row in rows for c in row if c.kind == entry.kind]
        sd = np.sqrt(entry.share * (1 - entry.share) / 4000)
        assert abs(len(hits) / 4000 - entry.share) < 4 * sd
        for severity, share in enumerate(entry.severity_shares, start=1):
            sd = np.sqrt(share * (1 - share) / len(hits))
            assert abs(hits.count(severity) / len(hits) - share) < 4 * sd


def test_kinds_hit_independently() -> None:
    rows = [{c.kind for c in drawn(MIX, f"P{n}", 1)} for n in range(4000)]
    both = sum({"torn", "glare"} <= kinds for kinds in rows) / 4000
    assert both == pytest.approx(0.3 * 0.4, abs=4 * np.sqrt(0.12 * 0.88 / 4000))


def test_adding_a_kind_changes_no_other_draw() -> None:
    few = shares(torn=0.3, glare=0.4)
    for n in range(200):
        all_kinds = drawn(MIX, f"P{n}", 1)
        kept = tuple(c for c in all_kinds if c.kind in ("torn", "glare"))
        assert kept == drawn(few, f"P{n}", 1)
        assert all_kinds == drawn(MIX[::-1], f"P{n}", 1)


def test_a_torn_label_stays_torn_and_glare_falls_anew() -> None:
    changed = 0
    for n in range(300):
        laps = [drawn(MIX, f"P{n}", lap) for lap in (1, 2)]
        item = [[c for c in lap if c.scope is Scope.ITEM] for lap in laps]
        assert item[0] == item[1]
        changed += laps[0] != laps[1]
    assert changed > 100


def test_nothing_asked_nothing_drawn_and_certainty_hits() -> None:
    assert drawn([], "P1", 1) == ()
    assert drawn(shares(torn=0.0), "P1", 1) == ()
    sure = drawn(shares(torn=1.0), "P1", 1)
    assert [c.kind for c in sure] == ["torn"]
    assert sure[0].scope is KINDS["torn"].scope
