"""The lane control: what it makes of a reading."""

from typing import NamedTuple

from sim.sorting.manifest import ParcelManifest
from sim.sorting.parcel import Parcel
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
_OTHER_BODY = Verdict("other_body", None, True)
_NO_PICTURE = Verdict("no_picture", None, False)


class LaneControl:
    """Looks ids up and checks that label, sort plan, manifest and measured body agree.

    Parameters
    ----------
    manifest : ParcelManifest
    plan : SortPlan
    no_read_to_desk : bool
        Whether the image of a parcel that could not be read goes to the review desk.
    guesses : bool
        Whether a parcel whose image the desk refused goes where the reader thinks.
    unknown_code_excepted : bool
        Whether a code that is not in the plan is an exception, and not a label to be read again.

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
        unknown_code_excepted: bool = False,
    ) -> None:
        self._manifest = manifest
        self._guesses = guesses
        self._plan = plan
        self.exception = plan.chutes
        self._unknown_id = Verdict("unknown_id", self.exception, False)
        self._no_read = Verdict("no_read", None, no_read_to_desk)
        self._unknown_code = (
            Verdict("unknown_code", self.exception, False)
            if unknown_code_excepted
            else self._no_read
        )
        self._bad_check_digit = Verdict("bad_check_digit", None, no_read_to_desk)

    def judge(self, reading: LaneReading, at_s: float, parcel: Parcel) -> Verdict:
        """Decide about an answer that reaches the control at `at_s`.

        An accepted answer that offers nothing counts as ``no_read``, and so does a code that is
        not in the sort plan unless that is an exception.  A code that contradicts the record of
        the id beside it, or an id alone whose record is of another body, goes to the review desk.
        Where there is no record (yet) there is nothing to hold either against.

        Parameters
        ----------
        reading : LaneReading
        at_s : float
        parcel : Parcel
            The one that scale and dimensioner measured; nothing else of it is looked at.
        """
        if not reading.pictured:
            return _NO_PICTURE
        if reading.decision == "no_read":
            return self._no_read
        if reading.decision == "review":
            return _REVIEW
        if reading.tracking_id is not None:
            return self._by_id(reading.tracking_id, reading.sort_code, at_s, parcel)
        if reading.sort_code is not None:
            chute = self._plan.chute(reading.sort_code)
            return self._unknown_code if chute is None else Verdict("code", chute, False)
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

    def _by_id(
        self, tracking_id: str, sort_code: str | None, at_s: float, parcel: Parcel
    ) -> Verdict:
        record = self._manifest.find(tracking_id, at_s)
        if record is None:
            # Every id in the manifest has a good check digit, so only the others need checking.
            return self._unknown_id if is_tracking_id(tracking_id) else self._bad_check_digit
        if sort_code is None:
            if record.body is not None and not record.body.fits(parcel):
                return _OTHER_BODY
        elif sort_code != record.sort_code:
            return _IMPLAUSIBLE
        return Verdict("found", record.chute, False)
