"""What damage kept from training costs, beside what trained damage costs, like held to like."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.first_answers import FirstAnswers, first_answers, first_conditions
from labgap.loaded_run import LoadedRun
from metrics.estimates import share
from reports.vision_unseen import KINDS, SEEN, SEVERITIES, UNDAMAGED
from scenarios.vision_protocol import UNSEEN_KINDS, UNSEEN_SEVERITIES

__all__ = ["unseen_rows"]

Flags = NDArray[np.bool_]


def unseen_rows(production: LoadedRun, unseen: LoadedRun) -> Iterator[dict[str, Any]]:
    """Readable parcels answered right in the lab and in production, by what their damage was.

    Trained damage is the production mix's, whatever is kept from training the other's, whose
    labels are half of them of fonts and a layout kept from training, too; its undamaged parcels
    are told apart.
    """
    for name, run, wanted in (
        ("production", production, (UNDAMAGED, SEEN)),
        ("unseen", unseen, (UNDAMAGED, SEVERITIES, KINDS)),
    ):
        conditions = first_conditions(run)
        for answers in first_answers(run):
            groups = _groups(conditions, answers)
            for group in wanted:
                told = _lost(answers, groups[group])
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
    return {
        SEEN: any_damage & ~by_kind & ~by_severity,
        SEVERITIES: by_severity & ~by_kind,
        KINDS: by_kind,
        UNDAMAGED: ~any_damage,
    }


def _lost(answers: FirstAnswers, chosen: Flags) -> dict[str, Any]:
    lab, production = (answers.counted(chosen, lab=each) for each in (True, False))
    parcels = int(production[1].sum())
    if not parcels:
        return {"parcels": 0, "lab": None, "production": None, "wrong": None}
    lost = share(production[0], production[1])
    return {
        "parcels": parcels,
        "lab": float(1.0 - lab[0].sum() / lab[1].sum()),
        "production": float(1.0 - production[0].sum() / parcels),
        "wrong": {"value": lost.value, "low": lost.low, "high": lost.high},
    }
