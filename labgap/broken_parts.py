"""Which part of a cascade breaks: label not found, lines not found, or lines not read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labgap.arms import ArmSpec
from labgap.first_answers import first_answers
from labgap.loaded_run import LoadedRun
from labgap.progress import Reporter
from labgap.reader_host import resolve_arm
from labgap.replication import Replication, replication_of
from reports.vision_broken_parts import DETECTOR, LOCATOR, OUT_OF_SIGHT, READER
from sim.frames.ground_truth import true_quads
from systems.contracts.vision import CameraView
from systems.vision.cascade.cascade import Cascade
from systems.vision.cascade.windows import LINES

__all__ = ["broken_part_rows", "overlap"]

FOUND = 0.5
"""Least overlap of a box with the label's own for the label to be found."""


def broken_part_rows(
    name: str, run: LoadedRun, arms: Sequence[ArmSpec], reporter: Reporter
) -> Iterator[dict[str, Any]]:
    """Wrong first answers of production to readable parcels, by the part that lost them.

    Every such parcel is looked at once more, and its lines are read where they truly are: what is
    right there was lost by the locator, or by the detector if it found no label.

    Parameters
    ----------
    name : str
        Of the mix.
    run : LoadedRun
    arms : sequence of ArmSpec
        Those of them that are a cascade, and answer otherwise than those before, are told.
    reporter : Reporter
    """
    of_arm = {answers.arm: answers for answers in first_answers(run)}
    shown: list[NDArray[np.bool_]] = []
    for arm in arms:
        system = resolve_arm(arm).system
        answers = of_arm.get(arm.name)
        if answers is None or not isinstance(system, Cascade):
            continue
        if any(np.array_equal(answers.production, each) for each in shown):
            continue
        shown.append(answers.production)
        wrong = answers.parcels[~answers.production]
        reporter.phase(f"which part of {arm.name} breaks", len(wrong))
        broken: Counter[str] = Counter()
        asked: dict[str, set[str]] = {}
        for rep, parcel_id in wrong:
            asked.setdefault(rep, set()).add(parcel_id)
        for rep in sorted(asked):
            replication = replication_of(run.scenario, int(rep))
            for parcel in replication.population.parcels:
                if parcel.parcel_id in asked[rep]:
                    broken[_broken(system, arm, replication, parcel)] += 1
                    reporter.advance(1)
        yield {
            "mix": name,
            "arm": arm.name,
            "parcels": len(answers.parcels),
            "wrong": len(wrong),
            "broken": dict(broken),
        }


def _broken(system: Cascade, arm: ArmSpec, replication: Replication, parcel: Any) -> str:
    """Part that lost a parcel's first answer."""
    capture = replication.capture(parcel, 1, True, arm.views)
    lain, rest = replication.lain(parcel, 1, True)
    quads = true_quads(
        lain,
        1,
        replication.seen(parcel, 1, True),
        replication.scenario.sorting.camera,
        replication.streams,
        rest,
    )
    if "label" not in quads:
        return OUT_OF_SIGHT
    over_belt = capture.views[0]
    if not _reads(system, over_belt, quads, parcel):
        return READER
    (labels,) = system.look([capture])
    found = any(
        overlap(label.detection.box, quads["label"]) >= FOUND
        for label in labels
        if label.view.name == over_belt.name
    )
    return LOCATOR if found else DETECTOR


def _reads(
    system: Cascade, view: CameraView, quads: Mapping[str, NDArray[np.float64]], parcel: Any
) -> bool:
    (fields,) = system.read_at([view], [np.stack([quads[line] for line in LINES])])
    return bool(fields) and all(getattr(parcel, line) == text for line, text in fields.items())


def overlap(box: Sequence[float], quad: NDArray[np.float64]) -> float:
    """Area that a box shares with the upright box around a quad, over the area of both."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    width = min(box[2], right) - max(box[0], left)
    height = min(box[3], bottom) - max(box[1], top)
    shared = float(max(width, 0.0) * max(height, 0.0))
    both = (box[2] - box[0]) * (box[3] - box[1]) + (right - left) * (bottom - top) - shared
    return shared / float(both) if both > 0.0 else 0.0
