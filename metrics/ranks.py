"""Whether readers rank alike in two places."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

__all__ = ["RankAgreement", "rank_agreement"]


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """Spearman's rank correlation.

    Attributes
    ----------
    readers : int
    tied : int
        Of them, those that another is exactly as good as in the items.
    value : float or None
        None where all readers are equally good in one of the places.
    low, high : float or None
        Percentile interval (95 %) over items drawn again; draws without a correlation are left
        out.
    """

    readers: int
    tied: int
    value: float | None
    low: float | None
    high: float | None


def rank_agreement(
    right: Mapping[str, NDArray[np.bool_]], rate: Mapping[str, float], draws: int, seed: int
) -> RankAgreement:
    """Compare ranks by items answered right with ranks by a rate known from elsewhere.

    Parameters
    ----------
    right : mapping of str to ndarray of bool, shape (items,)
        Reader -> which items it answered right; the same items for all.
    rate : mapping of str to float
        Of the same readers; taken as exact.
    draws, seed : int
        Of the bootstrap over items.

    Raises
    ------
    ValueError
        If there are fewer than three readers, or the two know different ones.
    """
    if set(right) != set(rate) or len(right) < 3:
        raise ValueError("ranks are compared of three readers or more, known in both places")
    names = sorted(right)
    table = np.stack([right[name] for name in names]).astype(np.float64)
    there = rankdata([rate[name] for name in names])
    _, counts = np.unique(table.sum(axis=1), return_counts=True)
    value = _spearman(table.mean(axis=1), there)
    rng = np.random.default_rng(seed)
    again = [
        _spearman(table[:, rng.integers(0, table.shape[1], table.shape[1])].mean(axis=1), there)
        for _ in range(draws)
    ]
    known = [each for each in again if each is not None]
    low, high = np.percentile(known, (2.5, 97.5)) if known else (None, None)
    return RankAgreement(
        len(names),
        int((counts[counts > 1]).sum()),
        value,
        None if low is None else float(low),
        None if high is None else float(high),
    )


def _spearman(rates: NDArray[np.float64], there: NDArray[np.float64]) -> float | None:
    here = rankdata(rates)
    if np.ptp(here) == 0.0 or np.ptp(there) == 0.0:
        return None
    return float(np.corrcoef(here, there)[0, 1])
