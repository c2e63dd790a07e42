"""What a camera of a tunnel has of a parcel: its faces, and the pieces of label on those."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.frames.body import FACES, Body, Face, Piece
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.pose import CAMERA_HEIGHT_MM, Plane, Pose, angle_deg, into_frame
from sim.frames.tunnel import Station

__all__ = ["Prospect", "SeenPiece", "prospect"]

Vector = NDArray[np.float64]

GRID_MM = 5.0


@dataclass(frozen=True, slots=True)
class SeenPiece:
    """A piece of label on a face that is turned towards the camera.

    Attributes
    ----------
    piece : Piece
    plane : Plane
        Where the label's points lie, in the camera's axes.
    face : ndarray, shape (4, 3)
        Corners of the face that it is stuck to, in the camera's axes.
    angle_deg : float
        Between its normal and the ray from its middle to the camera.
    """

    piece: Piece
    plane: Plane
    face: Vector
    angle_deg: float


@dataclass(frozen=True, slots=True)
class Prospect:
    """A parcel from one camera, in the camera's axes.

    Attributes
    ----------
    pose : Pose
        Its ``top`` is the face that the camera has most of.
    front : Face
        Which one that is.
    pieces : tuple of SeenPiece
        The largest first; none where the label is on faces turned away.
    """

    pose: Pose
    front: Face
    pieces: tuple[SeenPiece, ...]


def prospect(body: Body, station: Station, camera: Camera) -> Prospect:
    """Look at a parcel from one place.

    As over the belt, the picture is the part of what a row of such cameras sees that holds the
    label: the parcel is moved across the picture as little as that needs.  Where no label shows,
    it stays.

    Parameters
    ----------
    body : Body
    station : Station
    camera : Camera
    """
    pieces = _pieces(body, station, np.zeros(3))
    moved = np.zeros(3)
    if pieces:
        moved[:2] = into_frame(pieces[0].plane, camera)
    if moved.any():
        pieces = _pieces(body, station, moved)
    front = max(FACES, key=lambda face: _extent(body, station, face, moved))
    ends = [_corners(body, station, face, moved) for face in (front, Face(front.axis, -front.sign))]
    # behind each corner of the front its neighbour on the opposite face, as the scene has them
    behind = [int(np.argmin(np.linalg.norm(ends[1] - corner, axis=1))) for corner in ends[0]]
    plane = _placed(body.face_plane(front)[0], body, station, moved)
    label = pieces[0].plane if pieces else plane
    pose = Pose(np.vstack([ends[0], ends[1][behind]]), plane, label, angle_deg(label))
    return Prospect(pose, front, pieces)


def _corners(body: Body, station: Station, face: Face, moved: Vector) -> Vector:
    return station.seen(body.corners(face), float(body.centre[2])) + moved


def _placed(plane: Plane, body: Body, station: Station, moved: Vector) -> Plane:
    """A plane of the world in the camera's axes."""
    return Plane(
        station.seen(plane.origin[None, :], float(body.centre[2]))[0] + moved,
        station.turned(plane.along),
        station.turned(plane.across),
    )


def _extent(body: Body, station: Station, face: Face, moved: Vector) -> float:
    """Area of a face as the camera has it, in mm2; below zero where it is turned away."""
    corners = _corners(body, station, face, moved)
    ray = np.array([0.0, 0.0, CAMERA_HEIGHT_MM]) - corners.mean(axis=0)
    sides = np.cross(corners[1] - corners[0], corners[3] - corners[0])
    return float(sides @ ray) / float(np.linalg.norm(ray))


def _pieces(body: Body, station: Station, moved: Vector) -> tuple[SeenPiece, ...]:
    x = np.arange(0.5 * GRID_MM, LABEL_WIDTH_MM, GRID_MM, dtype=np.float32)[None, :]
    y = np.arange(0.5 * GRID_MM, LABEL_HEIGHT_MM, GRID_MM, dtype=np.float32)[:, None]
    found = []
    for piece in body.pieces:
        share = float(piece.within(x, y, body.size).mean())
        if share == 0.0 or _extent(body, station, piece.face, moved) <= 0.0:
            continue
        plane = _placed(body.in_world(piece.plane), body, station, moved)
        corners = _corners(body, station, piece.face, moved)
        found.append((share, SeenPiece(piece, plane, corners, angle_deg(plane))))
    return tuple(seen for _, seen in sorted(found, key=lambda entry: -entry[0]))
