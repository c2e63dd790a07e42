"""What damage kept from training costs, beside what trained damage costs, like held to like."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.first_answers import FirstAnswers, first_answers, first_conditions
from labgap.loaded_run import LoadedRun
from metrics.estimates import share
from reports.vision_unseen import GRAIN, KINDS, SEEN, SEVERITIES, UNDAMAGED
from scenarios.vision_protocol import UNSEEN_KINDS, UNSEEN_SEVERITIES

__all__ = ["unseen_rows"]

Flags = NDArray[np.bool_]

GRAINY = ("low_light", "sensor_noise")
"""Kinds whose severities kept from training are no stronger than the grain that robustness training
adds to lines (`systems.vision.training.sensor_noise`), and so test nothing unseen."""


def unseen_rows(production: LoadedRun, unseen: LoadedRun) -> Iterator[dict[str, Any]]:
    """Readable parcels answered right in the lab and in production, by what their damage was.

    Trained damage is the production mix's, whatever is kept from training the other's, whose
    labels are half of them of fonts and a layout kept from training, too.  Lost is therefore only
    what is read right undamaged: labels that nobody reads are no damage.
    """
    for name, run, wanted in (
        ("production", production, (UNDAMAGED, SEEN)),
        ("unseen", unseen, (UNDAMAGED, SEVERITIES, GRAIN, KINDS)),
    ):
        conditions = first_conditions(run)
        for answers in first_answers(run):
            groups = _groups(conditions, answers)
            for group in wanted:
                told = _told(answers, groups[group])
                yield {"arm": answers.arm, "mix": name, "group": group, **told}


def _groups(conditions: pd.DataFrame, answers: FirstAnswers) -> dict[str, Flags]:
    """Parcels by the worst of what hits them: what is kept from training before what is not."""
    kinds = conditions["kind"].isin(UNSEEN_KINDS)
    severities = pd.Series(
        [
            severity in UNSEEN_SEVERITIES.get(kind, ())
            for kind, severity in zip(conditions["kind"], conditions["severity"], strict=True)
        ],
        conditions.index,
        dtype=bool,
    )

    def parcels(flags: "pd.Series[bool]") -> Flags:
        hit = conditions.index[flags.to_numpy(bool)].unique()
        return np.asarray(answers.parcels.isin(hit), bool)

    any_damage = parcels(pd.Series(True, conditions.index))
    by_kind, by_severity = parcels(kinds), parcels(severities)
    by_grain = parcels(severities & conditions["kind"].isin(GRAINY))
    return {
        SEEN: any_damage & ~by_kind & ~by_severity,
        SEVERITIES: by_severity & ~by_kind & ~by_grain,
        GRAIN: by_grain & ~by_kind,
        KINDS: by_kind,
        UNDAMAGED: ~any_damage,
    }


def _told(answers: FirstAnswers, chosen: Flags) -> dict[str, Any]:
    wrong_in_lab, _ = answers.counted(chosen, lab=True)
    wrong, parcels = answers.counted(chosen)
    if not parcels.sum():
        return {"parcels": 0, "lab": None, "production": None, "wrong": None, "lost": None}
    return {
        "parcels": int(parcels.sum()),
        "lab": float(1.0 - wrong_in_lab.sum() / parcels.sum()),
        "production": float(1.0 - wrong.sum() / parcels.sum()),
        "wrong": _share(wrong, parcels),
        "lost": _share(*answers.counted(chosen & answers.lab)),
    }


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> dict[str, Any] | None:
    if not whole.sum():
        return None
    found = share(part, whole)
    return {"value": found.value, "low": found.low, "high": found.high}
