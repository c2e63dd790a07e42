"""Degradations by the name that scenario files use."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from scenarios.degradations import KINDS, SEVERITIES
from sim.degradations import glare, motion_blur, taped, torn
from sim.degradations.exposure import Exposure
from sim.frames.article import LabelArticle

__all__ = ["LABEL_DEGRADATIONS", "OPTICS_DEGRADATIONS", "degrade_exposure", "degrade_label"]

LABEL_DEGRADATIONS: Mapping[
    str, Callable[[LabelArticle, int, np.random.Generator], LabelArticle]
] = MappingProxyType({"torn": torn.apply, "taped": taped.apply})
"""Kinds that change the label itself."""

OPTICS_DEGRADATIONS: Mapping[str, Callable[[Exposure, int, np.random.Generator], Exposure]] = (
    MappingProxyType({"glare": glare.apply, "motion_blur": motion_blur.apply})
)
"""Kinds that change how one pass is exposed."""


def _check(kind: str, severity: int) -> None:
    if kind not in KINDS:
        raise ValueError(f"unknown degradation {kind!r}; known: {', '.join(KINDS)}")
    if severity not in SEVERITIES:
        raise ValueError(f"{kind}: severity must be one of {SEVERITIES}, got {severity}")


def degrade_label(
    item: LabelArticle, kind: str, severity: int, rng: np.random.Generator
) -> LabelArticle:
    """Apply a label degradation by name; kinds of another family leave the label as it is.

    Raises
    ------
    ValueError
        If the kind or the severity is unknown.
    """
    _check(kind, severity)
    apply = LABEL_DEGRADATIONS.get(kind)
    return item if apply is None else apply(item, severity, rng)


def degrade_exposure(
    item: Exposure, kind: str, severity: int, rng: np.random.Generator
) -> Exposure:
    """Apply an optics degradation by name; kinds of another family leave the exposure as it is.

    Raises
    ------
    ValueError
        If the kind or the severity is unknown.
    """
    _check(kind, severity)
    apply = OPTICS_DEGRADATIONS.get(kind)
    return item if apply is None else apply(item, severity, rng)
