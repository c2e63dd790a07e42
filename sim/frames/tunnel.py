"""Where the cameras of a tunnel stand, and the world as each of them has it.

The axes are those of `sim.frames.pose`: x along the belt, y across it towards the right-hand side
as parcels go, z up.  Every camera has the same lens and sensor and hangs `CAMERA_HEIGHT_MM` from
the plane at which ``pixels_per_m`` holds: the belt for those above and below, the middle of the
belt for those at its sides.  In the axes of a camera (right and down in its picture, then towards
it) each of them is the camera over the belt again, so all share one projection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from scenarios.camera_model import View

__all__ = ["SLANT", "STATIONS", "Station"]

Vector = NDArray[np.float64]

SLANT = float(np.sqrt(0.5))
"""Cosine and sine of 45 degrees: how steeply the cameras ahead and behind look down.  Assumed: head
on they would stand in the way of the parcel, and makers of tunnels tilt them about so."""


@dataclass(frozen=True, slots=True)
class Station:
    """Place of one camera.

    Attributes
    ----------
    name : str
    right, down, toward : ndarray, shape (3,)
        Axes of its picture in the world, and the direction from the parcel to the camera; as in
        all of this world, ``cross(right, down)`` is ``toward``.
    motion : float
        Share of the belt's motion that runs along the rows of its picture.  Across them there is
        none: cameras ahead and behind have their sensors turned a quarter.
    aims_up : bool
        Whether it is aimed at the middle of the parcel's height: of a column of cameras, or of
        the lines of one that scans, the picture is the part that has the parcel.
    lit_by_hall : bool
        Whether shadows of the hall's lamps fall on what it sees.
    """

    name: View
    right: Vector
    down: Vector
    toward: Vector
    motion: float = 1.0
    aims_up: bool = True
    lit_by_hall: bool = True

    def seen(self, points: Vector, height_mm: float) -> Vector:
        """Points of the world, shape (n, 3), in the camera's axes.

        Parameters
        ----------
        points : ndarray, shape (n, 3)
        height_mm : float
            Of the parcel's middle over the belt.
        """
        aim = np.array([0.0, 0.0, height_mm if self.aims_up else 0.0])
        return self.turned(points - aim)

    def turned(self, directions: Vector) -> Vector:
        """Directions of the world, shape (n, 3) or (3,), in the camera's axes."""
        return np.asarray(directions @ np.stack([self.right, self.down, self.toward], axis=1))


def _station(
    name: View, right: tuple[float, float, float], down: tuple[float, float, float], **more: float
) -> Station:
    axes = np.array(right), np.array(down)
    return Station(name, *axes, np.cross(*axes), **more)  # type: ignore[arg-type]


STATIONS: Mapping[str, Station] = MappingProxyType(
    {
        station.name: station
        for station in (
            _station("top", (1, 0, 0), (0, 1, 0), aims_up=False),
            _station("left", (-1, 0, 0), (0, 0, -1)),
            _station("right", (1, 0, 0), (0, 0, -1)),
            _station("front", (SLANT, 0, -SLANT), (0, 1, 0), motion=SLANT),
            _station("back", (SLANT, 0, SLANT), (0, 1, 0), motion=SLANT),
            _station("bottom", (1, 0, 0), (0, -1, 0), aims_up=False, lit_by_hall=False),
        )
    }
)
