"""What a metric is: its words, unit, direction and the way its interval is made."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Better", "MetricKind", "MetricSpec", "Scope"]


class MetricKind(StrEnum):
    """What is estimated, and so which interval applies."""

    PROPORTION = "proportion"
    MEAN = "mean"
    QUANTILE = "quantile"


class Better(StrEnum):
    """Which way is good; ``neither`` for loads that are a matter of planning."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Scope(StrEnum):
    """Whose events are counted.

    ``first_pass`` and ``final``: base parcels the real model read, the same ones in every cell, so
    gaps pair by parcel.  ``station``: everything on the belts, surge parcels included, because a
    queue and a belt feel them all; gaps pair by replication.
    """

    FIRST_PASS = "first_pass"
    FINAL = "final"
    STATION = "station"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric.

    Attributes
    ----------
    name : str
        Key in records, policies and scenario files.
    title : str
        A few plain words; tables, the terminal and the report all call it so.
    unit : str
        ``share``, ``s``, ``parcels/h``, ``images/h``, ``parcels`` or ``laps``.
    kind : MetricKind
    better : Better
        The gap is lab minus production either way: where lower is better, production is worse
        when the gap is negative.
    scope : Scope
    description : str
        One or two sentences for people.
    numerator, denominator : str or None
        Columns of `metrics.items.Items` (first_pass and final); no denominator means every item.
    bounds : (float or None, float or None)
        Values that cannot be exceeded; intervals are cut there.
    has_gap : bool
    """

    name: str
    title: str
    unit: str
    kind: MetricKind
    better: Better
    scope: Scope
    description: str
    numerator: str | None = None
    denominator: str | None = None
    bounds: tuple[float | None, float | None] = (0.0, None)
    has_gap: bool = True
