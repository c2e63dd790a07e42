"""Which part of a cascade lost an answer."""

from dataclasses import replace

import numpy as np
import pytest

from labgap import broken_parts
from labgap.arms import ArmSpec
from labgap.broken_parts import broken_part_rows
from labgap.loaded_run import load
from labgap.progress import progress_reporter
from labgap.replication import Replication
from labgap.running import RunRequest, play
from labgap.smoke import SMOKE_OVERRIDES
from reports.vision_broken_parts import DETECTOR, LOCATOR, PRINT, READER, broken_parts_markdown
from systems.vision.cascade.cascade import Cascade
from tests.vision_bench_specimen import figures


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    request = RunRequest(
        scenario="vision_production",
        overrides=SMOKE_OVERRIDES,
        systems=(),
        only_arms=("barcode",),
        jobs=1,
        out=folder / "run",
        root=folder,
        cache=None,
        resume=False,
    )
    return load(play(request, quiet=True).folder.path)


def parts_of(run, monkeypatch, **changes):
    """Rows of a cascade that got nothing right, and of what was asked for besides."""
    (told,) = broken_parts.first_answers(run)
    wrong = replace(told, arm="cascade", production=np.zeros(len(told.parcels), bool))
    again = replace(wrong, arm="again")
    monkeypatch.setattr(broken_parts, "first_answers", lambda _: [told, wrong, again])
    for name, change in changes.items():
        monkeypatch.setattr(Cascade, name, change)
    arms = [
        ArmSpec("barcode", "barcode", {}, views=("top",)),
        ArmSpec("cascade", "cascade", {}, views=("top",)),
        ArmSpec("again", "cascade", {"review": False}, views=("top",)),
    ]
    with progress_reporter(True) as quiet:
        return list(broken_part_rows("mix", run, arms, quiet))


def test_what_is_right_at_the_true_places_was_lost_before_the_reader(run, monkeypatch):
    (row,) = parts_of(run, monkeypatch)
    assert (row["mix"], row["arm"]) == ("mix", "cascade")
    assert row["wrong"] == row["parcels"] == sum(row["broken"].values()) > 0
    # these answers are right in truth: with lines found there is nothing the reader lost
    assert row["broken"][LOCATOR] >= 0.8 * row["wrong"]


def test_without_a_box_on_the_label_it_is_the_detector(run, monkeypatch):
    (row,) = parts_of(run, monkeypatch, look=lambda self, captures: [[] for _ in captures])
    assert row["broken"][DETECTOR] >= 0.8 * row["wrong"]


def test_what_is_wrong_wherever_one_looks_is_the_reader(run, monkeypatch):
    (row,) = parts_of(
        run,
        monkeypatch,
        read_at=lambda self, views, lines: [{"sort_code": "000000"} for _ in views],
    )
    assert row["broken"].get(READER, 0) >= 0.8 * row["wrong"]
    assert row["legible_right"] == 0 < row["legible"] <= row["parcels"]


def test_where_no_line_is_whole_it_is_nobody_s(run, monkeypatch):
    monkeypatch.setattr(Replication, "legible", lambda *_: frozenset())
    (row,) = parts_of(
        run,
        monkeypatch,
        read_at=lambda self, views, lines: [{"sort_code": "000000"} for _ in views],
    )
    assert row["broken"].get(PRINT, 0) >= 0.8 * row["wrong"]
    assert READER not in row["broken"]
    assert row["legible"] == 0


def test_parts_stand_on_the_page_with_what_a_better_locator_could_reach():
    page = "\n\n".join(broken_parts_markdown(figures(0.995, 0)))
    told = (
        "| 17 of 1,000 | 0.20 | 0.50 | 0.60 | 0.40 | 0.00 | 99.00 | 99.00 | 99.09 [98.28, 99.52] |"
    )
    assert told in page
    assert broken_parts_markdown({"broken_parts": []}) == ()
