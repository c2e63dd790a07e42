"""Asks a system under test about parcels, a fixed block at a time, and keeps its answers."""

import atexit
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from labgap.arms import ArmSpec
from labgap.code_identity import answering_code_hash, source_hash
from labgap.reading_cache import ReadingCache, question_key
from labgap.replication import Replication
from sim.sorting.parcel import Parcel
from systems.boundary import answer_batch
from systems.contracts.vision import Capture, Reading
from systems.registry import ResolvedSystem, resolve

__all__ = ["ReaderHost", "is_lost", "no_picture_row", "resolve_arm"]

LOST = json.dumps(
    [{"name": "camera", "proposed": {"no_picture": "camera_outage"}, "confidence": None}],
    sort_keys=True,
)
"""Stages of a pass whose picture never arrived."""


# A block of pictures is shown to every arm of a run, one after the other.
@lru_cache(maxsize=48)
def _resolve(spec: str, params: str, from_command_line: bool) -> ResolvedSystem:
    # A worker whose server is gone must give outcomes, not an error: only `play` connects at once.
    return resolve(
        "vision", spec, json.loads(params), allow_dotted=from_command_line, connect=False
    )


# Native parts of a system are gone before the interpreter clears module state at exit.
atexit.register(_resolve.cache_clear)


def resolve_arm(arm: ArmSpec) -> ResolvedSystem:
    """Load the arm's system, once a process.

    Raises
    ------
    systems.errors.SystemLoadError
        If it cannot be found or built.
    """
    return _resolve(arm.spec, json.dumps(arm.params, sort_keys=True), arm.from_command_line)


class ReaderHost:
    """One arm's reader on the parcels of one run.

    Parameters
    ----------
    arm : ArmSpec
    nonce : str
        Unlike that of any other run; keeps the answers of systems without a fingerprint to the
        run they were given in, also where a folder's name is used again.
    cache : ReadingCache
    """

    def __init__(self, arm: ArmSpec, nonce: str, cache: ReadingCache) -> None:
        self._arm = arm
        self._cache = cache
        self._resolved = resolve_arm(arm)
        allow_waiting = getattr(self._resolved.system, "allow_waiting", None)
        if self._arm.is_remote and allow_waiting is not None:
            allow_waiting(self._arm.wait_s)
        fingerprint = self._resolved.fingerprint or f"run {nonce}"
        ours = self._resolved.origin == "labgap"
        code = answering_code_hash() if ours else source_hash(arm.spec)
        identity = [arm.spec, arm.params, fingerprint, code]
        self._identity = json.dumps(identity, sort_keys=True)

    def read(
        self,
        replication: Replication,
        parcels: Sequence[Parcel],
        lap: int,
        degraded: bool,
        drawn: dict[int, Capture] | None = None,
    ) -> list[dict[str, Any]]:
        """Answer one block, from the cache where it has been asked before.

        Parameters
        ----------
        replication : Replication
        parcels : sequence of Parcel
        lap : int
        degraded : bool
        drawn : dict, optional
            Number of a parcel -> its picture on this pass, as another arm with the same views had
            it; takes those that are drawn here.

        Returns
        -------
        list of dict
            One record of the READINGS schema a parcel, in order.

        Raises
        ------
        systems.errors.SystemFailure
            If the system raises or breaks its contract.
        """
        views = self._arm.views
        key = question_key(replication, parcels, lap, degraded, self._identity, views)
        rows = self._cache.get(key)
        if rows is None:
            rows = self._asked(replication, parcels, lap, degraded, {} if drawn is None else drawn)
            self._cache.put(key, rows)
        # A later lap that nothing degrades is the same question in both worlds.
        return [{**row, "degraded": degraded} for row in rows]

    def _asked(
        self,
        replication: Replication,
        parcels: Sequence[Parcel],
        lap: int,
        degraded: bool,
        drawn: dict[int, Capture],
    ) -> list[dict[str, Any]]:
        pictured = [p for p in parcels if replication.link(p, lap, degraded).picture]
        views = self._arm.views
        for parcel in pictured:
            if parcel.number not in drawn:
                drawn[parcel.number] = replication.capture(parcel, lap, degraded, views)
        captures = [drawn[parcel.number] for parcel in pictured]
        readings = answer_batch(self._resolved, captures) if captures else ()
        rows = {
            parcel.number: _row(
                parcel, lap, degraded, reading, replication.readable(parcel, lap, degraded, views)
            )
            for parcel, reading in zip(pictured, readings, strict=True)
        }
        return [
            rows[parcel.number] if parcel.number in rows else no_picture_row(parcel, lap, degraded)
            for parcel in parcels
        ]


def no_picture_row(
    parcel: Parcel, lap: int, degraded: bool, source: str = "model"
) -> dict[str, Any]:
    """READINGS record of a pass whose picture never arrived: a no-read that names its cause.

    The system was not asked, yet the outcome counts as its own: with any reader it is the same.
    """
    return {
        "parcel_id": parcel.parcel_id,
        "lap": lap,
        "degraded": degraded,
        "source": source,
        "tracking_id": None,
        "sort_code": None,
        "confidence": 0.0,
        "decision": "no_read",
        "readable": False,
        "stages": LOST,
    }


def is_lost(row: Mapping[str, Any]) -> bool:
    """Whether a READINGS record stands for a picture that never arrived."""
    return bool(row["stages"] == LOST)


def _row(
    parcel: Parcel, lap: int, degraded: bool, reading: Reading, readable: bool
) -> dict[str, Any]:
    stages = [
        {"name": stage.name, "proposed": dict(stage.proposed), "confidence": stage.confidence}
        for stage in reading.stages
    ]
    return {
        "parcel_id": parcel.parcel_id,
        "lap": lap,
        "degraded": degraded,
        "source": "model",
        "tracking_id": reading.fields.get("tracking_id"),
        "sort_code": reading.fields.get("sort_code"),
        "confidence": float(reading.confidence),
        "decision": str(reading.decision.value),
        "readable": readable,
        "stages": json.dumps(stages, sort_keys=True),
    }
