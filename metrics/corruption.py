"""Robustness against a reference reader: corruption errors over kinds and severities of damage.

Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations" (ICLR 2019, arXiv:1903.12261), with labgap's kinds and severities for theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

__all__ = ["CorruptionErrors", "corruption_errors"]

Errors = Mapping[str, Mapping[int, float]]
"""Kind -> severity -> share of wrong answers."""


@dataclass(frozen=True, slots=True)
class CorruptionErrors:
    """What a reader loses to damage, in units of what the reference loses.

    Attributes
    ----------
    of_kind : mapping
        Kind -> corruption error: errors summed over severities, over the reference's.
    mean : float
        mCE: their mean; NaN if no kind can be compared.
    relative_mean : float
        Relative mCE: the same of what is lost against the lab; NaN likewise.
    """

    of_kind: Mapping[str, float]
    mean: float
    relative_mean: float


def corruption_errors(
    errors: Errors, clean: float, reference: Errors, reference_clean: float
) -> CorruptionErrors:
    """Compare a reader's errors with a reference's.

    Kinds for which the reference makes no error (or, for the relative one, loses nothing) have no
    unit to be measured in and are left out.  Severities are those that both have.

    Parameters
    ----------
    errors, reference : mapping
        Kind -> severity -> share of wrong answers.
    clean, reference_clean : float
        Share of wrong answers in the lab.
    """
    of_kind: dict[str, float] = {}
    relative: list[float] = []
    for kind in errors:
        both = sorted(set(errors[kind]) & set(reference.get(kind, {})))
        if not both:
            continue
        mine = np.array([errors[kind][severity] for severity in both])
        theirs = np.array([reference[kind][severity] for severity in both])
        if theirs.sum() > 0.0:
            of_kind[kind] = float(mine.sum() / theirs.sum())
        lost = float((theirs - reference_clean).sum())
        if lost > 0.0:
            relative.append(float((mine - clean).sum()) / lost)
    return CorruptionErrors(
        of_kind,
        float(np.mean(list(of_kind.values()))) if of_kind else float("nan"),
        float(np.mean(relative)) if relative else float("nan"),
    )
