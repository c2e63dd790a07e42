"""What every degradation costs two readers that nobody here trained: the anchors of its levels."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labgap.atomic import write_atomic
from labgap.reading_cache import world_code_hash
from labgap.replication import Replication
from metrics.intervals import wilson
from scenarios.degradations import KINDS, SEVERITIES, Scope
from sim.degradations.mix import Condition
from sim.degradations.registry import in_picture
from sim.frames.capture import capture
from sim.sorting.parcel import Parcel
from systems.boundary import answer_batch
from systems.contracts.vision import Capture, Reading
from systems.registry import ResolvedSystem

__all__ = ["BLOCK", "Anchor", "anchored_kinds", "measure_anchors"]

BLOCK = 5
"""Parcels kept together: a command that was killed, or is asked for more, goes on from there."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How much one reader still reads of one kind at one severity.

    Attributes
    ----------
    reader : str
    kind : str
        Key of `KINDS`; ``lab`` for undamaged labels.
    severity : int
        0 in the lab.
    level : float
        In the kind's physical unit; 0 in the lab.
    parcels, read : int
        How many were shown, and how many of them the reader read right: it offered something and
        nothing that it offered was wrong, whatever it wanted done with it.
    low, high : float
        Wilson interval of read / parcels, 95 %.
    """

    reader: str
    kind: str
    severity: int
    level: float
    parcels: int
    read: int
    low: float
    high: float


def anchored_kinds() -> tuple[str, ...]:
    """Kinds that change a picture: of the platform's readers know nothing."""
    return tuple(
        name for name, kind in KINDS.items() if in_picture([Condition(name, 1, kind.scope)])
    )


def measure_anchors(
    replication: Replication,
    readers: Sequence[ResolvedSystem],
    parcels: int,
    kinds: Sequence[str],
    cache: Path | None,
    said: Callable[[str], None] = lambda line: None,
    severities: Sequence[int] = SEVERITIES,
) -> Iterator[Anchor]:
    """Show the same parcels to each reader, undamaged and with every kind at every severity.

    Parameters
    ----------
    replication : Replication
        Whose base parcels, camera and belt are used.
    readers : sequence of ResolvedSystem
    parcels : int
        The first so many base parcels.
    kinds : sequence of str
        Keys of `KINDS`.
    cache : Path or None
        Folder that keeps what is measured, by all that it follows from; None keeps nothing.
    said : callable (line)
        Hears of progress.
    severities : sequence of int

    Yields
    ------
    Anchor
        Reader by reader for each kind and severity, the lab first.
    """
    shown = [parcel for parcel in replication.population.parcels if not parcel.surge][:parcels]
    settings = [("lab", 0), *((kind, severity) for kind in kinds for severity in severities)]
    for kind, severity in settings:
        for reader in readers:
            right: list[bool] = []
            for start in range(0, len(shown), BLOCK):
                block = shown[start : start + BLOCK]
                right += _block(replication, reader, block, kind, severity, cache)
            low, high = wilson(sum(right), len(right))
            level = KINDS[kind].levels[severity - 1] if severity else 0.0
            said(f"{reader.spec}: {kind} {severity}: {sum(right)} of {len(right)}")
            yield Anchor(reader.spec, kind, severity, level, len(right), sum(right), low, high)


def _block(
    replication: Replication,
    reader: ResolvedSystem,
    block: Sequence[Parcel],
    kind: str,
    severity: int,
    cache: Path | None,
) -> list[bool]:
    sorting = replication.scenario.sorting
    asked = [
        "anchor",
        world_code_hash(),
        reader.spec,
        reader.fingerprint,
        replication.streams.seed,
        replication.number,
        sorting.camera.model_dump(),
        sorting.lane.belt_speed_mps,
        kind,
        severity,
        [parcel.parcel_id for parcel in block],
    ]
    key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    # answers of a reader without a fingerprint may not be taken for those of its next version
    keep = None if cache is None or reader.fingerprint is None else cache / f"{key}.json"
    known = None if keep is None else _kept(keep, len(block))
    if known is not None:
        return known
    captures = [_shown(replication, parcel, kind, severity) for parcel in block]
    readings = answer_batch(reader, captures)
    right = [_right(parcel, reading) for parcel, reading in zip(block, readings, strict=True)]
    if keep is not None:
        keep.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(keep, json.dumps(right).encode())
    return right


def _kept(path: Path, count: int) -> list[bool] | None:
    try:
        right = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(right, list) and len(right) == count
    return right if whole and all(isinstance(value, bool) for value in right) else None


def _shown(replication: Replication, parcel: Parcel, kind: str, severity: int) -> Capture:
    sorting = replication.scenario.sorting
    conditions = []
    if severity:
        scope = KINDS[kind].scope
        # every parcel meets a batch, a camera or a day of its own: many instances, not one
        own = "" if scope in (Scope.ITEM, Scope.PASS) else f"anchor {parcel.parcel_id}"
        conditions = [Condition(kind, severity, scope, own)]
    return capture(
        parcel, 1, conditions, sorting.camera, sorting.lane.belt_speed_mps, replication.streams
    )


def _right(parcel: Parcel, reading: Reading) -> bool:
    offered = {name: text for name, text in reading.fields.items() if text}
    return bool(offered) and all(getattr(parcel, name) == text for name, text in offered.items())
