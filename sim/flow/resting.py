"""Which face of a parcel is up, and how far it is from lying flat on the opposite one.

The physics has right-handed axes with z up.  Frames look down on the belt with y to the bottom of
the picture, a mirrored world (`sim.frames.pose`); what is kept here is in their axes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.frames.lying import QuarterTurns

__all__ = ["FACES", "Resting", "lying_size", "resting", "turn_of"]

FACES = ("label", "underside", "front", "back", "left", "right")
"""Names of the face on top: the labelled one, the opposite one, then the four sides."""

# Of each face: which body axis stands up, and the turn of the body that brings it there.
_UP = ((2, 1.0), (2, -1.0), (0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0))
_TURNS = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[1, 0, 0], [0, -1, 0], [0, 0, -1]],
        [[0, 0, -1], [0, 1, 0], [1, 0, 0]],
        [[0, 0, 1], [0, 1, 0], [-1, 0, 0]],
        [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
        [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
    ],
    dtype=np.float64,
)
_MIRROR = np.diag([1.0, -1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Resting:
    """How a parcel lies.

    Attributes
    ----------
    up : int
        Index into `FACES` of the face on top.
    yaw_deg, pitch_deg, roll_deg : float
        Turns about the vertical, across and along the belt, of the body as it lies: 0, 0, 0 is flat
        and straight on whichever face is down.  In the axes of frames.
    """

    up: int
    yaw_deg: float
    pitch_deg: float
    roll_deg: float


def resting(rotation: NDArray[np.float64]) -> Resting:
    """Take a body's rotation apart.

    Parameters
    ----------
    rotation : ndarray, shape (3, 3)
        Columns are the body's axes (length, width, labelled face) in the world of the physics.
    """
    steepness = [sign * rotation[2, axis] for axis, sign in _UP]
    up = int(np.argmax(steepness))
    laid = _MIRROR @ (rotation @ _TURNS[up].T) @ _MIRROR
    yaw = np.arctan2(laid[1, 0], laid[0, 0])
    pitch = -np.arcsin(np.clip(laid[2, 0], -1.0, 1.0))
    roll = np.arctan2(laid[2, 1], laid[2, 2])
    return Resting(up, *(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))


def lying_size(up: int, size: tuple[float, float, float]) -> tuple[float, float, float]:
    """Length, width and height of a body once the face `up` is on top.

    Parameters
    ----------
    up : int
    size : (length, width, height)
        With the labelled face on top.
    """
    length, width, height = np.abs(_TURNS[up]) @ np.array(size)
    return float(length), float(width), float(height)


def turn_of(up: int) -> QuarterTurns:
    """How a body is turned, in the axes of frames, before the face `up` is on top."""
    rows = np.rint(_MIRROR @ _TURNS[up] @ _MIRROR).astype(int).tolist()
    return tuple((row[0], row[1], row[2]) for row in rows)
