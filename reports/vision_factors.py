"""Which part earns what: robustness training, detector and abstention, each with and without."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from metrics.factors import main_effects
from reports.escaping import code_span, markdown_cell

__all__ = ["FACTORS", "factors_markdown"]

FACTORS = ("robustness training", "detector", "abstention")
ARMS: Mapping[tuple[bool, ...], str] = MappingProxyType(
    {
        (True, True, True): "cascade",
        (True, True, False): "cascade_forced",
        (True, False, True): "no_detector",
        (True, False, False): "no_detector_forced",
        (False, True, True): "imagenet_review",
        (False, True, False): "imagenet",
        (False, False, True): "imagenet_no_detector_review",
        (False, False, False): "imagenet_no_detector",
    }
)
"""Arm of every combination, in the order of `FACTORS`."""
MEASURES = (
    ("accuracy.forced", "forced choice"),
    ("rate.right_chute", "right chute"),
    ("rate.misroute", "misrouted"),
    ("rate.to_desk", "to the desk"),
)


def factors_markdown(value_of: Callable[[str, str], float | None]) -> str:
    """Table of all combinations, and what each factor does on average over the others.

    Parameters
    ----------
    value_of : callable (arm, metric)
        Share in production; None where it was not measured.

    Returns
    -------
    str
        Empty where a combination was not measured.
    """
    shares = {
        metric: {levels: value_of(arm, metric) for levels, arm in ARMS.items()}
        for metric, _ in MEASURES
    }
    known = {
        metric: {levels: value for levels, value in of_arms.items() if value is not None}
        for metric, of_arms in shares.items()
    }
    if any(len(of_arms) < len(ARMS) for of_arms in known.values()):
        return ""
    header = [*FACTORS, "arm", *(f"{words} %" for _, words in MEASURES)]
    rows = [
        [
            *("with" if level else "without" for level in levels),
            markdown_cell(code_span(arm)),
            *(f"{100 * known[metric][levels]:.2f}" for metric, _ in MEASURES),
        ]
        for levels, arm in ARMS.items()
    ]
    effects = {metric: main_effects(known[metric]) for metric, _ in MEASURES}
    rows += [
        [
            *("**effect**" if place == factor else "" for place in range(len(FACTORS))),
            "",
            *(f"{100 * effects[metric][factor]:+.2f} pp" for metric, _ in MEASURES),
        ]
        for factor in range(len(FACTORS))
    ]
    lines = [
        "| " + " | ".join(header) + " |",
        "|---|---|---|---|" + "---:|" * len(MEASURES),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines)
