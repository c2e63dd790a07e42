"""A parcel as a body with six faces, and the label on those that it is stuck to."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.lying import LABEL_UP, Lying
from sim.frames.pose import Plane, Pose, place_label
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["FACES", "LABELLED", "UNDERSIDE", "Body", "Face", "Piece", "body_of"]

Vector = NDArray[np.float64]

_OVER = (((-1, 0, 0), (0, 1, 0), (0, 0, -1)), ((1, 0, 0), (0, -1, 0), (0, 0, -1)))
"""Turned upside down over an edge across its length, and over one along it."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a parcel: the end of a body axis (0 length, 1 width, 2 height) it lies at."""

    axis: int
    sign: int

    @property
    def normal(self) -> Vector:
        """Outwards, in the body's axes."""
        return np.asarray(self.sign * np.eye(3)[self.axis])

    @property
    def along(self) -> Vector:
        """Of the face's own picture: the body's length, or its width where length sticks out."""
        return np.asarray(np.eye(3)[1 if self.axis == 0 else 0])


LABELLED, UNDERSIDE = Face(2, 1), Face(2, -1)
SIDES = (Face(0, 1), Face(1, 1), Face(0, -1), Face(1, -1))
"""In the order of the edges of the labelled face (`sim.frames.lying.Lying.edge`)."""
FACES = (LABELLED, *SIDES, UNDERSIDE)


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a label that sticks to one face.

    Attributes
    ----------
    face : Face
    plane : Plane
        In the body's axes, from its middle: where the label's own points (mm from its top left
        corner) lie once it is folded; only those within the face belong to the piece.
    """

    face: Face
    plane: Plane

    def within(
        self, x_mm: NDArray[np.float32], y_mm: NDArray[np.float32], size: Vector
    ) -> NDArray[np.bool_]:
        """Points of the label that lie on the face; x and y broadcast against one another."""
        held = np.ones(np.broadcast_shapes(x_mm.shape, y_mm.shape), np.bool_)
        for axis in range(3):
            if axis != self.face.axis:
                at = self.plane.origin[axis] + x_mm * self.plane.along[axis]
                held &= np.abs(at + y_mm * self.plane.across[axis]) <= 0.5 * size[axis]
        return held


@dataclass(frozen=True, slots=True)
class Body:
    """A parcel in the world.

    Attributes
    ----------
    parcel : Parcel
        With the size it has with its label up.
    centre : ndarray, shape (3,)
    axes : ndarray, shape (3, 3)
        Columns: length, width and labelled face of the body in the world.
    size : ndarray, shape (3,)
        In mm along those axes.
    pieces : tuple of Piece
        The label; the first is the one on the labelled face.
    label_up : bool
        Whether the labelled face is on top.
    """

    parcel: Parcel
    centre: Vector
    axes: Vector
    size: Vector
    pieces: tuple[Piece, ...]
    label_up: bool

    def normal(self, face: Face) -> Vector:
        """Outwards, in the world."""
        return np.asarray(self.axes @ face.normal)

    def face_plane(self, face: Face) -> tuple[Plane, float, float]:
        """Plane of a face in the world from one of its corners, and its two lengths in mm."""
        along = face.along
        across = np.cross(face.normal, along)
        wide, high = (float(np.abs(side) @ self.size) for side in (along, across))
        corner = 0.5 * (face.normal * self.size[face.axis] - wide * along - high * across)
        return self.in_world(Plane(corner, along, across)), wide, high

    def corners(self, face: Face) -> Vector:
        """Corners of a face in the world, shape (4, 3), clockwise as seen from outside."""
        plane, wide, high = self.face_plane(face)
        right, down = wide * plane.along, high * plane.across
        return np.asarray(plane.origin + np.array([0.0 * right, right, right + down, down]))

    def in_world(self, plane: Plane) -> Plane:
        """A plane given in the body's axes from its middle, in the world."""
        return Plane(
            self.centre + self.axes @ plane.origin,
            self.axes @ plane.along,
            self.axes @ plane.across,
        )


def body_of(parcel: Parcel, pose: Pose, lying: Lying, streams: Streams) -> Body:
    """Find the label on a parcel whose box lies as `pose` says.

    Where physics laid the parcel, it says which face carries the label.  Where the label lies on
    the underside without it (`label_down` at its worst), the parcel has gone over the edge that the
    condition names; short of that the label is folded round that edge.

    Parameters
    ----------
    parcel : Parcel
        With the size that it has as it lies.
    pose : Pose
        Of that parcel.
    lying : Lying
    streams : Streams
    """
    turn = LABEL_UP if lying.rest is None else lying.rest.turn
    if turn == LABEL_UP and lying.over_edge >= 1.0:
        turn = _OVER[lying.edge % 2]
    turned = np.array(turn, dtype=np.float64)
    lain = np.array([parcel.length_mm, parcel.width_mm, parcel.height_mm])
    size = np.abs(turned).T @ lain
    standing = _sized(parcel, size)
    upright = np.stack(
        [pose.top.along, pose.top.across, np.cross(pose.top.along, pose.top.across)], axis=1
    )
    x, y, spin = place_label(standing, lying if turn == LABEL_UP else Lying(), streams)
    right = np.array([np.cos(spin), np.sin(spin), 0.0])
    down = np.array([-np.sin(spin), np.cos(spin), 0.0])
    middle = np.array([x, y, 0.5 * size[2]])
    origin = middle - 0.5 * LABEL_WIDTH_MM * right - 0.5 * LABEL_HEIGHT_MM * down
    return Body(
        parcel=standing,
        centre=pose.corners.mean(axis=0),
        axes=upright @ turned,
        size=size,
        pieces=_folded(Plane(origin, right, down), size),
        label_up=turn == LABEL_UP,
    )


def _sized(parcel: Parcel, size: Vector) -> Parcel:
    length, width, height = (float(value) for value in size)
    return replace(parcel, length_mm=length, width_mm=width, height_mm=height)


def _folded(label: Plane, size: Vector) -> tuple[Piece, ...]:
    """Fold what hangs over an edge down the side there, and round it onto the underside."""
    pieces = [Piece(LABELLED, label)]
    ends = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
    reach = label.origin + ends[:, :1] * label.along + ends[:, 1:] * label.across
    for side in SIDES:
        out, half, tall = side.normal, 0.5 * size[side.axis], float(size[2])
        beyond = float((reach @ out).max()) - half
        if beyond > 0.0:
            pieces.append(Piece(side, _bent(label, out, half, 1.0, 0.0)))
        if beyond > tall:
            pieces.append(Piece(UNDERSIDE, _bent(label, out, half, 0.0, tall)))
    return tuple(pieces)


def _bent(label: Plane, out: Vector, half: float, fallen: float, tall: float) -> Plane:
    """Take the distance beyond an edge downwards, or beyond the next one inwards again."""
    up = LABELLED.normal
    inwards = 0.0 if fallen else 1.0

    def bent(vector: Vector, from_edge: float, offset: float) -> Vector:
        away = -(1.0 + inwards) * from_edge + inwards * offset
        return np.asarray(vector + away * out - (fallen * from_edge + offset) * up)

    return Plane(
        bent(label.origin, float(label.origin @ out) - half, tall),
        bent(label.along, float(label.along @ out), 0.0),
        bent(label.across, float(label.across @ out), 0.0),
    )
