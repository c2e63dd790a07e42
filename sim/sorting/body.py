"""What parcels are made of: material, size and weight."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.sorting.cohort import Cohort, per_parcel
from sim.sorting.parcel import MATERIALS
from sim.streams import Streams

__all__ = ["Bodies", "draw_bodies"]

MATERIAL_SHARES = (0.44, 0.14, 0.12, 0.13, 0.08, 0.09)
"""In the order of `MATERIALS`: mostly corrugated board, about three in ten polythene bags."""

LENGTH_MM = (200.0, 420.0)
WIDTH_MM = (150.0, 300.0)
"""Upper bounds keep every parcel, and so every label, inside a 500 x 400 mm field of view."""
BOX_HEIGHT_MM = (40.0, 280.0)
BAG_HEIGHT_MM = (12.0, 70.0)
DENSITY_G_PER_CM3 = 0.16
"""Median packed density; parcels are mostly air, with a log-standard deviation of 0.6."""
DENSITY_LOG_SD = 0.6
TARE_G = 40.0


@dataclass(frozen=True, slots=True)
class Bodies:
    """Columns of shape (n,)."""

    material: list[str]
    length_mm: NDArray[np.float64]
    width_mm: NDArray[np.float64]
    height_mm: NDArray[np.float64]
    weight_g: NDArray[np.float64]


def _uniform(rng: np.random.Generator, count: int) -> NDArray[Any]:
    return rng.random(count)


def draw_bodies(cohorts: Sequence[Cohort], streams: Streams) -> Bodies:
    """Draw bodies, each attribute from its own stream.

    Lengths, widths and box heights lean to the small end of their ranges (power-law quantiles).
    """

    def quantiles(attribute: str) -> NDArray[np.float64]:
        drawn: NDArray[np.float64] = per_parcel(
            cohorts, streams, ("population", attribute), _uniform
        )
        return drawn

    def sized(attribute: str, bounds: tuple[float, float], power: float) -> NDArray[np.float64]:
        low, high = bounds
        return low + (high - low) * quantiles(attribute) ** power

    edges = np.cumsum(MATERIAL_SHARES)[:-1]
    kinds = np.searchsorted(edges, quantiles("material"), side="right")
    material = [MATERIALS[kind] for kind in kinds]
    is_bag = np.array([name.endswith("_bag") for name in MATERIALS])[kinds]
    length = sized("length", LENGTH_MM, 1.4)
    width = np.minimum(sized("width", WIDTH_MM, 1.4), length)
    height = np.where(
        is_bag, sized("height", BAG_HEIGHT_MM, 1.5), sized("height", BOX_HEIGHT_MM, 1.5)
    )
    spread: NDArray[np.float64] = per_parcel(
        cohorts, streams, ("population", "density"), lambda rng, count: rng.standard_normal(count)
    )
    density = DENSITY_G_PER_CM3 * np.exp(DENSITY_LOG_SD * spread)
    weight = TARE_G + np.minimum(density, 2.0) * length * width * height / 1000.0
    return Bodies(material, length, width, height, weight)
