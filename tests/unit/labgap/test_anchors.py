"""Anchors: what outside readers still read, kept by all that it follows from."""

import json
from pathlib import Path
from typing import Any

import pytest

from labgap.anchors import BLOCK, anchored_kinds, measure_anchors
from labgap.replication import Replication, replication_of
from metrics.intervals import wilson
from scenarios.degradations import KINDS
from scenarios.loading import load_scenario
from systems.contracts.vision import Capture, Reading, ReadingDecision
from systems.registry import ResolvedSystem

PARCELS = 2 * BLOCK


class Honest:
    """Knows the lab's captures by their ids, and says nothing about any other."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known, self.asked = known, 0

    def read(self, captures: list[Capture]) -> list[Reading]:
        self.asked += len(captures)
        return [
            Reading(
                c.capture_id, ReadingDecision.REVIEW, 0.5, {"tracking_id": self.known[c.capture_id]}
            )
            if c.capture_id in self.known
            else Reading(c.capture_id, ReadingDecision.NO_READ, 0.0)
            for c in captures
        ]


@pytest.fixture(scope="module")
def replication() -> Replication:
    return replication_of(load_scenario("quickstart").scenario, 0)


def reader(replication: Replication, fingerprint: str | None = "one", spoilt: int = 0) -> Any:
    shown = replication.population.parcels[:PARCELS]
    known = {replication.capture(p, 1, False).capture_id: p.tracking_id for p in shown}
    for key in list(known)[:spoilt]:
        known[key] = "000000000000"
    return ResolvedSystem("vision", "honest", Honest(known), "test", fingerprint)


def measured(replication: Replication, asked: Any, cache: Path | None, parcels: int = PARCELS):
    return list(measure_anchors(replication, [asked], parcels, ["torn"], cache))


def test_every_cell_is_counted_and_the_lab_comes_first(replication: Replication) -> None:
    asked = reader(replication, spoilt=2)
    found = measured(replication, asked, None)
    assert [(a.kind, a.severity) for a in found] == [
        ("lab", 0),
        *(("torn", s) for s in range(1, 6)),
    ]
    assert [a.read for a in found] == [PARCELS - 2, 0, 0, 0, 0, 0]
    assert all(a.parcels == PARCELS for a in found)
    assert (found[0].low, found[0].high) == wilson(PARCELS - 2, PARCELS)
    assert [a.level for a in found[1:]] == list(KINDS["torn"].levels)


def test_what_was_measured_is_not_measured_again(replication: Replication, tmp_path: Path) -> None:
    first = measured(replication, reader(replication), tmp_path, BLOCK)
    again = reader(replication)
    assert measured(replication, again, tmp_path, BLOCK) == first
    assert again.system.asked == 0
    measured(replication, again, tmp_path, PARCELS)
    assert again.system.asked == 6 * (PARCELS - BLOCK)


def test_another_reader_or_a_torn_file_is_measured_anew(
    replication: Replication, tmp_path: Path
) -> None:
    measured(replication, reader(replication), tmp_path, BLOCK)
    other = reader(replication, "two")
    measured(replication, other, tmp_path, BLOCK)
    assert other.system.asked == 6 * BLOCK
    for spoilt in (b"", b"[1, 0]", json.dumps([True] * (BLOCK - 1)).encode()):
        for kept in tmp_path.iterdir():
            kept.write_bytes(spoilt)
        mended = reader(replication)
        assert measured(replication, mended, tmp_path, BLOCK)[0].read == BLOCK
        assert mended.system.asked == 6 * BLOCK


def test_a_reader_without_a_fingerprint_is_never_kept(
    replication: Replication, tmp_path: Path
) -> None:
    measured(replication, reader(replication, None), tmp_path, BLOCK)
    assert not list(tmp_path.iterdir())


def test_platform_kinds_have_no_picture_to_read() -> None:
    assert {KINDS[name].family for name in anchored_kinds()} == {"label", "flow", "optics"}
    assert len(anchored_kinds()) == 19


@pytest.mark.parametrize(
    ("read", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_agrees_with_published_values(read: int, of: int, low: float, high: float) -> None:
    """Newcombe (1998), table I, gives 81 of 263 as 0.2553 to 0.3662."""
    assert wilson(read, of) == pytest.approx((low, high), abs=2e-4)
    with pytest.raises(ValueError, match="of 0 trials"):
        wilson(0, 0)
