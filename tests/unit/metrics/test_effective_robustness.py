"""The line through readers of standard training, against statsmodels and by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import chi2_contingency

from metrics.effective_robustness import LEAST_READERS, RightCounts, effective_robustness

ITEMS = 10_000


def reader(lab: float, production: float) -> RightCounts:
    return RightCounts(round(lab * ITEMS), round(production * ITEMS), ITEMS)


def standard() -> dict[str, RightCounts]:
    labs = (0.6, 0.75, 0.85, 0.93, 0.97, 0.99)
    rng = np.random.default_rng(7)
    return {
        f"r{place}": reader(lab, float(expit(logit(lab) * 0.8 - 0.5 + 0.1 * rng.normal())))
        for place, lab in enumerate(labs)
    }


def test_line_leverage_and_interval_are_those_of_statsmodels() -> None:
    readers = standard()
    found = effective_robustness(readers, {"ours": reader(0.98, 0.97)})
    x, y = np.array([counts.logits() for counts in readers.values()]).T
    theirs = sm.OLS(y, sm.add_constant(x)).fit()
    assert [found.intercept, found.slope] == pytest.approx(theirs.params)
    assert found.r_squared == pytest.approx(theirs.rsquared)
    assert list(found.leverage.values()) == pytest.approx(theirs.get_influence().hat_matrix_diag)
    lab, production = reader(0.98, 0.97).logits()
    frame = theirs.get_prediction(np.array([[1.0, lab]])).summary_frame(alpha=0.05)
    expected = expit(frame[["mean", "obs_ci_upper", "obs_ci_lower"]].to_numpy()[0])
    got = [found.value["ours"], found.low["ours"], found.high["ours"]]
    assert got == pytest.approx((expit(production) - expected).tolist())


def test_a_reader_of_the_fit_is_held_against_the_others() -> None:
    readers = standard()
    found = effective_robustness(readers, {})
    without = {name: counts for name, counts in readers.items() if name != "r3"}
    alone = effective_robustness(without, {"r3": readers["r3"]})
    assert found.value["r3"] == pytest.approx(alone.value["r3"])
    assert sum(found.leverage.values()) == pytest.approx(2.0)


def test_readers_on_the_line_have_none_and_one_above_it_has_some() -> None:
    def on(lab: float) -> RightCounts:
        return reader(lab, float(expit(0.7 * logit(lab) - 1.0)))

    readers = {str(lab): on(lab) for lab in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)}
    above = reader(0.9, on(0.9).production / ITEMS + 0.1)
    found = effective_robustness(readers, {"on": on(0.85), "above": above})
    assert found.value["on"] == pytest.approx(0.0, abs=1e-3)
    assert found.value["above"] == pytest.approx(0.1, abs=1e-3)
    assert found.low["above"] > 0.0
    assert found.line[:, 1] == pytest.approx(expit(0.7 * logit(found.line[:, 0]) - 1.0), abs=2e-3)


def test_a_reader_without_a_mistake_has_a_place() -> None:
    found = effective_robustness(standard(), {"never wrong": RightCounts(ITEMS, 9_990, ITEMS)})
    assert np.isfinite(found.value["never wrong"])


def test_too_few_readers_or_all_alike_have_no_line() -> None:
    few = dict(list(standard().items())[: LEAST_READERS - 1])
    with pytest.raises(ValueError, match="5 readers"):
        effective_robustness(few, {})
    alike = {str(place): reader(0.9, 0.8) for place in range(6)}
    with pytest.raises(ValueError, match="different lab accuracies"):
        effective_robustness(alike, {})


def test_a_lab_that_everybody_reads_foretells_nothing() -> None:
    def shown(*mistakes: int) -> dict[str, RightCounts]:
        return {
            f"r{place}": RightCounts(2_740 - wrong, 2_500 + 10 * place, 2_740)
            for place, wrong in enumerate(mistakes)
        }

    with pytest.raises(ValueError, match="different lab accuracies"):
        effective_robustness(shown(3, 0, 1, 0, 2, 0, 0, 1, 0, 0), {})
    # one reader that stands out is the whole line
    with pytest.raises(ValueError, match="any one of them left out"):
        effective_robustness(shown(400, 0, 1, 0, 2, 0), {})
    assert effective_robustness(shown(400, 150, 40, 0, 2, 0), {}).r_squared > 0.5


@settings(deadline=None, max_examples=40)
@given(lab=st.floats(0.5, 0.999), items=st.integers(500, 5_000), seed=st.integers(0, 2**32 - 1))
def test_readers_of_one_accuracy_rarely_make_a_line(lab: float, items: int, seed: int) -> None:
    right = np.random.default_rng(seed).binomial(items, lab, 8)
    from_table = chi2_contingency(
        np.column_stack([right, items - right]) + 1e-12, lambda_="log-likelihood"
    )
    alike = {str(place): RightCounts(int(n), int(0.9 * n), items) for place, n in enumerate(right)}
    if from_table.pvalue < 0.001:
        return
    with pytest.raises(ValueError, match="different lab accuracies"):
        effective_robustness(alike, {})
