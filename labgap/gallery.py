"""Pictures of failures, drawn into the run folder for the report to show."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np

from labgap.atomic import atomic_folder
from labgap.replication import replication_of
from labgap.resting_poses import resting_words
from labgap.tasks import RunSpec
from reports.gallery import GALLERY_INDEX
from sim.frames.lettering import written
from sim.frames.side_by_side import whole_field
from sim.sorting.parcel import Parcel

__all__ = ["MAX_PICTURES", "draw_gallery", "full_view"]

MAX_PICTURES = 24
WIDTH_PX, NAME_PX, PAPER = 480, 16, 250
FIELDS = ("tracking_id", "sort_code")
RANK = {"misread": 0, "no_read": 1, "review": 2}
"""Misreads first: a wrong text accepted is the failure nobody notices."""


def outcome_of(row: Mapping[str, Any], parcel: Parcel) -> str:
    """Tell the outcome of one answer, for choosing and captioning pictures only."""
    if row["decision"] != "accept":
        return str(row["decision"])
    offered = [name for name in FIELDS if row[name] is not None]
    right = bool(offered) and all(row[name] == getattr(parcel, name) for name in offered)
    return "correct" if right else "misread"


def full_view(capture: Any, width: int = WIDTH_PX) -> Any:
    """Every camera's whole field of view, from its sensor, `width` pixels wide in all (RGB).

    One view fills the width; several are named and stand in rows of two or, above four, of three.
    """
    views = capture.views
    if len(views) == 1:
        return whole_field(views[0], width)
    across = 2 if len(views) <= 4 else 3
    cells = [
        np.vstack([written(view.name, (width // across, NAME_PX), 12), picture])
        for view in views
        for picture in [whole_field(view, width // across)]
    ]
    cells += [np.full_like(cells[0], PAPER)] * (-len(cells) % across)
    rows = [np.hstack(cells[start : start + across]) for start in range(0, len(cells), across)]
    return np.vstack(rows)


def draw_gallery(spec: RunSpec) -> None:
    """Draw up to `MAX_PICTURES` parcels that were read in the lab and failed in production.

    Pictures are spread over arms, kinds of failure and replications, and chosen in a fixed order,
    so the same run always shows the same ones.
    """
    failures = _failures(spec)
    cameras = {arm.name: arm.views for arm in spec.arms}
    chosen = _spread(failures)
    with atomic_folder(spec.folder.gallery_path) as folder:
        index = []
        for failure in chosen:
            replication = replication_of(spec.scenario, failure["replication"])
            parcel = replication.population.parcels[failure.pop("number")]
            name = f"{failure['arm']}-{parcel.parcel_id}.jpg"
            views = cameras[failure["arm"]]
            picture = full_view(replication.capture(parcel, 1, degraded=True, views=views))
            bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
            encoded, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 72])
            if not encoded:
                raise RuntimeError(f"OpenCV could not encode the picture of {parcel.parcel_id}")
            (folder / name).write_bytes(data.tobytes())
            index.append({"file": name, **_entry(failure, spec)})
        text = json.dumps({"items": index}, indent=2, sort_keys=True)
        (folder / GALLERY_INDEX).write_text(text + "\n")


def _entry(failure: dict[str, Any], spec: RunSpec) -> dict[str, Any]:
    lying = failure.pop("lying")
    return {
        **failure,
        "condition": "production",
        "lap": 1,
        "command": f"labgap show {spec.run_id} {failure['parcel_id']}",
        "conditions": [f"{kind} {severity}" for kind, severity in failure["conditions"]] + lying,
    }


def _failures(spec: RunSpec) -> list[dict[str, Any]]:
    found = []
    for number in range(spec.scenario.replications):
        replication = replication_of(spec.scenario, number)
        parcels = {parcel.parcel_id: parcel for parcel in replication.population.parcels}
        for arm in spec.arms:
            path = spec.folder.events_path(arm.name, number) / "readings.parquet"
            table = spec.folder.read_table(path)
            rows = [
                row for row in table.to_pylist() if row["lap"] == 1 and row["source"] == "model"
            ]
            lab = {row["parcel_id"]: row for row in rows if not row["degraded"]}
            for row in rows:
                parcel = parcels[row["parcel_id"]]
                if not row["degraded"] or parcel.surge:
                    continue
                outcome = outcome_of(row, parcel)
                before = outcome_of(lab[parcel.parcel_id], parcel)
                if outcome != "correct" and before == "correct":
                    conditions = replication.conditions(parcel, 1, degraded=True)
                    found.append(
                        {
                            "arm": arm.name,
                            "replication": number,
                            "number": parcel.number,
                            "parcel_id": parcel.parcel_id,
                            "outcome": outcome,
                            "truth": {name: getattr(parcel, name) for name in FIELDS},
                            "read": {name: row[name] for name in FIELDS if row[name] is not None},
                            "confidence": row["confidence"],
                            "conditions": [[c.kind, c.severity] for c in conditions],
                            "lying": resting_words(replication.lain(parcel, 1, degraded=True)[1]),
                        }
                    )
    return found


def _spread(failures: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take failures in turn from each (arm, outcome, kinds) group, misreads first."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for failure in failures:
        kinds = tuple(sorted(kind for kind, _ in failure["conditions"]))
        key = (RANK[failure["outcome"]], len(kinds), failure["arm"], kinds)
        groups.setdefault(key, []).append(failure)
    queues = [groups[key] for key in sorted(groups)]
    chosen: list[dict[str, Any]] = []
    depth = 0
    while len(chosen) < MAX_PICTURES and any(len(queue) > depth for queue in queues):
        chosen += [queue[depth] for queue in queues if len(queue) > depth]
        depth += 1
    return chosen[:MAX_PICTURES]
