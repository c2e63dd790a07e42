"""What one pass under the camera does to a picture, whatever the label is like."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.frames.veil import Shade, Veil

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
    shade : Shade or None
        Light kept from the label's plane.
    lost_stops : float
        How often the light is halved; the gain makes up for it, the photons stay lost.
    flicker : float
        Depth, in [0, 1], with which the lamps swing at twice the mains frequency.
    defocus_mm : float
        Radius of the disk that a point of the label becomes.
    read_noise_electrons : float
        Noise of the sensor beyond its own, to be added in quadrature.
    stripes : int or None
        Where in the stock of column patterns this sensor's stripes begin; None for no stripes.
    dirt : ndarray of uint8, shape (height, width), or None
        Dirt on the camera's window, stretched over the sensor: 255 hides all that is behind it.
    """

    exposure_ms: float
    veil: Veil | None = None
    shade: Shade | None = None
    lost_stops: float = 0.0
    flicker: float = 0.0
    defocus_mm: float = 0.0
    read_noise_electrons: float = 0.0
    stripes: int | None = None
    dirt: NDArray[np.uint8] | None = None
