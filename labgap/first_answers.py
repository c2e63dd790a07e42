"""First answers to readable parcels, in the lab and in production, arm by arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from labgap.loaded_run import LoadedRun
from labgap.right_answers import FIELDS, right_answers

__all__ = ["FirstAnswers", "first_answers", "first_conditions"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """What an arm answered first to every parcel whose label geometry leaves in view.

    Attributes
    ----------
    arm : str
    parcels : pandas.Index
        Pairs of replication and parcel id.
    lab, production : ndarray of bool, shape (parcels,)
        Whether the answer was right, decided or not.
    """

    arm: str
    parcels: pd.Index
    lab: Flags
    production: Flags

    def counted(self, chosen: Flags, *, lab: bool = False) -> NDArray[np.float64]:
        """Wrong answers to chosen parcels and their number, shape (2, replications)."""
        wrong = ~(self.lab if lab else self.production)
        frame = pd.DataFrame({"wrong": wrong & chosen, "parcels": chosen}, self.parcels)
        return frame.groupby(level="rep").sum().to_numpy(np.float64).T


def first_answers(run: LoadedRun) -> Iterator[FirstAnswers]:
    """Every arm's, in the order of their names."""
    truth = run.truth("parcels").set_index(["rep", "parcel_id"])[list(FIELDS)]
    readings = run.readings()
    for arm, rows in readings[readings["lap"] == 1].groupby("arm", sort=False):
        told = {
            bool(degraded): part.set_index(["rep", "parcel_id"])
            for degraded, part in rows.groupby("degraded")
        }
        readable = told[True].index[told[True]["readable"]]
        of_them = truth.reindex(readable)
        right = [right_answers(told[world].loc[readable], of_them) for world in (False, True)]
        yield FirstAnswers(str(arm), readable, *right)


def first_conditions(run: LoadedRun) -> pd.DataFrame:
    """Damage on the first pass: a row a parcel and kind, indexed by replication and parcel id."""
    conditions = run.truth("conditions")
    return conditions[conditions["lap"] == 1].set_index(["rep", "parcel_id"])[["kind", "severity"]]
