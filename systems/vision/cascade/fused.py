"""The cascade beside a bar code reader: what either sees, held against the other."""

from collections.abc import Sequence
from dataclasses import replace

from systems.contracts.answers import Stage
from systems.contracts.vision import Capture, Reading, ReadingDecision, TextReading
from systems.vision.barcode import Barcode
from systems.vision.cascade.cascade import Cascade

__all__ = ["CascadeBarcode", "fused"]

VERSION = "2"
AGREED = 0.9999
"""How sure an answer is on which symbols and print agree: both would have to err alike."""


class CascadeBarcode:
    """Reads symbols with zxing-cpp and print with the cascade, and offers what stands.

    Parameters
    ----------
    calibration : str
        Which threshold of the reader's card: ``production`` or ``lab``.
    threads : int
        Of each network.

    Notes
    -----
    * Where only one is sure, its answer stands; it is surer where the other agrees on all of it.
    * Where both are sure and differ in a field, the answer goes to review.
    * Where symbols contradict one another the answer goes to review, however sure print is: there
      may be two labels in view, and print has seen one.
    * Where neither is sure the surer guess goes to review, though they agree: a bar code reader
      doubts only where symbols contradict one another, so there may be two labels in view.
    """

    def __init__(self, calibration: str = "production", threads: int = 1) -> None:
        self._cascade = Cascade(calibration=calibration, threads=threads)
        self._barcode = Barcode()

    def fingerprint(self) -> str:
        """What an answer follows from: both readers."""
        return f"fused {VERSION}; {self._cascade.fingerprint()}; {self._barcode.fingerprint()}"

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture, in order."""
        prints, symbols = self._cascade.read(captures), self._barcode.read(captures)
        return [fused(one, other) for one, other in zip(prints, symbols, strict=True)]

    def read_text(self, captures: Sequence[Capture]) -> Sequence[TextReading]:
        """Symbols of any kind, and print behind them, which no check digit holds."""
        return [
            TextReading(symbols.capture_id, (*symbols.texts, *printed.texts))
            for symbols, printed in zip(
                self._barcode.read_text(captures), self._cascade.read_text(captures), strict=True
            )
        ]


def fused(printed: Reading, symbol: Reading) -> Reading:
    """One answer out of two to the same capture.

    Parameters
    ----------
    printed, symbol : Reading
        Of the cascade and of the bar code reader.
    """
    stages = (
        *printed.stages,
        *symbol.stages,
        _came_to("print", printed),
        _came_to("symbol", symbol),
    )
    boxes = (*printed.boxes, *symbol.boxes)
    shared = set(printed.fields) & set(symbol.fields)
    differ = any(printed.fields[name] != symbol.fields[name] for name in shared)
    sure = [each for each in (symbol, printed) if each.decision is ReadingDecision.ACCEPT]
    best = max((symbol, printed), key=lambda each: each.confidence)
    answer = replace(sure[0] if sure else best, stages=stages, boxes=boxes)
    if symbol.decision is ReadingDecision.REVIEW:
        return replace(best, decision=_doubted(best), stages=stages, boxes=boxes)
    if differ:
        # print that is unsure is no evidence against a symbol that corrects its own errors
        if len(sure) == 1:
            return answer
        return replace(best, decision=_doubted(best), stages=stages, boxes=boxes)
    fields = {**printed.fields, **symbol.fields} if len(sure) == 2 else answer.fields
    if sure and set(fields) == shared:
        return replace(answer, confidence=max(AGREED, answer.confidence), fields=fields)
    if len(sure) == 2 and shared:
        return replace(answer, confidence=min(each.confidence for each in sure), fields=fields)
    if len(sure) == 2:
        return replace(answer, fields=fields, confidence=printed.confidence * symbol.confidence)
    return answer


def _came_to(name: str, reading: Reading) -> Stage:
    proposed = {"decision": reading.decision.value, **reading.fields}
    return Stage(name, proposed, reading.confidence)


def _doubted(reading: Reading) -> ReadingDecision:
    return ReadingDecision.REVIEW if reading.fields else ReadingDecision.NO_READ
