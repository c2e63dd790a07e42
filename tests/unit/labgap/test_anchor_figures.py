"""What was measured of every degradation with two outside readers: docs/results/anchors.json."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from scipy.stats import fisher_exact

from labgap.anchors import anchored_kinds
from metrics.intervals import wilson
from scenarios.degradations import KINDS

DOCS = Path(__file__).parents[3] / "docs"
ROWS = json.loads((DOCS / "results" / "anchors.json").read_text(encoding="utf-8"))
CELLS = {(row["reader"], row["kind"], row["severity"]): row for row in ROWS}
READERS = ("barcode", "ocr")
SEVERITIES = (1, 3, 5)


def test_every_kind_was_shown_to_both_readers_at_today_s_levels():
    expected = {(r, k, s) for r in READERS for k in anchored_kinds() for s in SEVERITIES}
    assert set(CELLS) == expected | {(reader, "lab", 0) for reader in READERS}
    for row in ROWS:
        level = KINDS[row["kind"]].levels[row["severity"] - 1] if row["severity"] else 0.0
        assert row["level"] == level
        low, high = wilson(row["read"], row["parcels"])
        assert (row["low"], row["high"]) == (round(low, 4), round(high, 4))


@pytest.mark.parametrize("kind", anchored_kinds())
def test_a_higher_severity_helps_neither_reader_beyond_chance(kind):
    for mild, bad in combinations((0, *SEVERITIES), 2):
        helped = []
        for reader in READERS:
            one = CELLS[reader, kind if mild else "lab", mild]
            other = CELLS[reader, kind, bad]
            helped.append(other["read"] / other["parcels"] > one["read"] / one["parcels"])
            table = [[row["read"], row["parcels"] - row["read"]] for row in (other, one)]
            assert fisher_exact(table, "greater").pvalue > 0.05, (reader, mild, bad)
        assert not all(helped)


@pytest.mark.parametrize("kind", [kind for kind in anchored_kinds() if kind != "skew"])
def test_every_kind_bites_a_reader_that_nobody_here_trained(kind):
    lab, worst = CELLS["barcode", "lab", 0], CELLS["barcode", kind, 5]
    table = [[row["read"], row["parcels"] - row["read"]] for row in (lab, worst)]
    assert fisher_exact(table, "greater").pvalue < 0.01


def test_the_page_tells_what_was_measured():
    page = (DOCS / "degradations.md").read_text(encoding="utf-8")
    for kind in anchored_kinds():
        told = " | ".join(
            f"{100 * row['read'] / row['parcels']:.0f} "
            f"({100 * row['low']:.0f}-{100 * row['high']:.0f})"
            for row in (CELLS[reader, kind, s] for reader in READERS for s in SEVERITIES)
        )
        assert f"| `{kind}` | {told} |" in page
