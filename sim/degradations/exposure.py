"""What one pass under the camera does to a picture, whatever the label is like."""

from dataclasses import dataclass

from sim.frames.veil import Veil

__all__ = ["Exposure"]


@dataclass(frozen=True, slots=True)
class Exposure:
    """How one pass is exposed.

    Attributes
    ----------
    exposure_ms : float
        How long the shutter is open; the gain makes up for the light.
    veil : Veil or None
        Lamp light reflected by the label's plane.
    """

    exposure_ms: float
    veil: Veil | None = None
