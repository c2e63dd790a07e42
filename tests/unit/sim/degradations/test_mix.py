import numpy as np
import pytest

from scenarios.degradations import KINDS, Scope
from scenarios.model import DegradationShare
from sim.degradations.mix import draw_conditions
from sim.streams import Streams

STREAMS = Streams(seed=21, replication=2)


def shares(**by_kind: float) -> list[DegradationShare]:
    return [
        DegradationShare(kind=kind, share=share, reason="a test needs it so")
        for kind, share in by_kind.items()
    ]


MIX = shares(torn=0.3, taped=0.2, glare=0.4, motion_blur=0.25)


def test_shares_and_severities_come_out_as_asked() -> None:
    drawn = [draw_conditions(MIX, f"P{n}", 1, STREAMS) for n in range(4000)]
    for entry in MIX:
        hits = [c.severity for row in drawn for c in row if c.kind == entry.kind]
        sd = np.sqrt(entry.share * (1 - entry.share) / 4000)
        assert abs(len(hits) / 4000 - entry.share) < 4 * sd
        for severity, share in enumerate(entry.severity_shares, start=1):
            sd = np.sqrt(share * (1 - share) / len(hits))
            assert abs(hits.count(severity) / len(hits) - share) < 4 * sd


def test_kinds_hit_independently() -> None:
    drawn = [{c.kind for c in draw_conditions(MIX, f"P{n}", 1, STREAMS)} for n in range(4000)]
    both = sum({"torn", "glare"} <= kinds for kinds in drawn) / 4000
    assert both == pytest.approx(0.3 * 0.4, abs=4 * np.sqrt(0.12 * 0.88 / 4000))


def test_adding_a_kind_changes_no_other_draw() -> None:
    few = shares(torn=0.3, glare=0.4)
    for n in range(200):
        all_kinds = draw_conditions(MIX, f"P{n}", 1, STREAMS)
        kept = tuple(c for c in all_kinds if c.kind in ("torn", "glare"))
        assert kept == draw_conditions(few, f"P{n}", 1, STREAMS)
        assert all_kinds == draw_conditions(MIX[::-1], f"P{n}", 1, STREAMS)


def test_a_torn_label_stays_torn_and_glare_falls_anew() -> None:
    changed = 0
    for n in range(300):
        laps = [draw_conditions(MIX, f"P{n}", lap, STREAMS) for lap in (1, 2)]
        item = [[c for c in lap if c.scope is Scope.ITEM] for lap in laps]
        assert item[0] == item[1]
        changed += laps[0] != laps[1]
    assert changed > 100


def test_nothing_asked_nothing_drawn_and_certainty_hits() -> None:
    assert draw_conditions([], "P1", 1, STREAMS) == ()
    assert draw_conditions(shares(torn=0.0), "P1", 1, STREAMS) == ()
    sure = draw_conditions(shares(torn=1.0), "P1", 1, STREAMS)
    assert [c.kind for c in sure] == ["torn"]
    assert sure[0].scope is KINDS["torn"].scope
