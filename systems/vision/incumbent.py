"""What carriers run today: the barcode, then OCR for what it could not read, then a person."""

from collections.abc import Sequence
from dataclasses import replace

from systems.contracts.answers import Stage
from systems.contracts.vision import Capture, Reading, ReadingDecision, TextReading
from systems.vision.barcode import Barcode
from systems.vision.ocr import ACCEPT_CODE, ACCEPT_CODE_ALONE, ACCEPT_ID, Ocr

__all__ = ["Incumbent"]

VERSION = "1"


class Incumbent:
    """Barcode first, OCR for what it could not read, the review desk for the rest.

    Parameters
    ----------
    try_rotate, try_downscale : bool
        Of the barcode reader (`systems.vision.barcode.Barcode`).
    accept_id, accept_code, accept_code_alone : float
        Of the OCR reader (`systems.vision.ocr.Ocr`).

    Notes
    -----
    * What the barcode reader accepts stands; OCR never sees it.
    * Symbols that contradict one another go to the desk: OCR would only be a third opinion.
    * What neither reads goes to the desk too, whatever the lane does with no-reads.
    * The stages ``barcode``, ``ocr`` and ``desk`` of the trace say what each came to; ``ocr`` is
      there only where OCR ran, and the lane then adds OCR's time to the barcode's.
    """

    def __init__(
        self,
        try_rotate: bool = True,
        try_downscale: bool = True,
        accept_id: float = ACCEPT_ID,
        accept_code: float = ACCEPT_CODE,
        accept_code_alone: float = ACCEPT_CODE_ALONE,
    ) -> None:
        self._barcode = Barcode(try_rotate=try_rotate, try_downscale=try_downscale)
        self._ocr = Ocr(accept_id, accept_code, accept_code_alone)

    def fingerprint(self) -> str:
        """What an answer follows from: versions and parameters of both readers."""
        return f"incumbent {VERSION}; {self._barcode.fingerprint()}; {self._ocr.fingerprint()}"

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""
        return [self._read_one(capture) for capture in captures]

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Decode any symbol; where there is none, read the print."""
        return [
            first if first.texts else self._ocr.read_text([capture])[0]
            for capture, first in zip(captures, self._barcode.read_text(captures), strict=True)
        ]

    def _read_one(self, capture: Capture) -> Reading:
        (first,) = self._barcode.read([capture])
        stages = (*first.stages, _came_to("barcode", first))
        if first.decision is ReadingDecision.ACCEPT:
            return replace(first, stages=stages)
        if first.decision is ReadingDecision.REVIEW:
            return _to_desk(replace(first, stages=stages))
        (second,) = self._ocr.read([capture])
        answer = replace(second, stages=(*stages, *second.stages, _came_to("ocr", second)))
        return answer if answer.decision is ReadingDecision.ACCEPT else _to_desk(answer)


def _came_to(name: str, reading: Reading) -> Stage:
    proposed = {"decision": reading.decision.value, **reading.fields}
    return Stage(name, proposed, reading.confidence)


def _to_desk(reading: Reading) -> Reading:
    desk = Stage("desk", {"decision": ReadingDecision.REVIEW.value, **reading.fields})
    return replace(reading, decision=ReadingDecision.REVIEW, stages=(*reading.stages, desk))
