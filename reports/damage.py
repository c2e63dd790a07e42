"""Which parcels tell what a kind of damage does: those hit by nothing else, where there are any."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.selection import Selection
from reports.words import kind_words, parts

__all__ = ["ALONE", "RIDES_ALONG", "Damage", "damages", "parcels_meant"]

ALONE = "parcels hit by nothing else"
RIDES_ALONG = "other damage included"
"""Said wherever a kind has no parcels of its own and is blamed for what rides along."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A kind of damage and the parcels it is judged by.

    Attributes
    ----------
    kind : str
    is_alone : bool
        Judged by the parcels that nothing else hits; False where the run has no records of such
        parcels, and then by all that the kind hits.
    """

    kind: str
    is_alone: bool

    @property
    def words(self) -> str:
        """The kind in words."""
        return kind_words(self.kind)

    @property
    def caveat(self) -> str:
        """Why to read it with care; empty where there is no reason."""
        return "" if self.is_alone else RIDES_ALONG

    def group(self, severity: int | None = None) -> str:
        """Group of its parcels, of one severity or of all."""
        step = "" if severity is None else f",severity={severity}"
        return f"kind={self.kind}{step}{',alone=yes' if self.is_alone else ''}"


def damages(selection: Selection, metric: str, *, by_severity: bool = False) -> tuple[Damage, ...]:
    """Kinds with records, over all severities or by severity, in the records' order.

    A kind is judged alone where `metric` has a value for any of its ``alone=yes`` groups.
    """
    keys = ("kind", "severity") if by_severity else ("kind",)
    lone = [
        group
        for group in selection.groups(*keys, "alone")
        if parts(group)["alone"] == "yes"
        and any(not selection.compare(metric, arm, group).is_empty for arm in selection.arms)
    ]
    alone = {parts(group)["kind"] for group in lone}
    kinds = dict.fromkeys(parts(group)["kind"] for group in (*selection.groups(*keys), *lone))
    return tuple(Damage(kind, kind in alone) for kind in kinds)


def parcels_meant(found: Iterable[Damage]) -> str:
    """Say for a caption which parcels the kinds are judged by."""
    meant = {damage.is_alone for damage in found}
    if meant == {False}:
        return f"parcels each kind hits, {RIDES_ALONG}"
    return ALONE if meant == {True} else f"{ALONE}, unless marked"
