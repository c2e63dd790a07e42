"""Service levels: how many samples a promise about a quantile needs.

The rule of MLPerf LoadGen: with `t` samples over the limit, the promise "a share `quantile` stays
within it" is shown at `confidence` by the smallest n with ``BinomCDF(t; n, 1 - quantile) <= 1 -
confidence``.
"""

from dataclasses import dataclass

from scipy import special

__all__ = ["ServiceLevel", "samples_needed", "service_level"]


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """How a promise stands.

    Attributes
    ----------
    samples, violations : int
        As counted, or cut down to what they are worth where they come in clusters.
    needed : int
        Samples that would show the promise with so many violations.
    p_broken : float
        Chance of at least so many violations if the promise just held.
    """

    samples: int
    violations: int
    needed: int
    p_broken: float

    @property
    def is_shown(self) -> bool:
        """Whether there are samples enough."""
        return self.samples >= self.needed


def samples_needed(violations: int, quantile: float, confidence: float) -> int:
    """Smallest number of samples that shows a promise.

    Parameters
    ----------
    violations : int
        Samples over the limit.
    quantile, confidence : float in (0, 1)

    Examples
    --------
    >>> samples_needed(0, 0.99, 0.99), samples_needed(1, 0.99, 0.99)
    (459, 662)
    """
    rate, error = 1.0 - quantile, 1.0 - confidence
    low, high = violations + 1, violations + 2
    while special.bdtr(violations, high, rate) > error:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if special.bdtr(violations, middle, rate) <= error:
            high = middle
        else:
            low = middle + 1
    return low


def service_level(
    samples: int, violations: int, quantile: float, confidence: float
) -> ServiceLevel:
    """Judge `violations` of `samples` against a promise."""
    p_broken = float(special.bdtrc(violations - 1, samples, 1.0 - quantile))
    needed = samples_needed(violations, quantile, confidence)
    return ServiceLevel(samples, violations, needed, p_broken)
