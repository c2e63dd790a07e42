"""Names people use: metrics, groups, conditions and outcomes in plain English."""

import re
from dataclasses import dataclass

from metrics.catalogue import CATALOGUE, Better
from reports.quantities import Unit
from scenarios.degradations import KINDS

__all__ = [
    "FINAL_OUTCOMES",
    "FIRST_PASS_OUTCOMES",
    "FOREST_METRICS",
    "Better",
    "MetricWords",
    "group_words",
    "kind_words",
    "metric_words",
    "outcome_words",
    "parts",
    "severity_level",
]


@dataclass(frozen=True, slots=True)
class MetricWords:
    """How to speak of a metric.

    Attributes
    ----------
    name : str
        Its id, shown small.
    label : str
        Short noun phrase, capitalised.
    meaning : str
        One or two sentences of definition.
    unit : Unit
    better : Better
    """

    name: str
    label: str
    meaning: str
    unit: Unit
    better: Better


_UNITS = {
    "share": Unit.SHARE,
    "s": Unit.SECONDS,
    "parcels/h": Unit.PER_HOUR,
    "images/h": Unit.PER_HOUR,
    "parcels": Unit.NUMBER,
}

FIRST_PASS_OUTCOMES = ("rate.read", "rate.hand_off", "rate.no_read", "rate.misread")
"""The reader's own four outcomes on the first pass; they sum to one."""
FINAL_OUTCOMES = ("rate.right_chute", "rate.exception", "rate.misroute")
"""Where the parcel ends up, after people, laps and manifest; they sum to one."""
FOREST_METRICS = (
    ("accuracy.forced", "accuracy.accepted", *FIRST_PASS_OUTCOMES),
    (*FINAL_OUTCOMES, "rate.recirculated", "rate.missed_deadline"),
)
"""Panels of the forest plot: what the reader does, and what becomes of the parcel."""


def metric_words(name: str) -> MetricWords:
    """Words of a metric; one the catalogue does not know is spelled from its id."""
    spec = CATALOGUE.get(name)
    if spec is not None:
        unit = _UNITS.get(spec.unit, Unit.NUMBER)
        return MetricWords(name, spec.title, spec.description, unit, spec.better)
    label = re.sub(r"[._]+", " ", name).strip().capitalize() or "Unnamed metric"
    return MetricWords(name, label, "", _guessed_unit(name), Better.NEITHER)


def _guessed_unit(name: str) -> Unit:
    if name.startswith(("accuracy", "rate", "utilisation")):
        return Unit.SHARE
    if name.endswith("_s"):
        return Unit.SECONDS
    return Unit.PER_HOUR if name.endswith("_h") else Unit.NUMBER


def kind_words(kind: str) -> str:
    """``motion_blur`` -> ``motion blur``."""
    return kind.replace("_", " ")


def outcome_words(outcome: str) -> str:
    """``hand_off`` -> ``Handed over by the reader``, as the metric that counts it is called."""
    name = f"rate.{outcome}"
    if name not in CATALOGUE:
        return kind_words(outcome).capitalize()
    return metric_words(name).label.partition(" (")[0]


def severity_level(kind: str, severity: int) -> str:
    """Physical level of a severity: ``12%``, ``0.19 ms``, ``20°``; empty for unknown kinds."""
    known = KINDS.get(kind)
    if known is None or not 1 <= severity <= len(known.levels):
        return ""
    level = known.levels[severity - 1]
    if known.symbol == "%":
        return f"{100 * level:.0f}%"
    return f"{level:g}{'' if known.symbol == '°' else ' '}{known.symbol}"


def parts(group: str) -> dict[str, str]:
    """``kind=torn,severity=3`` -> ``{"kind": "torn", "severity": "3"}``; ``all`` -> ``{}``."""
    pairs = (item.partition("=") for item in group.split(","))
    return {key: text for key, equals, text in pairs if equals}


def group_words(group: str) -> str:
    """``kind=torn,alone=yes`` -> ``torn, hit by nothing else``; ``all`` -> ``all parcels``."""
    found = parts(group)
    if not found:
        return "all parcels" if group == "all" else group
    named = {"yes": "readable labels", "no": "unreadable labels"}
    texts = []
    for key, text in found.items():
        if key == "kind":
            texts.append(kind_words(text))
        elif key == "alone":
            texts.append("hit by nothing else" if text == "yes" else f"alone {text}")
        elif key == "readable":
            texts.append(named.get(text, f"readable {text}"))
        elif key == "hour" and text.isascii() and text.isdigit():
            texts.append(f"{text}\u2013{int(text) + 1} h")
        else:
            texts.append(f"{key.replace('_', ' ')} {text}")
    return ", ".join(texts)
