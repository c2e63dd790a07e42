"""Where a parcel lies under the camera, and what a pinhole camera makes of it.

World axes in mm: x along the belt, y across it, z up; the origin is on the belt below the camera.
A pinhole at height ``H`` maps (x, y, z) to ``u = cx + s x / (1 - z / H)`` and likewise for v, with
``s`` the pixels per mm on the belt: the top of a tall parcel is nearer and so larger.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.lying import Lying, line_for_share
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = [
    "AS_IT_SHOULD",
    "CAMERA_HEIGHT_MM",
    "Plane",
    "Pose",
    "angle_deg",
    "draw_pose",
    "edge_direction",
    "homography",
    "into_frame",
    "is_bag",
    "label_placement",
    "place_label",
    "project",
    "project_points",
]

CAMERA_HEIGHT_MM = 2200.0
FRAME_MARGIN_PX = 12.0

AS_IT_SHOULD = Lying()
"""Upright and near enough straight, nothing in the way."""
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """A flat piece of the world: point (a, b) in mm lies at ``origin + a * along + b * across``."""

    origin: Vector
    along: Vector
    across: Vector


@dataclass(frozen=True, slots=True)
class Pose:
    """How a parcel lies.

    Attributes
    ----------
    corners : ndarray, shape (8, 3)
        Corners of its bounding box in mm: four of the top in image order, then four of the bottom.
    top : Plane
        Its upper face, origin at the top left corner.
    label : Plane
        The label on that face, origin at the label's own top left corner.
    angle_deg : float
        Between the label's normal and the ray from its centre to the camera.
    """

    corners: NDArray[np.float64]
    top: Plane
    label: Plane
    angle_deg: float


def is_bag(material: str) -> bool:
    """Whether a material makes a bag, soft and flat, and not a box."""
    return material.endswith("_bag")


def homography(plane: Plane, camera: Camera) -> NDArray[np.float64]:
    """Matrix from plane coordinates (a, b, 1) in mm to sensor pixels (u, v, w), corner-based."""
    s = camera.pixels_per_m / 1000.0
    cx, cy = 0.5 * camera.sensor_width_px, 0.5 * camera.sensor_height_px
    columns = np.stack([plane.along, plane.across, plane.origin], axis=1)
    depth = -columns[2] / CAMERA_HEIGHT_MM + np.array([0.0, 0.0, 1.0])
    return np.stack([s * columns[0] + cx * depth, s * columns[1] + cy * depth, depth])


def project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points of shape (n, 2) through a homography."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def project_points(points: Vector, camera: Camera) -> Vector:
    """Sensor pixels, corner-based, of points of shape (n, 3) that lie before the camera."""
    unit = Plane(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    depth = 1.0 - points[:, 2] / CAMERA_HEIGHT_MM
    return project(homography(unit, camera), points[:, :2] / depth[:, None])


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    cz, sz, cy, sy, cx, sx = (f(angle) for angle in (yaw, pitch, roll) for f in (np.cos, np.sin))
    about_z = np.array([[cz, -sz, 0.0], [sz, cz, 0.0], [0.0, 0.0, 1.0]])
    about_y = np.array([[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cx, -sx], [0.0, sx, cx]])
    return np.asarray(about_z @ about_y @ about_x)


def label_placement(parcel: Parcel, streams: Streams) -> tuple[float, float, float]:
    """Centre of the label on the top face (mm from its centre) and its rotation (radians).

    Both are in the face's own axes: x along the parcel, y across it as image axes turn.
    """
    rng = streams.generator("frames", "label placement", parcel.parcel_id)
    turns = rng.permutation(4)
    place, skew = rng.random(2), rng.normal(0.0, np.radians(2.5))
    room = 4.0
    for turn in turns:
        size = (
            (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
            if turn % 2 == 0
            else (LABEL_HEIGHT_MM, LABEL_WIDTH_MM)
        )
        free = (parcel.length_mm - size[0] - 2 * room, parcel.width_mm - size[1] - 2 * room)
        if min(free) >= 0.0:
            break
    else:
        # no turn fits: the label goes along the parcel's longer side and hangs over its edges
        turn = 0 if parcel.width_mm >= parcel.length_mm else 1
        free = (0.0, 0.0)
    x, y = ((float(place[i]) - 0.5) * max(free[i], 0.0) for i in (0, 1))
    return x, y, float(turn) * 0.5 * np.pi + float(skew)


def edge_direction(parcel: Parcel, lying: Lying, streams: Streams) -> float:
    """Direction in the label's plane, in radians, of the edge that the label goes over."""
    turn = label_placement(parcel, streams)[2]
    return lying.edge * 0.5 * np.pi - turn


def place_label(parcel: Parcel, lying: Lying, streams: Streams) -> tuple[float, float, float]:
    """Place the label, moved outwards until its share lies beyond the edge of the upper face.

    Centre and rotation as `label_placement` gives them.
    """
    x, y, turn = label_placement(parcel, streams)
    if lying.over_edge <= 0.0:
        return x, y, turn
    line = line_for_share(lying.edge * 0.5 * np.pi - turn, lying.over_edge)
    size = parcel.length_mm if lying.edge % 2 == 0 else parcel.width_mm
    out = (1.0 if lying.edge < 2 else -1.0) * (0.5 * size - line)
    # a label that has gone takes what hangs over its rim, such as tape, with it
    if lying.over_edge >= 1.0:
        out *= 1.0 + 200.0 / size
    return (out, y, turn) if lying.edge % 2 == 0 else (x, out, turn)


