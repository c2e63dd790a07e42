"""What holds for every kind: nothing from nothing, more from more, the same from the same."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.degradations import KINDS, SEVERITIES
from sim.degradations import handwriting
from sim.degradations.exposure import Exposure
from sim.degradations.field import on_label
from sim.degradations.link import Link
from sim.degradations.mains_flicker import brightness
from sim.degradations.registry import (
    FLOW_DEGRADATIONS,
    LABEL_DEGRADATIONS,
    OPTICS_DEGRADATIONS,
    PLATFORM_DEGRADATIONS,
    degrade_exposure,
    degrade_label,
    degrade_lying,
)
from sim.frames.article import LabelArticle, label_article
from sim.frames.label import LabelText
from sim.frames.lying import Lying, beyond_line
from sim.frames.printing import print_label

ARTICLE = label_article(
    print_label(LabelText("7KWMQD", "123456789015"), np.random.default_rng(0)), (235, 233, 228)
)
INSIDE = on_label(ARTICLE)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def change(article: LabelArticle) -> float:
    """Mean change of the label's brightness, in counts."""
    difference = article.rgb[..., 1].astype(int) - ARTICLE.rgb[..., 1]
    lost = np.where(article.alpha < 128, 100, np.abs(difference))
    return float(lost[INSIDE].mean())


@pytest.mark.parametrize("kind", list(KINDS))
def test_levels_are_in_physical_units_and_strictly_increase(kind: str) -> None:
    known = KINDS[kind]
    assert all(low < high for low, high in pairwise(known.levels))
    assert known.summary.endswith(".")
    assert len(known.summary) < 100
    assert known.unit


@pytest.mark.parametrize("kind", list(LABEL_DEGRADATIONS))
@pytest.mark.parametrize("seed", [0, 1])
def test_labels_change_more_the_worse_the_damage(kind: str, seed: int) -> None:
    changes = [change(degrade_label(ARTICLE, kind, s, rng(seed))) for s in SEVERITIES]
    assert changes[0] > 0.05
    assert all(mild < bad for mild, bad in pairwise(changes)), changes


@pytest.mark.parametrize("kind", list(LABEL_DEGRADATIONS))
def test_the_given_label_is_untouched_and_draws_repeat(kind: str) -> None:
    before = [array.tobytes() for array in (ARTICLE.rgb, ARTICLE.alpha, ARTICLE.hidden)]
    one, two, other = (degrade_label(ARTICLE, kind, 3, rng(seed)) for seed in (4, 4, 5))
    assert [a.tobytes() for a in (ARTICLE.rgb, ARTICLE.alpha, ARTICLE.hidden)] == before
    for name in ("rgb", "alpha", "hidden"):
        assert np.array_equal(getattr(one, name), getattr(two, name))
    assert not np.array_equal(one.rgb, other.rgb)


@settings(max_examples=12, deadline=None)
@given(
    data=st.data(),
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    margin=st.sampled_from([0.0, 5.0, 25.0]),
    seed=st.integers(0, 2**32),
)
def test_labels_of_any_size_stay_pictures(
    data: st.DataObject, size: tuple[int, int], margin: float, seed: int
) -> None:
    pixels = np.random.default_rng(seed)
    item = LabelArticle(
        rgb=pixels.integers(0, 256, (*size, 3)).astype(np.uint8),
        alpha=pixels.integers(0, 256, size).astype(np.uint8),
        glyphs=pixels.random(size) < 0.2,
        hidden=np.zeros(size, np.bool_),
        px_per_mm=data.draw(st.sampled_from([0.1, 0.5, 4.0])),
        margin_mm=margin,
    )
    before = item.rgb.copy()
    for kind in LABEL_DEGRADATIONS:
        severity = data.draw(st.sampled_from(SEVERITIES))
        out = degrade_label(item, kind, severity, rng(seed))
        assert out.rgb.shape == (*size, 3)
        assert out.rgb.dtype == out.alpha.dtype == np.uint8
        assert out.alpha.shape == out.hidden.shape == size
        assert out.hidden.dtype == np.bool_
        if out.gloss is not None:
            assert out.gloss.shape == size
            assert out.gloss.dtype == np.uint8
    assert np.array_equal(item.rgb, before)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("seed", range(3))
