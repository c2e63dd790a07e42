"""How a parcel came to lie: askew, its label over an edge, another parcel on top of it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["LABEL_UP", "Cover", "Lying", "QuarterTurns", "Rest", "beyond_line", "line_for_share"]

GRID_PX_PER_MM = 2.0

QuarterTurns = tuple[tuple[int, int, int], ...]
"""Rows of a rotation matrix that takes axes to axes."""

LABEL_UP: QuarterTurns = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


@dataclass(frozen=True, slots=True)
class Cover:
    """Another parcel that lies over part of the label.

    Attributes
    ----------
    share : float
        Share of the label's area beneath it.
    angle : float
        Direction, in radians in the label's plane, in which it lies off.
    shift_mm : float
        How far its middle is from the label's, along its edge.
    body : int
        Seed of what it is made of.
    """

    share: float
    angle: float
    shift_mm: float
    body: int


@dataclass(frozen=True, slots=True)
class Rest:
    """Where physics left a parcel.

    Attributes
    ----------
    angles_deg : (yaw, pitch, roll)
        Turns about the vertical, across and along the belt; 0, 0, 0 is flat and straight.
    across_mm : float
        Of its middle from the middle of the belt.
    lift_mm : float
        Of its lowest corner from the belt: it lies on another parcel.
    turn : tuple of three rows
        From the axes of the parcel with its label up to those as it lies: which face the label is
        on.  A camera above needs only to know that it is another one, so the turn is no part of
        what names a capture.
    """

    angles_deg: tuple[float, float, float]
    across_mm: float
    lift_mm: float
    turn: QuarterTurns = field(default=LABEL_UP, repr=False)


@dataclass(frozen=True, slots=True)
class Lying:
    """How one pass differs from a parcel that lies as it should.

    Attributes
    ----------
    skew_deg : float
        Turn about the vertical beyond the usual.
    over_edge : float
        Share of the label's area on a face the camera does not see.
    edge : int
        Which edge of the upper face the label goes over, counted from +x as image axes turn.
    cover : Cover or None
        What lies on top.
    rest : Rest, optional
        Where physics left it; by default it is drawn.
    """

    skew_deg: float = 0.0
    over_edge: float = 0.0
    edge: int = 0
    cover: Cover | None = None
    rest: Rest | None = None


def line_for_share(angle: float, share: float) -> float:
    """Where a straight line cuts a share off the label.

    Parameters
    ----------
    angle : float
        Direction of the part cut off, in radians in the label's plane.
    share : float
        Of the label's area, from 0 to 1.

    Returns
    -------
    float
        Distance in mm of the line from the label's middle, along the direction: points further
        along it are cut off.
    """
    x = (np.arange(LABEL_WIDTH_MM * GRID_PX_PER_MM) + 0.5) / GRID_PX_PER_MM - 0.5 * LABEL_WIDTH_MM
    y = (np.arange(LABEL_HEIGHT_MM * GRID_PX_PER_MM) + 0.5) / GRID_PX_PER_MM - 0.5 * LABEL_HEIGHT_MM
    along = (np.cos(angle) * x[None, :] + np.sin(angle) * y[:, None]).ravel()
    if share >= 1.0:
        return float(along.min()) - 1.0
    rank = min(int((1.0 - share) * along.size), along.size - 1)
    return float(np.partition(along, rank)[rank])


def beyond_line(
    x_mm: NDArray[np.float32], y_mm: NDArray[np.float32], angle: float, share: float
) -> NDArray[np.bool_]:
    """Points that the line of `line_for_share` cuts off.

    Parameters
    ----------
    x_mm, y_mm : ndarray
        From the label's top left corner; broadcast against one another.
    angle, share : float
    """
    along = np.float32(np.cos(angle)) * (x_mm - np.float32(0.5 * LABEL_WIDTH_MM))
    along = along + np.float32(np.sin(angle)) * (y_mm - np.float32(0.5 * LABEL_HEIGHT_MM))
    return np.asarray(along > line_for_share(angle, share))
