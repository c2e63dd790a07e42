"""Real photographs beside the synthetic parcels: what each arm read of either."""

from dataclasses import dataclass

from metrics.photos import ALL_PHOTOS, PhotoFigures, PhotoRecord
from reports.quantities import Unit, interval, value
from reports.selection import Selection
from reports.tables import Cell, Column, Table, number_cell, table, text_cell

__all__ = [
    "IN_LANE",
    "MOST_REFUSED",
    "Photographs",
    "beside",
    "in_lane",
    "photographs",
    "refusals",
]

MOST_REFUSED = 100
SYNTHETIC = "accuracy.forced"
IN_LANE = "In a lane: accepted / review / no read"


@dataclass(frozen=True, slots=True)
class Photographs:
    """The section on real photographs.

    Attributes
    ----------
    summary : str
    arms, groups : Table
        Each arm on all photographs; each arm on each sub-folder.
    refused : tuple of (file, why)
        The first `MOST_REFUSED`.
    more : int
        Refused files beyond those.
    """

    summary: str
    arms: Table
    groups: Table
    refused: tuple[tuple[str, str], ...]
    more: int


def photographs(figures: PhotoFigures | None, selection: Selection) -> Photographs | None:
    """Build the section; None for a run that was shown no photographs."""
    if figures is None:
        return None
    whole = [record for record in figures.records if record.group == ALL_PHOTOS]
    parts = [record for record in figures.records if record.group != ALL_PHOTOS]
    columns = (
        Column("Arm"),
        Column("Synthetic, lab", numeric=True),
        Column("Synthetic, production", numeric=True),
        *_COLUMNS,
    )
    arms = [
        (
            text_cell(record.arm),
            *(
                number_cell(number, value(number, Unit.SHARE))
                for number in beside(selection, record.arm)
            ),
            *_cells(record),
        )
        for record in whole
    ]
    groups = [(text_cell(record.group), text_cell(record.arm), *_cells(record)) for record in parts]
    return Photographs(
        summary=f"{figures.files:,} photographs, {refusals(figures)}",
        arms=table("photos", "Real photographs beside the synthetic parcels", columns, arms),
        groups=table(
            "photo-groups",
            "Real photographs, by sub-folder",
            (Column("Sub-folder"), Column("Arm"), *_COLUMNS),
            groups,
        ),
        refused=figures.refused[:MOST_REFUSED],
        more=max(0, len(figures.refused) - MOST_REFUSED),
    )


def refusals(figures: PhotoFigures) -> str:
    """How many files could not be used, in words."""
    count = len(figures.refused)
    if not count:
        return "every file in the folder could be used"
    return f"{count:,} {'file' if count == 1 else 'files'} could not be used"


def in_lane(record: PhotoRecord) -> str:
    """What a lane would hear of the photographs, in the order of `IN_LANE`."""
    return f"{record.accepted:,} / {record.reviewed:,} / {record.unread:,}"


def beside(selection: Selection, arm: str) -> tuple[float | None, float | None]:
    """Forced-choice accuracy of an arm on the synthetic parcels, in the lab and in production."""
    row = selection.compare(SYNTHETIC, arm)
    return (
        None if row.lab is None else row.lab.value,
        None if row.production is None else row.production.value,
    )


_COLUMNS = (
    Column("Photographs", numeric=True),
    Column("Read right", numeric=True),
    Column("95% interval", numeric=True),
    Column("Wrong text", numeric=True),
    Column("Nothing read", numeric=True),
    Column("Right, of those answered", numeric=True),
    Column(IN_LANE, numeric=True),
)


def _cells(record: PhotoRecord) -> tuple[Cell, ...]:
    return (
        number_cell(record.photos, f"{record.photos:,}"),
        number_cell(record.read_rate, value(record.read_rate, Unit.SHARE)),
        number_cell(
            record.read_low,
            interval(record.read_low, record.read_high, Unit.SHARE, is_difference=False),
        ),
        number_cell(record.wrong, f"{record.wrong:,}"),
        number_cell(record.nothing, f"{record.nothing:,}"),
        number_cell(record.accuracy, value(record.accuracy, Unit.SHARE)),
        number_cell(record.accepted, in_lane(record)),
    )