def test_marker_covers_its_share_and_writes_on(severity: int, seed: int) -> None:
    marked = degrade_label(ARTICLE, "handwriting", severity, rng(seed))
    level = KINDS["handwriting"].levels[severity - 1]
    assert marked.hidden[INSIDE].mean() == pytest.approx(level, abs=0.012)
    if severity > 1:
        milder = degrade_label(ARTICLE, "handwriting", severity - 1, rng(seed))
        assert not (milder.hidden & ~marked.hidden).any()


def test_where_two_strokes_cross_the_first_one_counts() -> None:
    across, down = (np.array(line, float) for line in (((20, 60), (80, 60)), ((50, 20), (50, 100))))
    when = handwriting._when(ARTICLE, [across, down], nib_mm=2.0)
    row, column = (round((mm + ARTICLE.margin_mm) * ARTICLE.px_per_mm) for mm in (60, 50))
    assert when[row, column] < 35.0
    assert 60.0 < when[row - 80, column] < 85.0


def test_a_worn_head_leaves_lines_along_the_feed_that_stay_while_it_wears_on() -> None:
    hidden = [degrade_label(ARTICLE, "faded_print", s, rng(3)).hidden & INSIDE for s in SEVERITIES]
    for mild, bad in pairwise(hidden):
        assert not (mild & ~bad).any()
    columns = hidden[4][:, INSIDE.any(axis=0)].sum(axis=0)
    assert set(columns) <= {0, *range(590, 601)}  # whole columns of the label, or none
    assert (columns > 0).sum() >= 4
    pale = degrade_label(ARTICLE, "faded_print", 3, rng(3))
    ink = (ARTICLE.rgb[..., 1] < 60) & INSIDE
    assert pale.rgb[ink].mean() > ARTICLE.rgb[ink].mean() + 60


def test_tape_and_film_are_glossy_and_paper_is_not() -> None:
    assert ARTICLE.gloss is None
    for kind in LABEL_DEGRADATIONS:
        gloss = degrade_label(ARTICLE, kind, 3, rng(1)).gloss
        assert (gloss is not None) == (kind in ("clear_tape", "film"))


def test_film_and_haze_take_contrast() -> None:
    ink = (ARTICLE.rgb[..., 1] < 60) & INSIDE
    blank = (ARTICLE.rgb[..., 1] > 200) & INSIDE
    for kind in ("film", "clear_tape", "faded_print"):
        spans = []
        for severity in SEVERITIES:
            seen = degrade_label(ARTICLE, kind, severity, rng(2)).rgb[..., 1].astype(float)
            spans.append(np.median(seen[blank]) - np.median(seen[ink]))
        assert all(mild > bad for mild, bad in pairwise(spans))
        assert spans[0] > 60


@pytest.mark.parametrize("kind", list(OPTICS_DEGRADATIONS))
def test_exposures_are_new_and_repeat(kind: str) -> None:
    plain = Exposure(0.06)
    changed = [degrade_exposure(plain, kind, s, rng(7)) for s in SEVERITIES]
    assert plain == Exposure(0.06)
    assert all(one is not plain for one in changed)
    again = degrade_exposure(plain, kind, 4, rng(7))
    for name in ("exposure_ms", "lost_stops", "flicker", "defocus_mm", "read_noise_electrons"):
        assert getattr(again, name) == getattr(changed[3], name)
        values = [getattr(one, name) for one in changed]
        assert values == sorted(values)
    if changed[0].dirt is not None:
        shares = [(one.dirt > 127).mean() for one in changed]
        assert shares == pytest.approx(KINDS["dirty_lens"].levels, abs=0.02)
        assert all((mild.dirt <= bad.dirt).all() for mild, bad in pairwise(changed))
    if changed[0].shade is not None:
        assert all((mild.shade.light >= bad.shade.light).all() for mild, bad in pairwise(changed))
        darkest = changed[4].shade.light.min()
        assert darkest == round(255 * (1 - KINDS["shadow"].levels[4]))


