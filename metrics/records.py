"""The numbers of a run as flat records, and their canonical JSON."""

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from metrics.exploration import Explored
from metrics.funnel import FunnelCount
from metrics.noticing import Noticed
from metrics.photos import PhotoFigures

__all__ = ["CONDITIONS", "METRICS_SCHEMA_VERSION", "Metrics", "Note", "Record"]

METRICS_SCHEMA_VERSION = 1
CONDITIONS = ("lab", "production", "gap")
"""``gap`` is lab minus production, whichever direction is better."""


@dataclass(frozen=True, slots=True)
class Record:
    """One number.

    Attributes
    ----------
    metric : str
        Name in `metrics.catalogue.CATALOGUE`.
    arm : str
    condition : str
        One of `CONDITIONS`.
    group : str
        ``all`` or ``key=value`` pairs joined by commas, such as ``kind=torn,severity=3``.
    value : float or None
        In the metric's unit; None where it is undefined (no item in the denominator).
    low, high : float or None
        95 % interval; None where no honest one exists, and then a note says why.
    n : int
        Items behind the value; for a gap the items of its smaller side.
    replications : int
        Replications behind the value.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, or the condition is unknown.
    """

    metric: str
    arm: str
    condition: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    replications: int

    def __post_init__(self) -> None:
        """Keep what JSON and readers cannot carry out of the records."""
        if self.condition not in CONDITIONS:
            raise ValueError(f"unknown condition {self.condition!r}")
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.metric} of {self.arm}, {self.group}: {number}")


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about one record (same four keys), or about the whole run (``*`` in each key)."""

    metric: str
    arm: str
    condition: str
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything measured in one run.

    Attributes
    ----------
    records : tuple of Record
        In the order of the catalogue, then arm, group, and lab, production, gap.
    notes : tuple of Note
    photos : PhotoFigures or None
        What real photographs gave, in a run that was shown some; never mixed with the records.
    explored : tuple of Explored
        Read accuracy by shipper, lane, hour, material and kind, worst first in each arm; empty in
        files from before this was looked at.
    funnel : tuple of FunnelCount
        Parcels that reach each stage, by arm and world; empty in such files too.
    noticed : tuple of Noticed
        How long lasting faults went unnoticed; empty where a scenario has none, and in such files.
    """

    records: tuple[Record, ...]
    notes: tuple[Note, ...] = ()
    photos: PhotoFigures | None = None
    explored: tuple[Explored, ...] = ()
    funnel: tuple[FunnelCount, ...] = ()
    noticed: tuple[Noticed, ...] = ()

    def get(self, metric: str, *, arm: str, condition: str = "gap", group: str = "all") -> Record:
        """Return the one record with these keys.

        Raises
        ------
        KeyError
            If there is none.
        """
        for record in self.records:
            if (record.metric, record.arm) == (metric, arm) and (
                record.condition,
                record.group,
            ) == (condition, group):
                return record
        raise KeyError((metric, arm, condition, group))

    def to_json(self) -> str:
        """Return canonical JSON: the same metrics give the same bytes."""
        records = _lines([asdict(record) for record in self.records])
        notes = _lines([asdict(note) for note in self.notes])
        return (
            f'{{"schema_version": {METRICS_SCHEMA_VERSION},\n"records": {records},\n'
            f'"notes": {notes}{self._later_json()}{self._photos_json()}}}\n'
        )

    def _later_json(self) -> str:
        """Lists the first files did not have; left out where they are empty."""
        lists = {
            "explored": [asdict(each) for each in self.explored],
            "funnel": [asdict(each) for each in self.funnel],
            "noticed": [asdict(each) for each in self.noticed],
        }
        return "".join(f',\n"{key}": {_lines(rows)}' for key, rows in lists.items() if rows)

    def _photos_json(self) -> str:
        if self.photos is None:
            return ""
        text = json.dumps(self.photos.record(), allow_nan=False, ensure_ascii=False)
        return f',\n"photos": {text}'

    @classmethod
    def from_json(cls, text: str) -> "Metrics":
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is not JSON, its schema version is another one, or a record does not have
            exactly the nine published fields with their types.
        """
        document = json.loads(text, parse_constant=_refuse_constant)
        if not isinstance(document, dict):
            raise ValueError("metrics.json must hold an object")
        version = document.get("schema_version")
        if version != METRICS_SCHEMA_VERSION:
            raise ValueError(
                f"metrics.json has schema version {version!r}, this labgap reads "
                f"{METRICS_SCHEMA_VERSION}; recompute it with `labgap metrics RUN`"
            )
        return cls(
            tuple(Record(**_row(row, Record)) for row in _rows(document, "records")),
            tuple(Note(**_row(row, Note)) for row in _rows(document, "notes")),
            PhotoFigures.of(document["photos"]) if "photos" in document else None,
            tuple(Explored(**_row(row, Explored)) for row in _rows(document, "explored", [])),
            tuple(FunnelCount(**_row(row, FunnelCount)) for row in _rows(document, "funnel", [])),
            tuple(Noticed(**_row(row, Noticed)) for row in _rows(document, "noticed", [])),
        )


_NUMBER = (float, int, type(None))
_WHOLE = (
    *("n", "replications", "pooled", "looked_at", "parcels", "lane", "faults", "noticed"),
    *("wrong", "unread", "late"),
    *("lab_watched", "lab_alarms", "loaded_watched", "loaded_alarms"),
)
_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("value", "low", "high", "median_s", "longest_s"), _NUMBER),
    **dict.fromkeys(_WHOLE, (int,)),
    "lab": (float, int),
}


def _lines(rows: list[dict[str, Any]]) -> str:
    """A JSON list with one row a line, so that two files can be compared line by line."""
    lines = [json.dumps(row, allow_nan=False, ensure_ascii=False) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]"


def _refuse_constant(name: str) -> float:
    raise ValueError(f"metrics.json holds {name}, which no metric may be")


def _rows(document: dict[str, Any], key: str, missing: list[Any] | None = None) -> list[Any]:
    rows = document.get(key, missing)
    if not isinstance(rows, list):
        raise ValueError(f"metrics.json: {key!r} must be a list")
    return rows


def _row(row: Any, kind: type) -> dict[str, Any]:
    names = [field.name for field in fields(kind)]
    if not isinstance(row, dict) or sorted(row) != sorted(names):
        raise ValueError(f"metrics.json: a {kind.__name__.lower()} needs exactly {names}")
    for name in names:
        if isinstance(row[name], bool) or not isinstance(row[name], _TYPES.get(name, (str,))):
            raise ValueError(f"metrics.json: {name} cannot be {row[name]!r}")
    return row
