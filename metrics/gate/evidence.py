"""What a gate knows of one arm: outcomes parcel by parcel, and sums by replication."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.catalogue import CATALOGUE, MetricKind, MetricSpec, Scope
from metrics.gate.packed_bits import Mask
from metrics.groups import group_order

__all__ = ["FLAGS", "TIMES", "ArmEvidence", "Population", "family"]

Values = NDArray[np.float64]


def _columns(wanted: MetricKind) -> Iterator[str]:
    for spec in CATALOGUE.values():
        if spec.scope is not Scope.STATION and (spec.kind is MetricKind.PROPORTION) is (
            wanted is MetricKind.PROPORTION
        ):
            yield from (name for name in (spec.numerator, spec.denominator) if name is not None)


FLAGS = tuple(dict.fromkeys(_columns(MetricKind.PROPORTION)))
"""0/1 columns of `metrics.items.Items` that shares are made of."""
TIMES = tuple(
    dict.fromkeys(
        spec.numerator
        for spec in CATALOGUE.values()
        if spec.unit == "s" and spec.numerator is not None and spec.denominator is None
    )
)
"""Columns in seconds, one value a parcel: what a service level can be promised of."""


def family(group: str) -> str:
    """``kind=torn,severity=3`` -> ``kind,severity``; ``all`` -> ``all``."""
    return ",".join(part.partition("=")[0] for part in group.split(","))


@dataclass(frozen=True, eq=False)
class Population:
    """The parcels both arms of a comparison met, replication by replication.

    Attributes
    ----------
    parcels : tuple of int
        Base parcels scored in each replication, in the order of their ids.
    truth : tuple of str
        sha256 over the ids of those parcels and what the world knows of them.
    groups : mapping of str to tuple of ndarray of bool, shape (parcels,)
        Members of every group but ``all``, one mask a replication.
    """

    parcels: tuple[int, ...]
    truth: tuple[str, ...]
    groups: Mapping[str, tuple[Mask, ...]]

    def members(self, group: str) -> tuple[Mask, ...]:
        """Masks of a group, one a replication.

        Raises
        ------
        KeyError
            If there is no such group.
        """
        if group == "all":
            return tuple(np.ones(count, dtype=np.bool_) for count in self.parcels)
        return self.groups[group]


@dataclass(frozen=True, eq=False)
class ArmEvidence:
    """One arm of a run.

    Attributes
    ----------
    arm : str
    population : Population
    flags : mapping of str to tuple of ndarray of bool, shape (parcels, 2)
        One of `FLAGS` by name, a matrix a replication; columns are lab and production.
    sums : mapping of (metric, group) to ndarray, shape (replications, 3, 2)
        Numerator, denominator and n, in lab and production, of all metrics but shares.
    times : mapping of str to tuple of ndarray, shape (parcels, 2)
        One of `TIMES` by name, in seconds; empty where the evidence comes from a baseline file.
    """

    arm: str
    population: Population
    flags: Mapping[str, tuple[Mask, ...]]
    sums: Mapping[tuple[str, str], Values]
    times: Mapping[str, tuple[Values, ...]] = field(default_factory=dict)

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.population.parcels)

    @cached_property
    def digest(self) -> str:
        """sha256 of every outcome and sum: equal digests mean that nothing at all changed."""
        whole = hashlib.sha256()
        for name in sorted(self.flags):
            for flags in self.flags[name]:
                whole.update(f"{name}{flags.shape}".encode())
                whole.update(np.packbits(flags).tobytes())
        for key in sorted(self.sums):
            whole.update(f"{key}{self.sums[key].shape}".encode())
            whole.update(np.ascontiguousarray(self.sums[key], dtype="<f8").tobytes())
        return whole.hexdigest()

    def groups(self, metric: str, families: tuple[str, ...]) -> list[str]:
        """Groups of these families in which `metric` was counted, in the order of tables."""
        if _is_share(CATALOGUE[metric]):
            known = ["all", *self.population.groups]
        else:
            known = [group for name, group in self.sums if name == metric]
        return sorted((group for group in known if family(group) in families), key=group_order)

    def counts(self, metric: str, group: str) -> Values:
        """Numerator, denominator and n by replication; shape (replications, 3, 2).

        Raises
        ------
        KeyError
            If the metric was not counted in this group.
        """
        spec = CATALOGUE[metric]
        if not _is_share(spec):
            return self.sums[metric, group]
        assert spec.numerator is not None
        rows = []
        for replication, chosen in enumerate(self.population.members(group)):
            right = self.flags[spec.numerator][replication][chosen].sum(axis=0)
            among = (
                np.full(2, np.count_nonzero(chosen))
                if spec.denominator is None
                else self.flags[spec.denominator][replication][chosen].sum(axis=0)
            )
            rows.append((right, among, among))
        return np.asarray(rows, dtype=np.float64).reshape(-1, 3, 2)


def _is_share(spec: MetricSpec) -> bool:
    return spec.kind is MetricKind.PROPORTION and spec.scope is not Scope.STATION
