"""A reader that reads nothing: the floor under every other, and the smallest complete example."""

from collections.abc import Sequence

from systems.contracts.vision import Capture, Reading, ReadingDecision

__all__ = ["NoRead"]


class NoRead:
    """Declines every capture."""

    def fingerprint(self) -> str:
        """Version of its (lack of) behaviour."""
        return "no_read/1"

    def read(self, captures: Sequence[Capture]) -> Sequence[Reading]:
        """Answer every capture with a no-read."""
        return [Reading(c.capture_id, ReadingDecision.NO_READ, confidence=0.0) for c in captures]
