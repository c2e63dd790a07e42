"""How sure a network says it is, and how sure it is found to be."""

from dataclasses import dataclass

__all__ = ["AS_THEY_ARE", "OddsScale"]


@dataclass(frozen=True, slots=True)
class OddsScale:
    """How a network's log odds become those of being right: ``raw / temperature + offset``.

    Attributes
    ----------
    temperature : float
        Above 0.
    offset : float
        In log odds: what is known of a line beyond its picture.  A text with a right check digit
        is right far more often than its pixels tell.
    """

    temperature: float = 1.0
    offset: float = 0.0

    def odds(self, raw: float) -> float:
        """Log odds of being right."""
        return raw / self.temperature + self.offset


AS_THEY_ARE = OddsScale()
"""Nothing is known of a network but what it says."""
