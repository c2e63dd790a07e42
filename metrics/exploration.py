"""Which groups of parcels are read worst: many are looked at, and their intervals allow for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from metrics.cells import CELLS, LAB, PRODUCTION
from metrics.estimates import Sums, proportion
from metrics.intervals import LEVEL

__all__ = ["BATCH", "EXPLORED_METRIC", "FAMILIES", "LEAST", "OTHERS", "Explored", "explore"]

EXPLORED_METRIC = "accuracy.forced"
BATCH = "batch"
"""A shipper's parcels of one replication: what they share, a worn printer, they share there."""
FAMILIES = ("shipper", BATCH, "lane", "hour", "material", "kind")
"""Ways to cut the parcels into groups; the camera is the lane's."""
LEAST = 30
"""Parcels below which a group is pooled with the other small ones of its family."""
OTHERS = "others"
"""Name of such a pool."""
_BOUNDS = (0.0, 1.0)
_LAB, _PRODUCTION = (
    tuple(int(cell == at) for cell in range(len(CELLS))) for at in (LAB, PRODUCTION)
)


@dataclass(frozen=True, slots=True)
class Explored:
    """Read accuracy of one group of parcels in both worlds.

    Attributes
    ----------
    arm : str
    family : str
        One of `FAMILIES`.
    member : str
        Which of the family, such as ``S07``, or ``S07 2`` for its batch of the third replication;
        `OTHERS` for small ones together.
    pooled : int
        Groups behind `OTHERS`; 0 for a group that stands for itself.
    lab, value : float
        Accuracy in the lab and in production.
    low, high : float
        Interval of `value` that holds for all groups of the arm at once with 95 % (Bonferroni).
    n : int
        Parcels.
    replications : int
    looked_at : int
        Groups of the arm the interval allows for.
    """

    arm: str
    family: str
    member: str
    pooled: int
    lab: float
    value: float
    low: float
    high: float
    n: int
    replications: int
    looked_at: int


def explore(arm: str, groups: Mapping[str, Sums]) -> tuple[Explored, ...]:
    """Estimate every group of an arm, worst first.

    Parameters
    ----------
    arm : str
    groups : mapping of str to Sums
        ``family=member`` -> sums of `EXPLORED_METRIC`; groups of other families are passed over.

    Returns
    -------
    tuple of Explored
        Families that put all parcels into one group tell nothing and are left out.  Kinds of
        damage are never pooled: a parcel may carry several and would count several times.  Nor
        are batches: their shippers' small ones are together already.
    """
    chosen = [
        (family, member, pooled, sums)
        for family in FAMILIES
        for member, pooled, sums in _members(family, groups)
    ]
    level = 1.0 - (1.0 - LEVEL) / max(len(chosen), 1)
    found = []
    for family, member, pooled, sums in chosen:
        lab = proportion(sums, _LAB, _BOUNDS).value
        there = proportion(sums, _PRODUCTION, _BOUNDS, level=level)
        low, high = there.low, there.high
        if lab is None or there.value is None or low is None or high is None:
            continue
        reach = (low, high, there.n, there.replications, len(chosen))
        found.append(Explored(arm, family, member, pooled, lab, there.value, *reach))
    return tuple(sorted(found, key=lambda each: (each.value, each.family, each.member)))


def _members(family: str, groups: Mapping[str, Sums]) -> list[tuple[str, int, Sums]]:
    if family == BATCH:
        return _batches(groups)
    prefix = f"{family}="
    members = [
        (group.removeprefix(prefix), 0, sums)
        for group, sums in groups.items()
        if group.startswith(prefix) and "," not in group and _size(sums) > 0
    ]
    if family == "kind":
        return members
    small = [sums for _, _, sums in members if _size(sums) < LEAST]
    kept = [member for member in members if _size(member[2]) >= LEAST]
    if small:
        kept.append((OTHERS, len(small), _pooled(small)))
    return kept if len(kept) > 1 else []


def _batches(groups: Mapping[str, Sums]) -> list[tuple[str, int, Sums]]:
    """Shippers' parcels replication by replication, where there are several and parcels enough."""
    found = []
    for name, _, sums in _members("shipper", groups):
        rows = range(len(sums.n)) if name != OTHERS and len(sums.n) > 1 else ()
        for row in rows:
            of_row = slice(row, row + 1)
            batch = Sums(sums.numerator[of_row], sums.denominator[of_row], sums.n[of_row])
            if _size(batch) >= LEAST:
                found.append((f"{name} {row}", 0, batch))
    return found


def _pooled(groups: list[Sums]) -> Sums:
    return Sums(
        np.sum([sums.numerator for sums in groups], axis=0),
        np.sum([sums.denominator for sums in groups], axis=0),
        np.sum([sums.n for sums in groups], axis=0),
    )


def _size(sums: Sums) -> int:
    return int(sums.n[:, PRODUCTION].sum())
