"""Weight and size as shippers declare them, and whether a parcel could be the one declared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.model import BodyCheck
from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["DeclaredBody", "declared_bodies"]


@dataclass(frozen=True, slots=True)
class DeclaredBody:
    """Declared weight, and sides longest first: a parcel lies as it fell, and is measured so.

    Attributes
    ----------
    weight_g : float
    sides_mm : tuple of float
        Three, longest first.
    check : BodyCheck
        How much may differ.
    """

    weight_g: float
    sides_mm: tuple[float, ...]
    check: BodyCheck

    def fits(self, parcel: Parcel) -> bool:
        """Whether what scale and dimensioner find of a parcel could be this one."""
        sides = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
        return _near(parcel.weight_g, self.weight_g, self.check.weight_tolerance) and all(
            _near(found, declared, self.check.size_tolerance)
            for found, declared in zip(sides, self.sides_mm, strict=True)
        )


def _near(found: float, declared: float, tolerance: float) -> bool:
    return abs(found - declared) <= tolerance * declared


def declared_bodies(
    check: BodyCheck, parcels: Sequence[Parcel], cohorts: Sequence[Cohort], streams: Streams
) -> list[DeclaredBody]:
    """Draw what shippers declare of every parcel of a population, off by a log-normal factor.

    Parameters
    ----------
    check : BodyCheck
    parcels : sequence of Parcel
        All of them, in population order.
    cohorts : sequence of Cohort
    streams : Streams
        The same shipper's slip stands in every cell and arm.
    """
    factors = np.exp(
        check.declared_error
        * per_parcel(
            cohorts,
            streams,
            ("manifest", "declared"),
            lambda rng, count: rng.standard_normal((count, 4)),
        )
    )
    declared = []
    for parcel, (weight, *sides) in zip(parcels, factors.tolist(), strict=True):
        true_mm = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
        sides_mm = sorted((mm * off for mm, off in zip(true_mm, sides, strict=True)), reverse=True)
        declared.append(DeclaredBody(parcel.weight_g * weight, tuple(sides_mm), check))
    return declared
