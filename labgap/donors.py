"""Outcomes for the parcels a sampled run did not show to the real model.

Each such parcel takes over the outcome of a donor: a parcel of the same replication and world
that the model did read, hit by the same degradations where there is one.  On a further lap under
the same degradations it takes what the model makes of the same donor's next such pass: what is
torn stays torn.  Right answers become the taker's own truth, wrong symbols stay wrong in the same
places.  Donated outcomes move parcels through the lane; accuracies, gaps and gates never rest on
them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.degradations.mix import Condition
from sim.sorting.parcel import Parcel

__all__ = ["DonorPool", "alike", "ran"]

Row = Mapping[str, Any]
FIELDS = ("tracking_id", "sort_code")


class DonorPool:
    """Outcomes measured on the sample of one replication, world and arm.

    Parameters
    ----------
    donors : sequence of (Parcel, conditions, row)
        Sampled parcels with the conditions of their first pass and the model's answer.
    timed_stages : sequence of str
        Stages that do not always run and take time of their own.
    """

    def __init__(
        self,
        donors: Sequence[tuple[Parcel, tuple[Condition, ...], Row]],
        timed_stages: Sequence[str] = (),
    ) -> None:
        if not donors:
            raise ValueError("a donor pool needs at least one donor")
        self._all = tuple(donors)
        self._timed = tuple(timed_stages)
        self._by_level: tuple[dict[object, list[int]], ...] = ({}, {})
        for index, (_, conditions, _) in enumerate(donors):
            for level, group in zip(self._by_level, _strata(conditions), strict=True):
                level.setdefault(group, []).append(index)

    def donor(
        self, conditions: tuple[Condition, ...], generator: Callable[[], np.random.Generator]
    ) -> tuple[Parcel, Row]:
        """Draw a donor, with the model's answer to its first pass.

        It comes from the finest stratum that holds one: same kinds and severities, same kinds,
        anyone.
        """
        candidates: Sequence[int] = range(len(self._all))
        for level, group in zip(self._by_level, _strata(conditions), strict=True):
            if group in level:
                candidates = level[group]
                break
        donor, _, row = self._all[candidates[int(generator().integers(len(candidates)))]]
        return donor, row

    def outcome(
        self, donor: Parcel, row: Row, parcel: Parcel, lap: int, degraded: bool
    ) -> dict[str, Any]:
        """READINGS record of a parcel the model did not read, from an answer to its donor."""
        texts = {name: _transplant(row[name], donor, parcel, name) for name in FIELDS}
        return {
            "parcel_id": parcel.parcel_id,
            "lap": lap,
            "degraded": degraded,
            "source": "donor",
            **texts,
            "confidence": row["confidence"],
            "decision": row["decision"],
            "readable": row["readable"],
            # What they proposed is about the donor; that they ran takes time here too.
            "stages": json.dumps([{"name": n} for n in self._timed if ran(n, row["stages"])]),
        }


def alike(one: tuple[Condition, ...], other: tuple[Condition, ...]) -> bool:
    """Whether two passes are of the finest stratum: the same kinds and severities."""
    return _strata(one)[0] == _strata(other)[0]


def ran(stage: str, stages: str) -> bool:
    """Whether a stage stands in the trace of an answer (the JSON of a READINGS record)."""
    if f'"{stage}"' not in stages:
        return False
    return any(entry["name"] == stage for entry in json.loads(stages))


def _strata(conditions: tuple[Condition, ...]) -> tuple[object, object]:
    kinds = tuple(sorted(condition.kind for condition in conditions))
    exact = tuple(sorted((condition.kind, condition.severity) for condition in conditions))
    return exact, kinds


def _transplant(text: str | None, donor: Parcel, taker: Parcel, name: str) -> str | None:
    truth, own = getattr(donor, name), getattr(taker, name)
    if text is None or len(text) != len(truth):
        return text
    return "".join(
        mine if read == true else read for read, true, mine in zip(text, truth, own, strict=True)
    )
