"""Which parcels carry labels of another layout or font."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.labels_model import LabelShare
from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.parcel import STANDARD_LABEL, LabelStyle
from sim.streams import Streams

__all__ = ["draw_label_styles"]


def draw_label_styles(
    shares: Sequence[LabelShare], cohorts: Sequence[Cohort], streams: Streams
) -> list[LabelStyle]:
    """One style a parcel, in population order; what no share claims is standard.

    Parameters
    ----------
    shares : sequence of LabelShare
        Their shares sum to at most 1.
    cohorts : sequence of Cohort
    streams : Streams
    """
    if not shares:
        return [STANDARD_LABEL] * sum(cohort.count for cohort in cohorts)
    drawn: NDArray[np.float64] = per_parcel(
        cohorts, streams, ("population", "label_style"), lambda rng, count: rng.random((count, 2))
    )
    edges = np.cumsum([share.share for share in shares])
    styles = []
    for which, font in drawn.tolist():
        index = int(np.searchsorted(edges, which, side="right"))
        if index == len(shares):
            styles.append(STANDARD_LABEL)
            continue
        fonts = shares[index].fonts or ("",)
        styles.append(LabelStyle(shares[index].template, fonts[int(font * len(fonts))]))
    return styles
