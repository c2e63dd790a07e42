"""Which part earns what: robustness training, detector and abstention, each with and without."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from metrics.factors import main_effects
from metrics.intervals import student
from reports.vision_cells import judged_cell, mark_note

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
FORCED = "accuracy.forced"
MEASURES = (
    (FORCED, "forced choice"),
    ("rate.right_chute", "right chute"),
    ("rate.misroute", "misrouted"),
    ("rate.to_desk", "to the desk"),
)


def factors_markdown(
    value_of: Callable[[str, str], float | None],
    forced: Mapping[str, Sequence[float]],
    lab: Mapping[str, float],
) -> str:
    """Table of all combinations, and what each factor does on average over the others.

    Parameters
    ----------
    value_of : callable (arm, metric)
        Share in production; None where it was not measured.
    forced : mapping of str to sequence of float
        Arm -> forced choice in production, replication by replication.
    lab : mapping of str to float
        Arm -> forced choice in the lab.

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
            judged_cell(arm, lab.get(arm)),
            *(f"{100 * known[metric][levels]:.2f}" for metric, _ in MEASURES),
        ]
        for levels, arm in ARMS.items()
    ]
    effects = {metric: main_effects(known[metric]) for metric, _ in MEASURES}
    intervals = _intervals(forced)
    rows += [
        [
            *("**effect**" if place == factor else "" for place in range(len(FACTORS))),
            "",
            *(
                f"{100 * effects[metric][factor]:+.2f} pp"
                + (intervals[factor] if metric == FORCED else "")
                for metric, _ in MEASURES
            ),
        ]
        for factor in range(len(FACTORS))
    ]
    lines = [
        "| " + " | ".join(header) + " |",
        "|---|---|---|---|" + "---:|" * len(MEASURES),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    shown = "\n".join(lines)
    return f"{shown}\n\n{mark_note(shown)}".rstrip()


def _intervals(forced: Mapping[str, Sequence[float]]) -> list[str]:
    """Of each factor's effect, over replications; empty where there is none."""
    of_levels = {levels: forced[arm] for levels, arm in ARMS.items()}
    replications = len(next(iter(of_levels.values())))
    effects = np.array(
        [
            main_effects({levels: shares[number] for levels, shares in of_levels.items()})
            for number in range(replications)
        ]
    )
    told = []
    for values in effects.T:
        mean = float(values.mean())
        found = student(mean, values - mean)
        told.append(f" [{100 * found[0]:+.2f}, {100 * found[1]:+.2f}]" if found else "")
    return told
