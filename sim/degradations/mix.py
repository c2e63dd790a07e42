"""Which degradations hit a parcel on a lap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.degradations import KINDS, SEVERITIES, Scope
from scenarios.model import DegradationShare
from sim.streams import Streams

__all__ = ["Condition", "draw_conditions", "scope_instance"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One degradation that holds for a parcel on a pass.

    Attributes
    ----------
    kind : str
        Key of `scenarios.degradations.KINDS`.
    severity : int
        1 to 5.
    scope : Scope
    """

    kind: str
    severity: int
    scope: Scope


def scope_instance(scope: Scope, parcel_id: str, lap: int) -> tuple[str | int, ...]:
    """What a draw is keyed by: the parcel, or the parcel and the lap."""
    return (parcel_id,) if scope is Scope.ITEM else (parcel_id, lap)


def draw_conditions(
    shares: Sequence[DegradationShare], parcel_id: str, lap: int, streams: Streams
) -> tuple[Condition, ...]:
    """Draw the conditions of one pass, each kind on a stream of its own.

    Kinds hit independently of one another, so adding one to a scenario changes no other's draws.

    Parameters
    ----------
    shares : sequence of DegradationShare
    parcel_id : str
    lap : int
        1 is the first pass.
    streams : Streams

    Returns
    -------
    tuple of Condition
        In the order of `scenarios.degradations.KINDS`, whatever that of `shares`.
    """
    conditions = []
    by_kind = {share.kind: share for share in shares}
    for name, kind in KINDS.items():
        share = by_kind.get(name)
        if share is None:
            continue
        instance = scope_instance(kind.scope, parcel_id, lap)
        hit, depth = streams.generator("degradation", name, "hit", *instance).random(2)
        if hit >= share.share:
            continue
        steps = np.cumsum(share.severity_shares)[:-1]
        severity = SEVERITIES[int(np.searchsorted(steps, depth, side="right"))]
        conditions.append(Condition(kind=name, severity=severity, scope=kind.scope))
    return tuple(conditions)
