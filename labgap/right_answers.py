"""Which answers are right, over whole tables of them."""

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["FIELDS", "right_answers"]

FIELDS = ("tracking_id", "sort_code")


def right_answers(told: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether each answer offers something and all that it offers is true.

    Parameters
    ----------
    told, truth : DataFrame
        Columns `FIELDS`, the same index; None where nothing is offered.
    """
    offered = told[list(FIELDS)].notna().to_numpy()
    same = told[list(FIELDS)].to_numpy() == truth[list(FIELDS)].to_numpy()
    return np.asarray(offered.any(axis=1) & (same | ~offered).all(axis=1), np.bool_)
