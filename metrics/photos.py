"""Figures on real photographs: how many were read right, and how sure that is.

A photograph counts once, whatever folder it lies in.  Answers compare exactly; line ends at the
end do not count, and UPC and EAN numbers are compared without their leading zeros, which symbology
and expected text do not always share.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from metrics.intervals import wilson

__all__ = [
    "ALL_PHOTOS",
    "PhotoAnswer",
    "PhotoFigures",
    "PhotoRecord",
    "is_same",
    "photo_figures",
]

ALL_PHOTOS = "all"
"""Group of all photographs of an arm; those of sub-folders end in a slash, so none is called so."""

RETAIL = frozenset({"ean13", "ean8", "upca", "upce", "eanupc", "isbn"})


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """What one arm said to one photograph.

    Attributes
    ----------
    arm, group : str
        `group` is the sub-folder.
    expected : str
    texts : tuple of (text, kind)
        The first is the answer.
    decision : str
        Where a lane asks about its parcel: ``accept``, ``review`` or ``no_read``.
    """

    arm: str
    group: str
    expected: str
    texts: tuple[tuple[str, str], ...]
    decision: str


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """Counts and rates of one arm on one group of photographs.

    Attributes
    ----------
    arm : str
    group : str
        `ALL_PHOTOS`, or a sub-folder with a slash at its end; ``./`` is the folder itself.
    photos, right, wrong, nothing : int
        ``right + wrong + nothing = photos``; the first text offered is the answer.
    elsewhere : int
        Wrong answers whose expected text was among the others offered.
    read_rate : float
        right / photos.
    read_low, read_high : float
        Wilson's 95 % interval.
    accuracy : float or None
        right / (right + wrong); None where nothing was answered.
    accuracy_low, accuracy_high : float or None
    accepted, reviewed, unread : int
        What a lane would hear of the parcel: the sum is `photos`.  Codes that are no label of the
        centre's are to be left unread there, however well they are read as texts.
    """

    arm: str
    group: str
    photos: int
    right: int
    wrong: int
    nothing: int
    elsewhere: int
    read_rate: float
    read_low: float
    read_high: float
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    accepted: int
    reviewed: int
    unread: int


@dataclass(frozen=True, slots=True)
class PhotoFigures:
    """All that a run says about real photographs.

    Attributes
    ----------
    files : int
        Photographs asked about.
    refused : tuple of (file, why)
        Files that could not be used.
    records : tuple of PhotoRecord
        By arm; `ALL_PHOTOS` first, then the sub-folders by name.
    """

    files: int
    refused: tuple[tuple[str, str], ...]
    records: tuple[PhotoRecord, ...]

    def record(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return {
            "files": self.files,
            "refused": [{"file": file, "why": why} for file, why in self.refused],
            "records": [asdict(record) for record in self.records],
        }

    @classmethod
    def of(cls, data: Any) -> "PhotoFigures":
        """Read what `record` gave.

        Raises
        ------
        ValueError
            If it is not that.
        """
        names = {field.name for field in fields(PhotoRecord)}
        try:
            refused = tuple((str(one["file"]), str(one["why"])) for one in data["refused"])
            rows = data["records"]
            if any(set(row) != names for row in rows) or not isinstance(data["files"], int):
                raise ValueError("metrics.json: photos hold other keys than photos have")
            return cls(data["files"], refused, tuple(PhotoRecord(**row) for row in rows))
        except (TypeError, KeyError) as error:
            raise ValueError(f"metrics.json: photos are malformed ({error})") from None


def is_same(text: str, kind: str, expected: str) -> bool:
    """Whether an answer is the expected text, by the rules of this module."""
    given, wanted = text.rstrip("\r\n"), expected.rstrip("\r\n")
    if kind in RETAIL:
        return given.lstrip("0") == wanted.lstrip("0")
    return given == wanted


def photo_figures(
    answers: Iterable[PhotoAnswer], arms: Sequence[str], refused: Sequence[tuple[str, str]]
) -> PhotoFigures:
    """Score every arm on all photographs and on each sub-folder."""
    told = list(answers)
    records = []
    for arm in arms:
        own = [answer for answer in told if answer.arm == arm]
        if not own:
            continue
        records.append(_record(arm, ALL_PHOTOS, own))
        groups = sorted({answer.group for answer in own})
        if len(groups) > 1:
            records += [
                _record(arm, f"{group}/", [answer for answer in own if answer.group == group])
                for group in groups
            ]
    files = max((record.photos for record in records if record.group == ALL_PHOTOS), default=0)
    return PhotoFigures(files, tuple(refused), tuple(records))


def _record(arm: str, group: str, answers: Sequence[PhotoAnswer]) -> PhotoRecord:
    right = wrong = elsewhere = 0
    for answer in answers:
        same = [is_same(text, kind, answer.expected) for text, kind in answer.texts]
        if same:
            right += same[0]
            wrong += not same[0]
            elsewhere += not same[0] and any(same)
    decided = Counter(answer.decision for answer in answers)
    read_low, read_high = wilson(right, len(answers))
    answered = right + wrong
    low, high = wilson(right, answered) if answered else (None, None)
    return PhotoRecord(
        arm=arm,
        group=group,
        photos=len(answers),
        right=right,
        wrong=wrong,
        nothing=len(answers) - answered,
        elsewhere=elsewhere,
        read_rate=right / len(answers),
        read_low=read_low,
        read_high=read_high,
        accuracy=right / answered if answered else None,
        accuracy_low=low,
        accuracy_high=high,
        accepted=decided["accept"],
        reviewed=decided["review"],
        unread=decided["no_read"],
    )
