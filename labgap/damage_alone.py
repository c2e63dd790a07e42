"""What each kind of damage does by itself: readable parcels that nothing else hits."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.first_answers import FirstAnswers, first_answers, first_conditions
from labgap.loaded_run import LoadedRun
from metrics.corruption import corruption_errors

__all__ = ["corruption_rows", "damage_rows"]

Counts = dict[str, dict[int, NDArray[np.float64]]]


def damage_rows(name: str, run: LoadedRun) -> Iterator[dict[str, Any]]:
    """Right first answers by kind and severity."""
    conditions = first_conditions(run)
    for answers in first_answers(run):
        for kind, of_kind in _alone(conditions, answers).items():
            for severity, (wrong, parcels) in of_kind.items():
                yield {
                    "mix": name,
                    "arm": answers.arm,
                    "kind": kind,
                    "severity": severity,
                    "value": float(1.0 - wrong.sum() / parcels.sum()),
                    "n": int(parcels.sum()),
                }


def corruption_rows(
    name: str, run: LoadedRun, reference: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Corruption errors of every arm against those of the reference's arms together.

    Parameters
    ----------
    name : str
        Of the mix.
    run : LoadedRun
    reference : sequence of str
        Arms of one reader, trained with several seeds; nothing is compared if one is missing.
    """
    of_arm = {answers.arm: answers for answers in first_answers(run)}
    if not reference or not set(reference) <= of_arm.keys():
        return
    conditions = first_conditions(run)
    counts = {arm: _alone(conditions, answers) for arm, answers in of_arm.items()}
    clean = {
        arm: answers.counted(np.ones(len(answers.parcels), bool), lab=True)
        for arm, answers in of_arm.items()
    }
    theirs = _together([counts[arm] for arm in reference])
    their_clean = np.sum([clean[arm] for arm in reference], axis=0)
    for arm in of_arm:
        found = corruption_errors(counts[arm], clean[arm], theirs, their_clean)
        yield {
            "mix": name,
            "arm": arm,
            "mean": _number(found.mean),
            "interval": found.interval,
            "relative_mean": _number(found.relative_mean),
            "of_kind": dict(found.of_kind),
            "left_out": dict(found.left_out),
            "reference": list(reference),
        }


def _alone(conditions: pd.DataFrame, answers: FirstAnswers) -> Counts:
    """Kind -> severity -> wrong answers and parcels by replication."""
    alone = conditions[~conditions.index.duplicated(keep=False)].reindex(answers.parcels)
    counts: Counts = {}
    for kind in sorted(alone["kind"].dropna().unique()):
        of_kind = alone["kind"] == kind
        for severity in sorted(alone["severity"][of_kind].unique()):
            chosen = (of_kind & (alone["severity"] == severity)).to_numpy(bool)
            counts.setdefault(str(kind), {})[int(severity)] = answers.counted(chosen)
    return counts


def _together(several: Sequence[Mapping[str, Mapping[int, NDArray[np.float64]]]]) -> Counts:
    summed: Counts = {}
    for counts in several:
        for kind, of_kind in counts.items():
            for severity, found in of_kind.items():
                known = summed.setdefault(kind, {}).get(severity, np.zeros_like(found))
                summed[kind][severity] = known + found
    return summed


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
