"""How far a reader's own confidence can be trusted: what it costs to answer less, and calibration.

Every function takes, for each parcel, how sure the reader was of its best proposal and whether that
was right, whatever it decided.  A parcel without a proposal is one with confidence 0 that is wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "ReliabilityBin",
    "RiskCoverage",
    "calibration_error",
    "reliability",
    "risk_coverage",
]


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """Risk against coverage, one point for every confidence that occurs.

    Attributes
    ----------
    coverage : ndarray of float64
        Share of parcels answered, ascending, to 1.
    risk : ndarray of float64
        Share of wrong answers among those.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]

    @property
    def area(self) -> float:
        """Area under the curve (AURC; Geifman et al., arXiv:1805.08206).

        The mean risk over the points; equally sure answers stand or fall together, so each point
        weighs as many parcels as it adds.
        """
        added = np.diff(self.coverage, prepend=0.0)
        return float((self.risk * added).sum())

    def coverage_at(self, risk: float) -> float:
        """Largest share that can be answered with at most that risk; 0 if none can."""
        below = self.coverage[self.risk <= risk]
        return float(below.max()) if below.size else 0.0


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Parcels of about the same confidence.

    Attributes
    ----------
    parcels : int
    confidence : float
        Their mean.
    accuracy : float
        Share of them that was right.
    """

    parcels: int
    confidence: float
    accuracy: float


def risk_coverage(confidence: ArrayLike, right: ArrayLike) -> RiskCoverage:
    """Order answers from the surest down and count the wrong ones on the way.

    Parameters
    ----------
    confidence : array_like of float, shape (n,)
    right : array_like of bool, shape (n,)

    Raises
    ------
    ValueError
        If there is no parcel, or the shapes differ.
    """
    sure, good = _paired(confidence, right)
    order = np.argsort(-sure, kind="stable")
    sure, wrong = sure[order], np.cumsum(~good[order])
    # the last parcel of every run of equal confidences
    last = np.flatnonzero(np.append(sure[1:] != sure[:-1], True))
    return RiskCoverage((last + 1) / sure.size, wrong[last] / (last + 1))


def reliability(
    confidence: ArrayLike, right: ArrayLike, bins: int = 15
) -> tuple[ReliabilityBin, ...]:
    """Bin parcels by confidence, as many in every bin, the least sure first.

    Equal numbers rather than equal widths: most parcels are read with a confidence near 1, where
    bins of equal width show nothing (Nixon et al., arXiv:1904.01685).

    Parameters
    ----------
    confidence : array_like of float, shape (n,)
    right : array_like of bool, shape (n,)
    bins : int
        At most; no bin is empty.

    Raises
    ------
    ValueError
        As `risk_coverage`.
    """
    sure, good = _paired(confidence, right)
    order = np.argsort(sure, kind="stable")
    return tuple(
        ReliabilityBin(part.size, float(sure[part].mean()), float(good[part].mean()))
        for part in np.array_split(order, min(bins, order.size))
    )


def calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error over bins of equal numbers: how far confidence is from accuracy.

    Parameters and errors are those of `reliability`.
    """
    found = reliability(confidence, right, bins)
    parcels = sum(each.parcels for each in found)
    return sum(abs(each.confidence - each.accuracy) * each.parcels for each in found) / parcels


def _paired(
    confidence: ArrayLike, right: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    sure: NDArray[np.float64] = np.asarray(confidence, np.float64)
    good: NDArray[np.bool_] = np.asarray(right, np.bool_)
    if sure.ndim != 1 or sure.shape != good.shape or not sure.size:
        raise ValueError(
            f"one confidence and one verdict a parcel are needed, not shapes {sure.shape} and "
            f"{good.shape}"
        )
    return sure, good
