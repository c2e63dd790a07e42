"""Which degradations hit a parcel on a lap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.degradations import KINDS, SEVERITIES, Scope
from scenarios.model import DegradationShare
from sim.degradations.episodes import episode_at
from sim.streams import Streams

__all__ = ["Condition", "Occasion", "draw_conditions", "scope_instance"]

HOUR_S = 3600.0
DAY_S = 86400.0


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
    instance : str
        Which batch, camera and hour, day or episode it belongs to: all parcels of one instance
        share its draws.  Empty for the scopes item and pass, which the parcel and its lap name.
    """

    kind: str
    severity: int
    scope: Scope
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One pass of one parcel, by all that scopes ask about.

    Attributes
    ----------
    parcel_id : str
    lap : int
        1 is the first pass.
    shipper : str
        Whose batch the parcel belongs to.
    lane : int
        Whose camera looks at it.
    at_s : float
        When the parcel is due at the centre under load: known before any system acts, so that
        arms, cells and laps share it.
    """

    parcel_id: str
    lap: int = 1
    shipper: str = ""
    lane: int = 0
    at_s: float = 0.0


def scope_instance(
    scope: Scope, parcel_id: str, lap: int, instance: str = ""
) -> tuple[str | int, ...]:
    """What a draw is keyed by: the parcel, the parcel and the lap, or the named instance."""
    if scope is Scope.ITEM:
        return (parcel_id,)
    if scope is Scope.PASS:
        return (parcel_id, lap)
    return (instance,)


def draw_conditions(
    shares: Sequence[DegradationShare], occasion: Occasion, streams: Streams
) -> tuple[Condition, ...]:
    """Draw the conditions of one pass, each kind on a stream of its own.

    Kinds hit independently of one another, so adding one to a scenario changes no other's draws.

    Parameters
    ----------
    shares : sequence of DegradationShare
    occasion : Occasion
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
        place = _place(share, kind.scope, occasion, streams)
        if place is None:
            continue
        key = scope_instance(kind.scope, occasion.parcel_id, occasion.lap, place)
        hit, depth = streams.generator("degradation", name, "hit", *key).random(2)
        # what misses the quiet between episodes is made up for within them
        chance = share.share if share.episodes is None else share.share / share.episodes.time_share
        if hit >= chance:
            continue
        steps = np.cumsum(share.severity_shares)[:-1]
        severity = SEVERITIES[int(np.searchsorted(steps, depth, side="right"))]
        conditions.append(Condition(name, severity, kind.scope, place))
    return tuple(conditions)


def _place(
    share: DegradationShare, scope: Scope, occasion: Occasion, streams: Streams
) -> str | None:
    """Name of the scope instance; None where onset, clearing, lane or a quiet spell spare it."""
    at_s = occasion.at_s
    if at_s < (share.onset_s or 0.0) or (share.clears_s is not None and at_s >= share.clears_s):
        return None
    if share.lane is not None and share.lane != occasion.lane:
        return None
    camera = f"lane {occasion.lane} " if scope is Scope.CAMERA_HOUR else ""
    episode = None
    if share.episodes is not None:
        spells = (share.episodes.mean_up_s, share.episodes.mean_down_s)
        where = (share.kind, occasion.lane) if camera else (share.kind,)
        episode = episode_at(streams, where, *spells, at_s)
        if episode is None:
            return None
    if scope in (Scope.ITEM, Scope.PASS):
        return ""
    if scope is Scope.BATCH:
        return occasion.shipper
    if episode is not None:
        return f"{camera}episode {episode}"
    if share.clears_s is not None:
        # nobody cleans it before: one fault from its onset to its clearing
        return f"{camera}until cleared"
    if scope is Scope.CAMERA_HOUR:
        return f"{camera}hour {int(at_s // HOUR_S)}"
    return f"day {int(at_s // DAY_S)}"
