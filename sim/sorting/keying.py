"""What an operator keys: mostly the true code, sometimes a plausible wrong one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.symbols import SORT_CODE_LENGTH, SYMBOLS
from sim.streams import Streams

__all__ = ["Keying", "slip"]

TWO_SLIPS_SHARE = 0.25
"""Share of the wrong codes with two wrong symbols instead of one."""

_DRAWS = 6


class Keying:
    """Codes keyed at the review desk, fixed for each parcel and lap.

    Parameters
    ----------
    cohorts : sequence of Cohort
    streams : Streams
    error_rate : float
        Share of keyed codes that are wrong where nothing weighs on the person.
    """

    def __init__(self, cohorts: Sequence[Cohort], streams: Streams, error_rate: float) -> None:
        self._cohorts = cohorts
        self._streams = streams
        self._error_rate = error_rate
        self._laps: dict[int, NDArray[np.float64]] = {}

    def keyed(self, number: int, lap: int, true_code: str, odds: float = 1.0) -> str:
        """Return what is keyed for the image of parcel `number` taken on `lap`.

        `odds` multiplies the odds of a wrong code, so that its chance stays below 1; who errs
        under less strain errs under more (common random numbers).
        """
        if lap not in self._laps:
            self._laps[lap] = per_parcel(
                self._cohorts,
                self._streams,
                ("review_desk", "keying", lap),
                lambda rng, count: rng.random((count, _DRAWS)),
            )
        errs, *draws = self._laps[lap][number].tolist()
        weighed = self._error_rate * odds
        wrong = errs < weighed / (1.0 - self._error_rate + weighed)
        return slip(true_code, draws) if wrong else true_code


def slip(code: str, draws: Sequence[float]) -> str:
    """Change one symbol of `code`, or two, to others; `draws` are five uniforms in [0, 1)."""
    two, first, first_by, second, second_by = draws
    place = int(first * SORT_CODE_LENGTH)
    keyed = _shift(code, place, first_by)
    if two < TWO_SLIPS_SHARE:
        other = (place + 1 + int(second * (SORT_CODE_LENGTH - 1))) % SORT_CODE_LENGTH
        keyed = _shift(keyed, other, second_by)
    return keyed


def _shift(code: str, place: int, by: float) -> str:
    step = 1 + int(by * (len(SYMBOLS) - 1))
    symbol = SYMBOLS[(SYMBOLS.index(code[place]) + step) % len(SYMBOLS)]
    return code[:place] + symbol + code[place + 1 :]
