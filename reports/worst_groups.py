"""Where read accuracy is worst: shippers, cameras, hours, materials, damage, replications."""

from collections.abc import Sequence

from metrics.exploration import (
    BATCH,
    EXPLORED_METRIC,
    OTHERS,
    PAIR,
    PAIR_BATCH,
    REPLICATION,
    Explored,
)
from reports.quantities import count, interval, value
from reports.selection import Selection
from reports.tables import Cell, Column, Table, number_cell, table, text_cell
from reports.words import kind_words, metric_words

__all__ = ["MOST_GROUPS", "group_name", "worst_groups"]

MOST_GROUPS = 12
"""Groups a table shows."""
_FAMILIES = {
    "shipper": "shipper, all replications",
    BATCH: "shipper's batch",
    "lane": "camera of a lane",
    "hour": "hour of arrival in production",
    "material": "material",
    "kind": "damage, whatever else hits",
    PAIR: "two at once, worse than either foretells",
    PAIR_BATCH: "two at once, worse than either foretells",
    REPLICATION: "one replication, all parcels",
}


def worst_groups(
    explored: Sequence[Explored], selection: Selection, most: int = MOST_GROUPS
) -> tuple[Table, ...]:
    """One table an arm: the groups with the lowest accuracy in production, worst first.

    Parameters
    ----------
    explored : sequence of Explored
        As `metrics.records.Metrics` holds them; without any there is no table.
    selection : Selection
        For the arm's accuracy over all parcels, which a group is held against.
    most : int
        Groups a table shows.
    """
    found = []
    for number, arm in enumerate(selection.arms):
        of_arm = sorted((each for each in explored if each.arm == arm), key=lambda each: each.value)
        if of_arm:
            level = selection.value(EXPLORED_METRIC, arm, "production")
            found.append(_table(arm, of_arm, level, f"worst{number}", most))
    return tuple(found)


def group_name(each: Explored) -> str:
    """What a row is called.

    ``S07``, ``S07 in replication 3``, ``lane 2``, ``3\u20134 h``, ``glare + torn``,
    ``replication 3``, ``4 small ones together``.
    """
    if each.member == OTHERS and each.pooled:
        return f"{each.pooled} small ones together"
    name, _, row = each.member.rpartition(" ")
    if each.family in (BATCH, PAIR_BATCH, REPLICATION) and row.isascii() and row.isdigit():
        replication = f"replication {int(row) + 1}"
        named = _both(name) if each.family == PAIR_BATCH else name
        return f"{named} in {replication}" if named else replication
    if each.family == "lane":
        return f"lane {each.member}"
    if each.family == "hour" and each.member.isascii() and each.member.isdigit():
        return f"{each.member}\u2013{int(each.member) + 1} h"
    return _both(each.member) if each.family == PAIR else kind_words(each.member)


def _both(kinds: str) -> str:
    """``clear_tape+torn`` as ``clear tape + torn``."""
    return " + ".join(kind_words(kind) for kind in kinds.split("+"))


def _table(
    arm: str, explored: Sequence[Explored], level: float | None, name: str, most: int
) -> Table:
    words = metric_words(EXPLORED_METRIC)
    columns = (
        Column("Group"),
        Column("Lab", True),
        Column("Production", True),
        Column("Interval for all groups at once", True),
        Column("Against all parcels"),
        Column("n", True),
    )
    rows = [
        (
            text_cell(group_name(each), _FAMILIES[each.family]),
            number_cell(each.lab, value(each.lab, words.unit)),
            number_cell(each.value, value(each.value, words.unit)),
            number_cell(each.low, interval(each.low, each.high, words.unit, False)),
            _against(each, level),
            number_cell(each.n, count(each.n)),
        )
        for each in explored[:most]
    ]
    looked_at = explored[0].looked_at
    told = "" if level is None else f", {value(level, words.unit)} over all parcels"
    caption = (
        f"{arm}: the {len(rows)} worst of {looked_at} groups looked at, by "
        f"{words.label.lower()} in production{told}"
    )
    return table(name, caption, columns, rows)


def _against(each: Explored, level: float | None) -> Cell:
    if level is None:
        return text_cell("not measured")
    if each.high < level:
        return text_cell("\u25bc clearly lower")
    return (
        text_cell("\u25b2 clearly higher")
        if each.low > level
        else text_cell("\u2248 not told apart")
    )