@pytest.mark.parametrize("kind", list(OPTICS_DEGRADATIONS))
def test_a_milder_exposure_never_mends_a_worse_one(kind: str) -> None:
    worst = degrade_exposure(Exposure(0.06), kind, 5, rng(7))
    both = degrade_exposure(worst, kind, 1, rng(7))
    for name in ("exposure_ms", "lost_stops", "flicker", "defocus_mm", "read_noise_electrons"):
        assert getattr(both, name) >= getattr(worst, name)


def test_flicker_is_averaged_out_by_a_whole_period() -> None:
    phases = np.linspace(0.0, 1.0, 41)
    for depth in (0.3, 1.0):
        short = [brightness(depth, 0.06, phase) for phase in phases]
        assert max(short) == pytest.approx(1.0 + depth, abs=1e-3)
        assert min(short) == pytest.approx(1.0 - depth, abs=1e-3)
        assert np.mean(short[:-1]) == pytest.approx(1.0)
        for phase in phases:
            assert brightness(depth, 10.0, phase) == pytest.approx(1.0)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("seed", range(3))
def test_what_lies_over_the_label_covers_its_share(severity: int, seed: int) -> None:
    x = np.arange(0.25, 100.0, 0.5, dtype=np.float32)[None, :]
    y = np.arange(0.25, 150.0, 0.5, dtype=np.float32)[:, None]
    cover = degrade_lying(Lying(), "overlap", severity, rng(seed)).cover
    assert cover is not None
    covered = beyond_line(x, y, cover.angle, cover.share)
    assert covered.mean() == pytest.approx(KINDS["overlap"].levels[severity - 1], abs=0.01)
    over = degrade_lying(Lying(), "label_down", severity, rng(seed))
    level = KINDS["label_down"].levels[severity - 1]
    assert beyond_line(x, y, over.edge * np.pi / 2, over.over_edge).mean() == pytest.approx(
        level, abs=0.01
    )


def test_skew_goes_to_either_side_by_its_level() -> None:
    turns = {degrade_lying(Lying(), "skew", 4, rng(seed)).skew_deg for seed in range(20)}
    level = KINDS["skew"].levels[3]
    assert turns == {level, -level}


def test_a_worse_outage_loses_what_a_milder_one_lost_and_stalls_have_their_mean() -> None:
    lost = np.array(
        [
            [
                not PLATFORM_DEGRADATIONS["camera_outage"](Link(), s, rng(n)).picture
                for n in range(500)
            ]
            for s in SEVERITIES
        ]
    )
    assert (lost[:-1] <= lost[1:]).all()
    assert lost.mean(axis=1) == pytest.approx(KINDS["camera_outage"].levels, abs=0.08)
    added = [PLATFORM_DEGRADATIONS["latency_spike"](Link(), 3, rng(n)).added_s for n in range(2000)]
    assert np.mean(added) == pytest.approx(KINDS["latency_spike"].levels[2], rel=0.1)
    assert PLATFORM_DEGRADATIONS["camera_outage"](Link(picture=False), 1, rng(0)) == replace(
        Link(), picture=False
    )


def test_flow_kinds_leave_labels_and_light_alone() -> None:
    for kind in (*FLOW_DEGRADATIONS, *PLATFORM_DEGRADATIONS):
        assert degrade_label(ARTICLE, kind, 5, rng(0)) is ARTICLE
        assert degrade_exposure(Exposure(0.06), kind, 5, rng(0)) == Exposure(0.06)
