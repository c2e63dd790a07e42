"""What a reader holds in production beyond what its lab accuracy leads one to expect.

Taori et al., Measuring Robustness to Natural Distribution Shifts in Image Classification (NeurIPS
2020): over models of standard training, accuracy after a shift follows accuracy before it closely
on a logit scale.  A model's effective robustness is how far it lies above that line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, xlogy
from scipy.stats import chi2, linregress, t

__all__ = ["LEAST_READERS", "EffectiveRobustness", "RightCounts", "effective_robustness"]

LEAST_READERS = 5
"""Of standard training: four, without the one that is placed, still leave the line an error."""
MOST_CHANCE = 0.001
"""Most probable that readers of one accuracy in the lab differ so much there by chance."""


@dataclass(frozen=True, slots=True)
class RightCounts:
    """Right answers of one reader to the same items in both worlds.

    Attributes
    ----------
    lab, production : int
        Right answers.
    items : int
        In each world.
    """

    lab: int
    production: int
    items: int

    def logits(self) -> tuple[float, float]:
        """Logits of accuracy in the lab and in production.

        A count is moved half an item from none and from all (Haldane 1956), for a reader that
        makes no mistake has no finite logit.
        """
        lab, production = (
            float(logit((right + 0.5) / (self.items + 1.0)))
            for right in (self.lab, self.production)
        )
        return lab, production


@dataclass(frozen=True, slots=True)
class EffectiveRobustness:
    """The line through the readers of standard training, and every reader's place about it.

    Attributes
    ----------
    slope, intercept : float
        On logits.
    r_squared : float
    leverage : dict of str to float
        Of each reader of the fit: the share of its own fitted value that it decides itself.
    value : dict of str to float
        Accuracy in production less that of the line at the reader's lab accuracy, of every reader.
        One of the fit is held against the line through the others.
    low, high : dict of str to float
        Of that difference, by the prediction interval (95 %) for one more reader.
    line : ndarray, shape (points, 4)
        Lab accuracy, accuracy in production by the line, and its prediction interval.
    """

    slope: float
    intercept: float
    r_squared: float
    leverage: dict[str, float]
    value: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]
    line: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Line:
    """Least squares of production logits on lab logits (Draper and Smith, 3rd ed., chapter 1)."""

    slope: float
    intercept: float
    r_squared: float
    lab: NDArray[np.float64]
    error: float

    def leverage(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        spread = float(((self.lab - self.lab.mean()) ** 2).sum())
        return np.asarray(1.0 / len(self.lab) + (x - self.lab.mean()) ** 2 / spread)

    def accuracies(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Accuracy in production at lab logits `x` with its interval, shape (len(x), 3)."""
        middle = self.intercept + self.slope * x
        room = t.ppf(0.975, len(self.lab) - 2) * self.error * np.sqrt(1.0 + self.leverage(x))
        return np.asarray(expit(np.column_stack([middle, middle - room, middle + room])))


def effective_robustness(
    standard: Mapping[str, RightCounts], others: Mapping[str, RightCounts], points: int = 60
) -> EffectiveRobustness:
    """Fit the line and place every reader.

    Parameters
    ----------
    standard : mapping of str to RightCounts
        Readers of standard training; the line goes through these.
    others : mapping of str to RightCounts
        Readers to be held against it.
    points : int
        Of the line that is drawn, between the lowest and the highest lab accuracy of all readers.

    Raises
    ------
    ValueError
        If `standard` has fewer than `LEAST_READERS` readers, or those of them that a line is drawn
        through, all or all but one, differ in the lab by no more than chance (likelihood ratio,
        Wilks 1938): where everybody reads the lab, it foretells nothing.
    """
    places = {name: counts.logits() for name, counts in standard.items()}
    if len(places) < LEAST_READERS:
        raise ValueError(f"a line needs {LEAST_READERS} readers of standard training or more")
    fitted = _fit(list(standard.values()))
    lies = {name: counts.logits() for name, counts in {**standard, **others}.items()}
    value: dict[str, float] = {}
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for name, (x, y) in lies.items():
        rest = [counts for other, counts in standard.items() if other != name]
        line = _fit(rest) if name in standard else fitted
        expected, least, most = (float(expit(y)) - line.accuracies(np.array([x]))[0]).tolist()
        value[name], low[name], high[name] = expected, most, least
    labs = [x for x, _ in lies.values()]
    across = np.linspace(min(labs), max(labs), points)
    return EffectiveRobustness(
        slope=fitted.slope,
        intercept=fitted.intercept,
        r_squared=fitted.r_squared,
        leverage=dict(zip(places, fitted.leverage(fitted.lab).tolist(), strict=True)),
        value=value,
        low=low,
        high=high,
        line=np.column_stack([expit(across), fitted.accuracies(across)]),
    )


def _fit(readers: Sequence[RightCounts]) -> _Line:
    if _chance_of_lab(readers) > MOST_CHANCE:
        raise ValueError(
            "a line needs readers of different lab accuracies, with any one of them left out"
        )
    x, y = np.array([counts.logits() for counts in readers], dtype=np.float64).T
    found = linregress(x, y)
    slope, intercept = float(found.slope), float(found.intercept)
    rest = y - intercept - slope * x
    error = float(np.sqrt((rest**2).sum() / (len(x) - 2)))
    return _Line(slope, intercept, float(found.rvalue) ** 2, x, error)


def _chance_of_lab(readers: Sequence[RightCounts]) -> float:
    """Probability of lab counts as unlike as these if all readers had one accuracy there."""
    right = np.array([[counts.lab, counts.items - counts.lab] for counts in readers], np.float64)
    expected = right.sum(axis=1, keepdims=True) * right.sum(axis=0) / right.sum()
    ratio = 2.0 * xlogy(right, np.divide(right, expected, where=expected > 0.0, out=right * 0 + 1))
    return float(chi2.sf(ratio.sum(), len(readers) - 1))
