"""Which part of a cascade breaks: label not found, lines not found, lines not read, or no print."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labgap.arms import ArmSpec
from labgap.first_answers import first_answers
from labgap.loaded_run import LoadedRun
from labgap.progress import Reporter
from labgap.reader_host import resolve_arm
from labgap.replication import Replication, replication_of
from reports.vision_broken_parts import DETECTOR, LOCATOR, OUT_OF_SIGHT, PRINT, READER
from sim.sorting.parcel import Parcel
from systems.contracts.vision import CameraView
from systems.vision.cascade.cascade import Cascade
from systems.vision.cascade.detector import intersection_over_union
from systems.vision.cascade.windows import LINES

__all__ = ["broken_part_rows"]

FOUND = 0.5
"""Least intersection over union of a box with the label's own for the label to be found."""


def broken_part_rows(
    name: str, run: LoadedRun, arms: Sequence[ArmSpec], reporter: Reporter
) -> Iterator[dict[str, Any]]:
    """Wrong first answers of production to readable parcels, by the part that lost them.

    Every such parcel is looked at once more, and its lines are read where they truly are: what is
    right there was lost by the locator, or by the detector if it found no label. What is wrong
    there is the reader's, unless geometry leaves neither line whole.

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
    whole: dict[tuple[str, str], bool] = {}
    for arm in arms:
        system = resolve_arm(arm).system
        answers = of_arm.get(arm.name)
        if answers is None or not isinstance(system, Cascade):
            continue
        if any(np.array_equal(answers.production, each) for each in shown):
            continue
        shown.append(answers.production)
        unseen = [parcel for parcel in answers.parcels if parcel not in whole]
        reporter.phase("whose print is left", len(unseen))
        for key, replication, parcel in _drawn(run, unseen):
            whole[key] = bool(replication.legible(parcel, 1, True))
            reporter.advance(1)
        wrong = answers.parcels[~answers.production]
        reporter.phase(f"which part of {arm.name} breaks", len(wrong))
        broken: Counter[str] = Counter()
        for key, replication, parcel in _drawn(run, wrong):
            part = _broken(system, arm, replication, parcel)
            broken[PRINT if part == READER and not whole[key] else part] += 1
            reporter.advance(1)
        legible = np.array([whole[parcel] for parcel in answers.parcels], np.bool_)
        yield {
            "mix": name,
            "arm": arm.name,
            "parcels": len(answers.parcels),
            "wrong": len(wrong),
            "broken": dict(broken),
            "legible": int(legible.sum()),
            "legible_right": int((legible & answers.production).sum()),
        }


def _drawn(
    run: LoadedRun, wanted: Iterable[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], Replication, Parcel]]:
    """Parcels by replication and id, with the world that they come from."""
    asked: dict[str, set[str]] = {}
    for rep, parcel_id in wanted:
        asked.setdefault(rep, set()).add(parcel_id)
    for rep in sorted(asked):
        replication = replication_of(run.scenario, int(rep))
        for parcel in replication.population.parcels:
            if parcel.parcel_id in asked[rep]:
                yield (rep, parcel.parcel_id), replication, parcel


def _broken(system: Cascade, arm: ArmSpec, replication: Replication, parcel: Parcel) -> str:
    """Part that lost a parcel's first answer."""
    capture = replication.capture(parcel, 1, True, arm.views)
    quads = replication.true_quads(parcel, 1, True)
    if "label" not in quads:
        return OUT_OF_SIGHT
    over_belt = capture.views[0]
    if not _reads(system, over_belt, quads, parcel):
        return READER
    (labels,) = system.look([capture])
    truly = quads["label"]
    around = (*truly.min(axis=0), *truly.max(axis=0))
    found = any(
        intersection_over_union(label.detection.box, around) >= FOUND
        for label in labels
        if label.view.name == over_belt.name
    )
    return LOCATOR if found else DETECTOR


def _reads(
    system: Cascade, view: CameraView, quads: Mapping[str, NDArray[np.float64]], parcel: Parcel
) -> bool:
    (fields,) = system.read_at([view], [np.stack([quads[line] for line in LINES])])
    return bool(fields) and all(getattr(parcel, line) == text for line, text in fields.items())
