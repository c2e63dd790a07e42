"""How sure a reader must be to act alone: chosen on calibration pictures, never on the test's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special, stats

from systems.vision.cascade.odds_scale import AS_THEY_ARE, OddsScale

__all__ = ["Threshold", "choose_threshold", "error_bound", "fit_odds_scale"]

GRID = 200
"""Thresholds that are looked at, from the strictest down."""
STRICTEST = 0.5
"""Share of the pictures that the strictest accepts: among half of very many there is room for a
mistake or two, and a reader that has to hand over the other half is of no use."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A least confidence, with what it promises.

    Attributes
    ----------
    value : float
        Accept from here on; above 1 where nothing can be promised.
    accepted, wrong : int
        Of the calibration pictures.
    bound : float
        Upper confidence bound on the share of wrong answers among accepted ones.
    share : float
        Accepted, of all calibration pictures.
    """

    value: float
    accepted: int
    wrong: int
    bound: float
    share: float


def fit_odds_scale(log_odds: ArrayLike, right: ArrayLike) -> OddsScale:
    """Find temperature and offset under which log odds are likeliest.

    Platt, "Probabilistic Outputs for Support Vector Machines" (1999), with his targets, which keep
    the fit finite where all are right; without the offset it is the temperature of Guo et al.,
    "On Calibration of Modern Neural Networks" (ICML 2017).

    Parameters
    ----------
    log_odds : array_like, shape (n,)
    right : array_like of bool, shape (n,)

    Returns
    -------
    OddsScale
        With a temperature from 0.05 to 20 and an offset from -20 to 20; `AS_THEY_ARE` where there
        is nothing to learn from.
    """
    odds = np.clip(np.asarray(log_odds, np.float64), -60.0, 60.0)
    good = np.asarray(right, bool)
    if odds.size == 0:
        return AS_THEY_ARE
    aim = np.where(good, (good.sum() + 1.0) / (good.sum() + 2.0), 1.0 / ((~good).sum() + 2.0))

    def surprise(scale: NDArray[np.float64]) -> float:
        told = odds * np.exp(-scale[0]) + scale[1]
        return float(
            -(aim * special.log_expit(told) + (1.0 - aim) * special.log_expit(-told)).mean()
        )

    bounds = ((np.log(0.05), np.log(20.0)), (-20.0, 20.0))
    found = optimize.minimize(surprise, np.zeros(2), method="L-BFGS-B", bounds=bounds)
    return OddsScale(float(np.exp(found.x[0])), float(found.x[1]))


def error_bound(wrong: int, accepted: int, level: float = 0.95) -> float:
    """Clopper-Pearson upper bound on a share, one-sided."""
    if accepted == 0 or wrong >= accepted:
        return 1.0
    return float(stats.beta.ppf(level, wrong + 1, accepted - wrong))


def choose_threshold(
    confidence: ArrayLike, right: ArrayLike, target: float, level: float = 0.95
) -> Threshold:
    """Take the lowest threshold that keeps wrong answers among accepted ones below a target.

    Fixed-sequence testing (learn-then-test, Angelopoulos et al., arXiv:2110.01052): thresholds are
    tried from the strictest down, each with `error_bound`, until the first that cannot promise the
    target.  The promise then holds with probability `level` although many were tried.  The
    strictest accepts `STRICTEST` of the pictures, or as many as a promise takes at least.

    Parameters
    ----------
    confidence : array_like, shape (n,)
        From 0 to 1.
    right : array_like of bool, shape (n,)
    target : float
        Most wrong among accepted.
    level : float

    Returns
    -------
    Threshold
        With value above 1 if not even the surest answers can promise it, and 0 if all of them
        together can: then these pictures give no reason to refuse any.
    """
    sure: NDArray[np.float64] = np.asarray(confidence, np.float64)
    good = np.asarray(right, bool)
    order = np.argsort(-sure, kind="stable")
    sure, wrong = sure[order], np.cumsum(~good[order])
    best = Threshold(2.0, 0, 0, 1.0, 0.0)
    if sure.size == 0:
        return best
    # the sequence is fixed in advance by counts of the surest, not by how they did
    least = np.log(1.0 - level) / np.log1p(-target)
    first = min(max(int(np.ceil(least)), round(STRICTEST * sure.size)), sure.size)
    for count in np.unique(np.linspace(first, sure.size, GRID).round().astype(int)):
        # equal confidences stand or fall together
        last = int(np.searchsorted(-sure, -sure[count - 1], side="right"))
        bound = error_bound(int(wrong[last - 1]), last, level)
        if bound > target:
            break
        value = 0.0 if last == sure.size else float(sure[last - 1])
        best = Threshold(value, last, int(wrong[last - 1]), bound, last / sure.size)
    return best
