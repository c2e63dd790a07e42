from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from scenarios.degradations import KINDS, SEVERITIES
from sim.degradations.exposure import Exposure
from sim.degradations.field import on_label
from sim.degradations.glare import MARGIN_MM, saturated
from sim.degradations.registry import (
    FLOW_DEGRADATIONS,
    LABEL_DEGRADATIONS,
    OPTICS_DEGRADATIONS,
    PLATFORM_DEGRADATIONS,
    degrade_exposure,
    degrade_label,
)
from sim.frames.article import LabelArticle, label_article
from sim.frames.label import LabelText
from sim.frames.printing import print_label

ARTICLE = label_article(
    print_label(LabelText("7KWMQD", "123456789015"), np.random.default_rng(0)), (235, 233, 228)
)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def bytes_of(article: LabelArticle) -> tuple[bytes, ...]:
    return tuple(
        array.tobytes() for array in (article.rgb, article.alpha, article.glyphs, article.hidden)
    )


def test_every_kind_has_code_and_belongs_to_one_family() -> None:
    families = {
        "label": LABEL_DEGRADATIONS,
        "optics": OPTICS_DEGRADATIONS,
        "flow": FLOW_DEGRADATIONS,
        "platform": PLATFORM_DEGRADATIONS,
    }
    coded = [(name, family) for family, names in families.items() for name in names]
    assert sorted(coded) == sorted((kind.name, kind.family) for kind in KINDS.values())


@pytest.mark.parametrize("kind", ["torn", "taped"])
@pytest.mark.parametrize("severity", SEVERITIES)
def test_share_of_the_label_is_the_level(kind: str, severity: int) -> None:
    damaged = degrade_label(ARTICLE, kind, severity, rng(severity))
    share = damaged.hidden[on_label(ARTICLE)].mean()
    assert share == pytest.approx(KINDS[kind].levels[severity - 1], abs=0.006)


@pytest.mark.parametrize("kind", ["torn", "taped"])
@pytest.mark.parametrize("seed", range(6))
def test_a_worse_severity_hides_all_that_a_milder_one_hid(kind: str, seed: int) -> None:
    hidden = [degrade_label(ARTICLE, kind, s, rng(seed)).hidden for s in SEVERITIES]
    for mild, bad in pairwise(hidden):
        assert not (mild & ~bad).any()


@pytest.mark.parametrize("kind", ["torn", "taped"])
def test_the_given_label_is_untouched_and_the_same_draws_give_the_same_bytes(kind: str) -> None:
    before = bytes_of(ARTICLE)
    one, two = (bytes_of(degrade_label(ARTICLE, kind, 3, rng(4))) for _ in range(2))
    assert bytes_of(ARTICLE) == before
    assert one == two
    assert one != bytes_of(degrade_label(ARTICLE, kind, 3, rng(5)))


def test_a_tear_shows_the_parcel_and_tape_shows_tape() -> None:
    torn = degrade_label(ARTICLE, "torn", 4, rng(1))
    assert (torn.alpha[torn.hidden & on_label(ARTICLE)] == 0).mean() > 0.7
    taped = degrade_label(ARTICLE, "taped", 4, rng(1))
    assert (taped.alpha[taped.hidden] == 255).all()
    assert taped.hidden[~on_label(ARTICLE)].any()  # reaches over the edge


def test_tape_leaves_at_most_a_trace_of_the_print() -> None:
    for seed in range(8):
        taped = degrade_label(ARTICLE, "taped", 5, rng(seed))
        under = taped.hidden & (ARTICLE.alpha == 255)
        ink = ARTICLE.rgb[..., 1] < 90
        if (under & ink).sum() < 200:
            continue
        dark = taped.rgb[under & ink].astype(float).mean()
        light = taped.rgb[under & ~ink].astype(float).mean()
        assert abs(light - dark) < 0.12 * 200


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 1), (3, 3), (40, 30)])
def test_tiny_labels_stay_in_bounds(kind: str, size: tuple[int, int]) -> None:
    tiny = LabelArticle(
        rgb=np.full((*size, 3), 200, np.uint8),
        alpha=np.full(size, 255, np.uint8),
        glyphs=np.ones(size, np.bool_),
        hidden=np.zeros(size, np.bool_),
        px_per_mm=0.2,
        margin_mm=0.0,
    )
    for severity in SEVERITIES:
        out = degrade_label(tiny, kind, severity, rng(severity))
        assert out.rgb.shape == (*size, 3)
        assert out.rgb.dtype == out.alpha.dtype == np.uint8
        assert out.hidden.shape == out.alpha.shape == size
        assert out.hidden.dtype == np.bool_


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize("seed", range(4))
def test_glare_saturates_its_share_and_grows(severity: int, seed: int) -> None:
    veil = degrade_exposure(Exposure(0.06), "glare", severity, rng(seed)).veil
    assert veil is not None
    edge = round(MARGIN_MM)
    share = saturated(veil)[edge:-edge, edge:-edge].mean()
    assert share == pytest.approx(KINDS["glare"].levels[severity - 1], abs=0.01)
    assert veil.light[[0, -1]].max() < 12  # fades out before the picture of it ends
    if severity > 1:
        milder = degrade_exposure(Exposure(0.06), "glare", severity - 1, rng(seed)).veil
        assert milder is not None
        assert (veil.light >= milder.light).all()


def test_exposure_is_the_level_and_never_shortened() -> None:
    for severity in SEVERITIES:
        out = degrade_exposure(Exposure(0.06), "motion_blur", severity, rng(0))
        assert out.exposure_ms == KINDS["motion_blur"].levels[severity - 1]
    assert degrade_exposure(Exposure(9.0), "motion_blur", 1, rng(0)).exposure_ms == 9.0


def test_kinds_of_the_other_family_pass_through() -> None:
    assert degrade_label(ARTICLE, "glare", 5, rng(0)) is ARTICLE
    exposure = replace(Exposure(0.06))
    assert degrade_exposure(exposure, "torn", 5, rng(0)) is exposure


@pytest.mark.parametrize(("kind", "severity"), [("rust", 1), ("torn", 0), ("torn", 6)])
def test_unknown_kinds_and_severities_are_refused(kind: str, severity: int) -> None:
    with pytest.raises(ValueError, match=r"unknown|severity"):
        degrade_label(ARTICLE, kind, severity, rng(0))
    with pytest.raises(ValueError, match=r"unknown|severity"):
        degrade_exposure(Exposure(0.06), kind, severity, rng(0))
