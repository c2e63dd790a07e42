"""Degradations by the name that scenario files use."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from scenarios.degradations import KINDS, SEVERITIES
from sim.degradations import (
    camera_outage,
    clear_tape,
    defocus,
    dirty_lens,
    faded_print,
    film,
    glare,
    handwriting,
    label_down,
    latency_spike,
    low_light,
    mains_flicker,
    motion_blur,
    overlap,
    sensor_noise,
    shadow,
    skew,
    smudged,
    taped,
    torn,
    wrinkled,
)
from sim.degradations.contract import Degradation
from sim.degradations.exposure import Exposure
from sim.degradations.link import Link
from sim.degradations.mix import Condition
from sim.frames.article import LabelArticle
from sim.frames.lying import Lying
from sim.streams import Streams

__all__ = [
    "AMBIENT_LIGHT",
    "FLOW_DEGRADATIONS",
    "LABEL_DEGRADATIONS",
    "OPTICS_DEGRADATIONS",
    "PLATFORM_DEGRADATIONS",
    "degrade_exposure",
    "degrade_label",
    "degrade_link",
    "degrade_lying",
    "in_picture",
]

Item = TypeVar("Item")

LABEL_DEGRADATIONS: Mapping[str, Degradation[LabelArticle]] = MappingProxyType(
    {
        "faded_print": faded_print.apply,
        "smudged": smudged.apply,
        "handwriting": handwriting.apply,
        "torn": torn.apply,
        "wrinkled": wrinkled.apply,
        "taped": taped.apply,
        "clear_tape": clear_tape.apply,
        "film": film.apply,
    }
)
"""Kinds that change the label itself."""

OPTICS_DEGRADATIONS: Mapping[str, Degradation[Exposure]] = MappingProxyType(
    {
        "glare": glare.apply,
        "motion_blur": motion_blur.apply,
        "shadow": shadow.apply,
        "mains_flicker": mains_flicker.apply,
        "low_light": low_light.apply,
        "defocus": defocus.apply,
        "dirty_lens": dirty_lens.apply,
        "sensor_noise": sensor_noise.apply,
    }
)
"""Kinds that change how one pass is exposed."""

FLOW_DEGRADATIONS: Mapping[str, Degradation[Lying]] = MappingProxyType(
    {"overlap": overlap.apply, "skew": skew.apply, "label_down": label_down.apply}
)
"""Kinds that change how a parcel lies under the camera."""

PLATFORM_DEGRADATIONS: Mapping[str, Degradation[Link]] = MappingProxyType(
    {"camera_outage": camera_outage.apply, "latency_spike": latency_spike.apply}
)
"""Kinds that change no picture, but whether it arrives and when the answer comes."""

AMBIENT_LIGHT = frozenset({"mains_flicker", "low_light"})
"""Kinds that a strobe keeps out of the picture."""


def _applied(
    by_kind: Mapping[str, Degradation[Item]],
    item: Item,
    kind: str,
    severity: int,
    rng: np.random.Generator,
) -> Item:
    if kind not in KINDS:
        raise ValueError(f"unknown degradation {kind!r}; known: {', '.join(KINDS)}")
    if severity not in SEVERITIES:
        raise ValueError(f"{kind}: severity must be one of {SEVERITIES}, got {severity}")
    apply = by_kind.get(kind)
    return item if apply is None else apply(item, severity, rng)


def degrade_label(
    item: LabelArticle, kind: str, severity: int, rng: np.random.Generator
) -> LabelArticle:
    """Apply a label degradation by name; kinds of another family leave the label as it is.

    Raises
    ------
    ValueError
        If the kind or the severity is unknown.
    """
    return _applied(LABEL_DEGRADATIONS, item, kind, severity, rng)


def degrade_exposure(
    item: Exposure, kind: str, severity: int, rng: np.random.Generator
) -> Exposure:
    """Apply an optics degradation by name; kinds of another family leave the exposure as it is.

    Raises
    ------
    ValueError
        If the kind or the severity is unknown.
    """
    return _applied(OPTICS_DEGRADATIONS, item, kind, severity, rng)


def degrade_lying(item: Lying, kind: str, severity: int, rng: np.random.Generator) -> Lying:
    """Apply a flow degradation by name; kinds of another family leave the parcel as it lies.

    Raises
    ------
    ValueError
        If the kind or the severity is unknown.
    """
    return _applied(FLOW_DEGRADATIONS, item, kind, severity, rng)


def in_picture(conditions: Iterable[Condition], strobe: bool = False) -> tuple[Condition, ...]:
    """Conditions that change what the camera sees; a strobe outshines those of the hall's light."""
    unseen = {*PLATFORM_DEGRADATIONS, *(AMBIENT_LIGHT if strobe else ())}
    return tuple(c for c in conditions if c.kind not in unseen)


def degrade_link(
    conditions: Sequence[Condition], parcel_id: str, lap: int, streams: Streams
) -> Link:
    """What the platform does to one pass; its luck is the pass's own, whatever the kind's scope."""
    link = Link()
    for condition in conditions:
        apply = PLATFORM_DEGRADATIONS.get(condition.kind)
        if apply is not None:
            rng = streams.generator("degradation", condition.kind, "apply", parcel_id, lap)
            link = apply(link, condition.severity, rng)
    return link
