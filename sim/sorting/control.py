"""The lane control: what it makes of a reading."""

from typing import NamedTuple

from sim.sorting.manifest import ParcelManifest
from sim.sorting.readings import LaneReading
from sim.sorting.sort_plan import SortPlan
from sim.sorting.tracking_ids import is_tracking_id

__all__ = ["LaneControl", "Verdict"]


class Verdict(NamedTuple):
    """What the control does with an answer.

    Attributes
    ----------
    lookup : str
        As in `scenarios.events.ParcelRead`.
    chute : int or None
        Where to send the parcel; `LaneControl.exception` for the exception station, None where
        the answer settles nothing.
    review : bool
        Whether an image goes to the review desk.
    """

    lookup: str
    chute: int | None
    review: bool


_REVIEW = Verdict("review", None, True)
_IMPLAUSIBLE = Verdict("implausible", None, True)
_NO_PICTURE = Verdict("no_picture", None, False)


class LaneControl:
    """Looks ids up and checks that label and manifest agree.

    Parameters
    ----------
    manifest : ParcelManifest
    plan : SortPlan
    no_read_to_desk : bool
        Whether the image of a parcel that could not be read goes to the review desk.
    guesses : bool
        Whether a parcel whose image the desk refused goes where the reader thinks.

    Attributes
    ----------
    exception : int
        The destination beyond the last chute that stands for the exception station.
    """

    def __init__(
        self,
        manifest: ParcelManifest,
        plan: SortPlan,
        no_read_to_desk: bool = False,
        guesses: bool = False,
    ) -> None:
        self._manifest = manifest
        self._guesses = guesses
        self._plan = plan
        self.exception = plan.chutes
        self._unknown_id = Verdict("unknown_id", self.exception, False)
        self._no_read = Verdict("no_read", None, no_read_to_desk)
        self._bad_check_digit = Verdict("bad_check_digit", None, no_read_to_desk)

    def judge(self, reading: LaneReading, at_s: float) -> Verdict:
        """Decide about an answer that reaches the control at `at_s`.

        An accepted answer that offers nothing, or a code that is not in the sort plan, counts as
        ``no_read``.
        """
        if not reading.pictured:
            return _NO_PICTURE
        if reading.decision == "no_read":
            return self._no_read
        if reading.decision == "review":
            return _REVIEW
        if reading.tracking_id is not None:
            return self._by_id(reading.tracking_id, reading.sort_code, at_s)
        if reading.sort_code is not None:
            chute = self._plan.chute(reading.sort_code)
            return self._no_read if chute is None else Verdict("code", chute, False)
        return self._no_read

    def guess(self, reading: LaneReading, at_s: float) -> int | None:
        """Chute of what the reader proposes, sure of it or not; None where it proposes nothing.

        A known id counts for more than a code: it has a check digit and a record.
        """
        if not self._guesses:
            return None
        if reading.tracking_id is not None:
            record = self._manifest.find(reading.tracking_id, at_s)
            if record is not None:
                return record.chute
        return None if reading.sort_code is None else self._plan.chute(reading.sort_code)

    def _by_id(self, tracking_id: str, sort_code: str | None, at_s: float) -> Verdict:
        record = self._manifest.find(tracking_id, at_s)
        if record is None:
            # Every id in the manifest has a good check digit, so only the others need checking.
            return self._unknown_id if is_tracking_id(tracking_id) else self._bad_check_digit
        if sort_code is not None and sort_code != record.sort_code:
            return _IMPLAUSIBLE
        return Verdict("found", record.chute, False)
