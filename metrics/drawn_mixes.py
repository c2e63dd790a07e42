"""What a gap would be under other mixes of damage, by weighing the parcels that were played.

Nobody knows the shares of damage at a site, so those of a scenario are assumptions.  Importance
weights make the parcels that were played stand for those of a mix with other shares: a parcel that
a kind hit weighs as much more as that kind is more frequent there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["MixSpread", "drawn_factors", "mix_weights", "spread_over_mixes"]

MOST_SHARE = 0.95
"""No kind hits nearly every parcel: nothing would be left to compare with."""


@dataclass(frozen=True, slots=True)
class MixSpread:
    """A gap over drawn mixes.

    Attributes
    ----------
    low, median, high : float
        5 %, 50 % and 95 % quantiles over the mixes.
    worst : float
        Largest.
    worst_factors : ndarray, shape (kinds,)
        Of the mix that has it.
    least_parcels : float
        Effective number of parcels (Kish) of the mix that rests on fewest.
    """

    low: float
    median: float
    high: float
    worst: float
    worst_factors: NDArray[np.float64]
    least_parcels: float


def drawn_factors(
    rng: np.random.Generator, mixes: int, kinds: int, widest: float = 3.0
) -> NDArray[np.float64]:
    """Draw by how much each kind is more or less frequent, log-uniformly.

    Parameters
    ----------
    rng : numpy.random.Generator
    mixes, kinds : int
    widest : float
        From one ``widest``-th to ``widest`` times.

    Returns
    -------
    ndarray, shape (mixes, kinds)
    """
    reach = np.log(widest)
    return np.exp(rng.uniform(-reach, reach, (mixes, kinds)))


def mix_weights(hit: ArrayLike, factors: ArrayLike) -> NDArray[np.float64]:
    """Weights under which the parcels stand for those of other mixes; kinds strike independently.

    Parameters
    ----------
    hit : array_like of bool, shape (parcels, kinds)
        Which kinds hit each parcel.
    factors : array_like, shape (mixes, kinds)
        On each kind's share among these parcels.

    Returns
    -------
    ndarray, shape (mixes, parcels)
        Each row sums to 1.
    """
    struck: NDArray[np.float64] = np.asarray(hit, np.float64)
    share = struck.mean(axis=0)
    # a kind that hit nobody, or everybody, cannot be made more or less frequent
    some = (share > 0.0) & (share < 1.0)
    struck, share = struck[:, some], share[some]
    other = np.clip(share * np.asarray(factors, np.float64)[:, some], 0.0, MOST_SHARE)
    logs = (
        np.log(other / share) @ struck.T + np.log((1.0 - other) / (1.0 - share)) @ (1.0 - struck).T
    )
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float64)


def spread_over_mixes(
    lab_right: ArrayLike, floor_right: ArrayLike, hit: ArrayLike, factors: ArrayLike
) -> MixSpread:
    """Gap between lab and floor, paired by parcel, under each mix.

    Parameters
    ----------
    lab_right, floor_right : array_like of bool, shape (parcels,)
    hit, factors
        As in `mix_weights`.
    """
    lost = np.asarray(lab_right, np.float64) - np.asarray(floor_right, np.float64)
    weights = mix_weights(hit, factors)
    gaps = weights @ lost
    worst = int(gaps.argmax())
    low, median, high = np.quantile(gaps, [0.05, 0.5, 0.95])
    return MixSpread(
        float(low),
        float(median),
        float(high),
        float(gaps[worst]),
        np.asarray(factors, np.float64)[worst],
        float((1.0 / (weights**2).sum(axis=1)).min()),
    )
