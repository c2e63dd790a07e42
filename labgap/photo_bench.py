"""What the bench's readers make of real photographs, beside what they make of the twin."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from labgap.arms import ArmSpec
from labgap.photo_capture import photo_capture
from labgap.photo_folder import PhotoFolder, decoded_photo
from labgap.photo_results import PART_SIZE, PhotoReader
from labgap.progress import Reporter
from labgap.reader_host import resolve_arm
from labgap.spawned_pool import spawned_pool
from labgap.tasks import prepare_process
from metrics.intervals import wilson
from metrics.photos import PhotoAnswer, is_same, photo_figures
from metrics.ranks import rank_agreement
from systems.boundary import answer_batch

__all__ = ["photo_bench"]

DRAWS, SEED = 2000, 20261122
"""Photographs are drawn again so often for the interval of the rank correlation."""


def photo_bench(
    arms: Sequence[ArmSpec],
    photos: PhotoFolder,
    cache: Path,
    twin: Mapping[str, float],
    reporter: Reporter,
    jobs: int,
) -> dict[str, Any]:
    """Read rates on photographs, how arms rank there and in the twin, and labels found.

    Parameters
    ----------
    arms : sequence of ArmSpec
    photos : PhotoFolder
    cache : Path
        Of answers.
    twin : mapping
        Arm -> share of parcels read right in production.
    reporter : Reporter
    jobs : int
        Processes that read.

    Returns
    -------
    dict
        ``files``, ``refused``; ``records`` as `metrics.photos.PhotoRecord`; ``rank`` as
        `metrics.ranks.RankAgreement`, or None for fewer than three arms; ``found``: for every arm
        that looks for labels, of how many photographs with a bar code that zxing-cpp can place
        its label holds the middle of the code (``found``), what share of a photograph its labels
        are on average (``area``) and of how many a box of that area in the middle of the
        photograph, of its shape, holds that point (``centred``).
    """
    parts = range(-(-len(photos.photos) // PART_SIZE))
    placed = dict(_placed(photos))
    reporter.phase("photographs", len(arms) * len(parts))
    answers: list[PhotoAnswer] = []
    found: list[dict[str, Any]] = []
    with spawned_pool(jobs) as pool:
        asked = [
            [pool.submit(_part, arm, photos, cache, part, placed) for part in parts] for arm in arms
        ]
        for arm, of_arm in zip(arms, asked, strict=True):
            said: dict[str, dict[str, str]] = {}
            looks = hits = 0
            covered = 0.0
            for done in of_arm:
                rows, labels, on_code, area = done.result()
                said |= {row["sha256"]: row for row in rows}
                looks, hits, covered = looks + labels, hits + on_code, covered + area
                reporter.advance(1)
            answers += [_answer(arm.name, photo, said[photo.sha256]) for photo in photos.photos]
            if looks:
                low, high = wilson(hits, len(placed))
                row = {"photos": len(placed), "found": hits, "interval": [low, high]}
                area = covered / len(placed)
                centred = sum(at.off_centre() <= np.sqrt(area) for at in placed.values())
                row |= {"area": area, "centred": int(centred)}
                found.append({"arm": arm.name, **row})
    figures = photo_figures(answers, [arm.name for arm in arms], [])
    right = {
        arm.name: np.array([_is_right(each) for each in answers if each.arm == arm.name])
        for arm in arms
    }
    # arms of the same networks that differ in what they hand over alone are one reader
    readers = {(column.tobytes(), twin.get(name)): name for name, column in right.items()}
    known = {name: right[name] for name in readers.values() if name in twin}
    rank = (
        rank_agreement(known, {name: twin[name] for name in known}, DRAWS, SEED)
        if len(known) > 2
        else None
    )
    return {
        "files": len(photos.photos),
        "refused": len(photos.refused),
        "records": [asdict(record) for record in figures.records],
        "rank": None if rank is None else asdict(rank),
        "found": found,
    }


def _answer(arm: str, photo: Any, said: Mapping[str, str]) -> PhotoAnswer:
    offered = tuple((one["text"], one["kind"]) for one in json.loads(said["texts"]))
    return PhotoAnswer(arm, photo.group, photo.expected, offered, said["decision"])


def _is_right(answer: PhotoAnswer) -> bool:
    return bool(answer.texts) and is_same(*answer.texts[0], answer.expected)


@dataclass(frozen=True, slots=True)
class _Place:
    """The pixel in the middle of a code, on a photograph of that many pixels."""

    x: float
    y: float
    width: int
    height: int

    def off_centre(self) -> float:
        """How far from the middle, 1 at the edge: the side of the least centred box around it."""
        return max(abs(2.0 * self.x / self.width - 1.0), abs(2.0 * self.y / self.height - 1.0))


def _placed(photos: PhotoFolder) -> Iterator[tuple[int, _Place]]:
    """Photographs whose code zxing-cpp reads as expected, and where its middle is."""
    import zxingcpp

    for place, photo in enumerate(photos.photos):
        grey = cv2.cvtColor(decoded_photo(photos.path, photo), cv2.COLOR_RGB2GRAY)
        for symbol in zxingcpp.read_barcodes(grey):
            if is_same(symbol.text, symbol.format.name.lower(), photo.expected):
                at = symbol.position
                corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
                middle = np.mean([(corner.x, corner.y) for corner in corners], axis=0)
                height, width = grey.shape
                yield place, _Place(float(middle[0]), float(middle[1]), width, height)
                break


def _part(
    arm: ArmSpec,
    photos: PhotoFolder,
    cache: Path,
    part: int,
    placed: Mapping[int, _Place],
) -> tuple[list[dict[str, str]], int, int, float]:
    """Answers to one part; of photographs whose code is placed, labels, codes in one, their area.

    The area is the sum of the labels' shares of their photographs, no photograph's above one.
    """
    prepare_process()
    rows = PhotoReader(arm, "bench", cache).read(photos, part)
    resolved = resolve_arm(arm)
    looks = hits = 0
    area = 0.0
    for place in range(part * PART_SIZE, min((part + 1) * PART_SIZE, len(photos.photos))):
        if place not in placed:
            continue
        photo = photos.photos[place]
        capture = photo_capture(photo.sha256, decoded_photo(photos.path, photo))
        (reading,) = answer_batch(resolved, [capture])
        labels = [box for box in reading.boxes if box.name == "label"]
        at, scale = placed[place], capture.views[0].sensor_scale
        point = at.x / scale, at.y / scale
        shown = sum(cv2.contourArea(np.array(box.quad, np.float32)) for box in labels)
        area += min(1.0, shown * scale**2 / (at.width * at.height))
        looks += len(labels)
        hits += any(
            cv2.pointPolygonTest(np.array(box.quad, np.float32), point, False) >= 0.0
            for box in labels
        )
    return rows, looks, hits, area