def _in_view_mm(across_mm: float, camera: Camera) -> float:
    """Where a parcel is across the field of the nearest of a row of cameras, half a field apart."""
    apart = 500.0 * camera.sensor_height_px / camera.pixels_per_m
    return across_mm - apart * round(across_mm / apart)


def draw_pose(
    parcel: Parcel,
    lap: int,
    camera: Camera,
    streams: Streams,
    centre_mm: tuple[float, float] | None = None,
    lying: Lying = AS_IT_SHOULD,
) -> Pose:
    """Lay a parcel on the belt.

    Where the label sits is the parcel's own; how the parcel lies is drawn anew on every lap.

    Parameters
    ----------
    parcel : Parcel
    lap : int
    camera : Camera
    streams : Streams
    centre_mm : (x, y), optional
        Where the parcel's centre lies.  By default it is drawn, and moved as little as is needed
        for the label to be inside the frame: a tunnel has a camera for each stretch of the belt,
        and the view given is the one that holds the label.
    lying : Lying
        What came in the way of lying as it should; it changes no draw.
    """
    rng = streams.generator("frames", "pose", parcel.parcel_id, lap)
    soft = is_bag(parcel.material)
    yaw = rng.normal(0.0, np.radians(7.0))
    pitch, roll = rng.normal(0.0, np.radians(2.5 if soft else 0.8), size=2)
    offset = rng.normal(0.0, (25.0, 20.0))
    centre = np.asarray(centre_mm if centre_mm is not None else offset, dtype=np.float64)
    lift = 0.0
    if lying.rest is not None:
        # what the belt and a bag's bulges tilt comes on top: the physics knows flat and stiff only
        turned = np.radians(lying.rest.angles_deg)
        yaw, pitch, roll = turned[0], turned[1] + pitch, turned[2] + roll
        lift = lying.rest.lift_mm
        if centre_mm is None and lying.over_edge < 1.0:
            centre = np.array([offset[0], _in_view_mm(lying.rest.across_mm, camera)])
    angles = (yaw + np.radians(lying.skew_deg), pitch, roll)
    label = place_label(parcel, lying, streams)
    pose = _pose(parcel, centre, angles, label, lift)
    if centre_mm is not None or lying.over_edge >= 1.0:
        return pose
    move = into_frame(pose.label, camera)
    return _pose(parcel, centre + move, angles, label, lift) if move.any() else pose


def into_frame(label: Plane, camera: Camera) -> Vector:
    """How far a label must move across the picture, in mm along its axes, to be all within it."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (LABEL_WIDTH_MM, LABEL_HEIGHT_MM)
    quad = project(homography(label, camera), corners)
    frame = np.array([camera.sensor_width_px, camera.sensor_height_px], dtype=np.float64)
    short = np.maximum(FRAME_MARGIN_PX - quad.min(axis=0), 0.0)
    over = np.maximum(quad.max(axis=0) - (frame - FRAME_MARGIN_PX), 0.0)
    depth = 1.0 - label.origin[2] / CAMERA_HEIGHT_MM
    return np.asarray((short - over) * depth * 1000.0 / camera.pixels_per_m)


def _pose(
    parcel: Parcel,
    centre: Vector,
    angles: tuple[float, float, float],
    placed: tuple[float, float, float],
    lift_mm: float,
) -> Pose:
    rotation = _rotation(*angles)
    half = 0.5 * np.array([parcel.length_mm, parcel.width_mm, parcel.height_mm])
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64)
    box = np.vstack([np.column_stack([signs, np.full(4, z)]) for z in (1.0, -1.0)]) * half
    corners = box @ rotation.T
    moved = np.array([centre[0], centre[1], lift_mm - corners[:, 2].min()])
    corners = corners + moved
    along, across = rotation[:, 0], rotation[:, 1]
    x, y, turn = placed
    right = np.cos(turn) * along + np.sin(turn) * across
    down = -np.sin(turn) * along + np.cos(turn) * across
    middle = corners[:4].mean(axis=0) + x * along + y * across
    origin = middle - 0.5 * LABEL_WIDTH_MM * right - 0.5 * LABEL_HEIGHT_MM * down
    label = Plane(origin, right, down)
    top = Plane(corners[0], along, across)
    return Pose(corners=corners, top=top, label=label, angle_deg=angle_deg(label))


def angle_deg(label: Plane) -> float:
    """Angle between a label's normal and the ray from its middle to the camera."""
    half = 0.5 * LABEL_WIDTH_MM * label.along + 0.5 * LABEL_HEIGHT_MM * label.across
    ray = np.array([0.0, 0.0, CAMERA_HEIGHT_MM]) - (label.origin + half)
    cosine = float(np.cross(label.along, label.across) @ ray) / float(np.linalg.norm(ray))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
