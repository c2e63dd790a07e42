"""How many parcels reach each stage from the dock to the right chute and trailer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.funnel import STAGES, FunnelCount
from reports.quantities import Unit, count, value
from reports.tables import Column, Table, number_cell, table, text_cell

__all__ = ["NESTED", "WORLDS", "FunnelStage", "funnel_stages", "funnel_table", "narrowing"]

WORLDS = ("lab", "production")
NESTED = ("arrived", "inducted", "diverted", "right_chute")
"""Stages of which each holds only parcels of the one before."""


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One stage of one arm.

    Attributes
    ----------
    stage, words : str
    parcels : mapping of str to int
        By world.
    shares : mapping of str to float
        Of those that arrived, by world.
    """

    stage: str
    words: str
    parcels: Mapping[str, int]
    shares: Mapping[str, float]


def funnel_stages(counts: Sequence[FunnelCount], arm: str) -> tuple[FunnelStage, ...]:
    """Every stage of an arm in the order of `metrics.funnel.STAGES`; empty without parcels.

    Stages that no parcel reaches in either world are left out: the scenario has no such thing.
    """
    found = {(each.stage, each.condition): each.parcels for each in counts if each.arm == arm}
    arrived = {world: found.get(("arrived", world), 0) for world in WORLDS}
    if not all(arrived.values()):
        return ()
    return tuple(
        FunnelStage(
            stage,
            words,
            parcels,
            {world: parcels[world] / arrived[world] for world in WORLDS},
        )
        for stage, words in STAGES.items()
        if any((parcels := {world: found.get((stage, world), 0) for world in WORLDS}).values())
    )


def narrowing(stages: Sequence[FunnelStage]) -> tuple[FunnelStage, ...]:
    """The stages that narrow one into the next, to be drawn as a funnel."""
    return tuple(each for each in stages if each.stage in NESTED)


def funnel_table(arm: str, stages: Sequence[FunnelStage], name: str) -> Table | None:
    """Counts and shares of every stage of an arm."""
    if not stages:
        return None
    columns = [Column("Stage")]
    for world in WORLDS:
        columns += [
            Column(f"{world.capitalize()}, parcels", True),
            Column(f"{world.capitalize()}, share", True),
        ]
    rows = []
    for each in stages:
        row = [text_cell(each.words)]
        for world in WORLDS:
            parcels, share = each.parcels[world], each.shares[world]
            row.append(number_cell(parcels, count(parcels)))
            row.append(number_cell(share, value(share, Unit.SHARE)))
        rows.append(row)
    return table(name, f"{arm}: base parcels of all replications by stage", columns, rows)
