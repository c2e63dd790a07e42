"""Which lines geometry leaves whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.degradations import SEVERITIES
from sim.frames import legible
from sim.frames.article import label_article
from sim.frames.capture import is_readable
from sim.frames.label import LabelText
from sim.frames.legible import legible_lines
from sim.frames.printing import print_label
from sim.streams import Streams
from tests.unit.sim.frames.frame_specimen import FIELD_CAMERA, condition, parcel

STREAMS = Streams(seed=3, replication=1)
BOTH = frozenset(("sort_code", "tracking_id"))


def lines(number: int, *conditions: object) -> frozenset[str]:
    return legible_lines(parcel(number), 1, conditions, FIELD_CAMERA, STREAMS)


@pytest.mark.parametrize(
    "kind", ["", "skew", "motion_blur", "defocus", "low_light", "smudged", "wrinkled"]
)
def test_what_covers_nothing_leaves_both_lines(kind: str) -> None:
    damage = (condition(kind, 5),) if kind else ()
    assert all(lines(number, *damage) == BOTH for number in range(4))


@pytest.mark.parametrize("kind", ["overlap", "taped", "torn", "label_down", "glare"])
def test_the_more_is_covered_the_fewer_lines_are_left(kind: str) -> None:
    left = [
        sum(len(lines(number, condition(kind, severity))) for number in range(10))
        for severity in SEVERITIES
    ]
    assert left[0] > left[2] > left[4]


def test_a_readable_label_may_lack_a_symbol_of_either_line() -> None:
    covered = [(n, condition("overlap", severity)) for n in range(10) for severity in (2, 3)]
    readable = {
        (n, each.severity)
        for n, each in covered
        if is_readable(parcel(n), 1, (each,), FIELD_CAMERA, STREAMS)
    }
    whole = {(n, each.severity) for n, each in covered if lines(n, each)}
    # an edge across a label takes one symbol of either line long before it takes 30 % of the ink
    assert readable - whole
    assert whole


def covering(monkeypatch: pytest.MonkeyPatch, wanted: dict[str, list[int]]) -> frozenset[str]:
    """Lines left of a new label of which some symbols are hidden."""
    text = LabelText(parcel(0).sort_code, parcel(0).tracking_id)
    label = label_article(print_label(text, np.random.default_rng(5)), (230, 230, 225))
    for line, places in wanted.items():
        for place in places:
            left, top, right, bottom = (
                round((side + label.margin_mm) * label.px_per_mm)
                for side in label.symbols_mm[line][place]
            )
            label.hidden[top:bottom, left:right] = True
    with monkeypatch.context() as patched:
        patched.setattr(legible, "damaged_label", lambda *_, **__: label)
        return lines(0)


@settings(deadline=None, max_examples=30)
@given(
    code=st.sets(st.integers(0, 5), max_size=2),
    digits=st.sets(st.integers(0, 11), max_size=3),
)
def test_a_code_spares_no_symbol_and_an_id_one_digit(code: set[int], digits: set[int]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        left = covering(patched, {"sort_code": sorted(code), "tracking_id": sorted(digits)})
    assert ("sort_code" in left) == (not code)
    assert ("tracking_id" in left) == (len(digits) <= 1)


def test_a_label_on_another_face_has_no_lines() -> None:
    assert lines(0, condition("label_down", 5)) == frozenset()
