"""The four cells of the experiment and what is compared between them."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CELLS", "CONTRASTS", "LAB", "PRODUCTION"]

CELLS = ("lab", "degraded", "loaded", "production")
"""Degradation off/on x load calm/loaded; column order of every per-cell array here."""

LAB, PRODUCTION = 0, 3

CONTRASTS: Mapping[str, tuple[int, int, int, int]] = MappingProxyType(
    {
        "gap": (1, 0, 0, -1),
        "degradation": (1, -1, 0, 0),
        "load": (1, 0, -1, 0),
        # What is left of the gap once each factor's own part is taken off it.
        "interaction": (-1, 1, 1, -1),
    }
)
"""Coefficients over `CELLS`; gap = degradation + load + interaction."""
