"""Records and notes as data frames."""

from dataclasses import asdict, fields

import pandas as pd

from metrics.records import Metrics, Note, Record

__all__ = ["notes_frame", "records_frame"]

_DTYPES = {"value": "float64", "low": "float64", "high": "float64", "n": "int64"}


def records_frame(metrics: Metrics) -> pd.DataFrame:
    """One row a record, columns as in `Record`; undefined numbers become NaN."""
    frame = pd.DataFrame(
        [asdict(record) for record in metrics.records],
        columns=[field.name for field in fields(Record)],
    )
    return frame.astype(_DTYPES | {"replications": "int64"})


def notes_frame(metrics: Metrics) -> pd.DataFrame:
    """One row a note, columns as in `Note`."""
    return pd.DataFrame(
        [asdict(note) for note in metrics.notes], columns=[field.name for field in fields(Note)]
    )
