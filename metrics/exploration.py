"""Which groups of parcels are read worst: many are looked at, and their intervals allow for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from metrics.cells import CELLS, LAB, PRODUCTION
from metrics.estimates import Sums, proportion
from metrics.intervals import LEVEL

__all__ = [
    "BATCH",
    "EXPLORED_METRIC",
    "FAMILIES",
    "LEAST",
    "OTHERS",
    "PAIR",
    "PAIR_BATCH",
    "REPLICATION",
    "Explored",
    "explore",
]

EXPLORED_METRIC = "accuracy.forced"
BATCH = "batch"
"""A shipper's parcels of one replication: what they share, a worn printer, they share there."""
PAIR = "pair"
"""Parcels that two kinds of damage hit at once."""
PAIR_BATCH = "pair_batch"
"""Those of one replication: a lamp that is out while a sensor fails is over by the next."""
REPLICATION = "replication"
"""All parcels of one replication."""
FAMILIES = ("shipper", BATCH, "lane", "hour", "material", "kind", PAIR, PAIR_BATCH, REPLICATION)
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
        ``glare+torn`` for a pair; ``2`` for a replication; `OTHERS` for small ones together.
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
        damage and pairs of them are never pooled: a parcel may carry several and would count
        several times.  Nor are batches: their shippers' small ones are together already.

        Nearly every pair is read worse than all parcels, and tells nothing that its kinds do
        not.  Only one that is read worse than both together foretell is kept: its whole interval
        lies below the product of the two kinds' lower limits, each on parcels that nothing else
        hits.  All pairs count as looked at, and so do those limits.
    """
    chosen = [
        (family, member, pooled, sums)
        for family in FAMILIES
        for member, pooled, sums in _members(family, groups)
    ]
    paired = {
        kind
        for family, member, _, _ in chosen
        if family in (PAIR, PAIR_BATCH)
        for kind in _kinds_of(member)
    }
    looked_at = len(chosen) + len(paired)
    level = 1.0 - (1.0 - LEVEL) / max(looked_at, 1)
    alone = {kind: _least_alone(groups.get(f"kind={kind},alone=yes"), level) for kind in paired}
    found = []
    for family, member, pooled, sums in chosen:
        lab = proportion(sums, _LAB, _BOUNDS).value
        there = proportion(sums, _PRODUCTION, _BOUNDS, level=level)
        low, high = there.low, there.high
        if lab is None or there.value is None or low is None or high is None:
            continue
        if family in (PAIR, PAIR_BATCH):
            first, second = _kinds_of(member)
            if high >= alone[first] * alone[second]:
                continue
        reach = (low, high, there.n, there.replications, looked_at)
        found.append(Explored(arm, family, member, pooled, lab, there.value, *reach))
    return tuple(sorted(found, key=lambda each: (each.value, each.family, each.member)))


def _kinds_of(pair: str) -> tuple[str, str]:
    """``glare`` and ``torn`` of ``glare+torn`` or, of one replication, ``glare+torn 2``."""
    first, _, second = pair.partition(" ")[0].partition("+")
    return first, second


def _least_alone(sums: Sums | None, level: float) -> float:
    """Lower limit of the accuracy under a kind by itself; 0 where nothing shows it."""
    low = None if sums is None else proportion(sums, _PRODUCTION, _BOUNDS, level=level).low
    return 0.0 if low is None else low


def _members(family: str, groups: Mapping[str, Sums]) -> list[tuple[str, int, Sums]]:
    if family == BATCH:
        return _by_replication(_members("shipper", groups))
    if family == PAIR_BATCH:
        return _by_replication(_members(PAIR, groups))
    if family == REPLICATION:
        every = _by_replication([("", 0, groups["all"])] if "all" in groups else [])
        return [(member.strip(), pooled, sums) for member, pooled, sums in every]
    prefix = f"{family}="
    members = [
        (group.removeprefix(prefix), 0, sums)
        for group, sums in groups.items()
        if group.startswith(prefix) and "," not in group and _size(sums) > 0
    ]
    if family == "kind":
        return members
    if family == PAIR:
        return [member for member in members if _size(member[2]) >= LEAST]
    small = [sums for _, _, sums in members if _size(sums) < LEAST]
    kept = [member for member in members if _size(member[2]) >= LEAST]
    if small:
        kept.append((OTHERS, len(small), _pooled(small)))
    return kept if len(kept) > 1 else []


def _by_replication(members: list[tuple[str, int, Sums]]) -> list[tuple[str, int, Sums]]:
    """Groups replication by replication, where there are several and parcels enough."""
    found = []
    for name, _, sums in members:
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
