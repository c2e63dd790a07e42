"""Where things truly are in the picture: for trainers and for scoring, never for a system."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.degradations.mix import Condition
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM, LabelText
from sim.frames.lying import Lying
from sim.frames.pose import AS_IT_SHOULD, CAMERA_HEIGHT_MM, Pose, draw_pose, homography, project
from sim.frames.printing import print_label
from sim.frames.staging import lying_of
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["MOST_OVER_EDGE", "true_quads"]

MOST_OVER_EDGE = 0.6
"""A label of which more than this is on a face out of sight is not there to be found."""


def true_quads(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    rest: Lying = AS_IT_SHOULD,
) -> Mapping[str, NDArray[np.float64]]:
    """Corners of the parcel, its label and what is printed there, as the camera over the belt has
    them.

    Parameters
    ----------
    parcel, lap, conditions, camera, streams, rest
        As for `sim.frames.capture.capture`.

    Returns
    -------
    mapping of str to ndarray, shape (4, 2)
        In overview pixels.  ``parcel`` is an upright box; ``label``, ``sort_code``,
        ``tracking_id`` and the sort code's symbols, ``sort_code.0`` to ``sort_code.5``, start at
        the top left corner of what is printed, and are missing where the label is out of sight.
    """
    lying = lying_of(parcel, lap, conditions, streams, rest)
    pose = draw_pose(parcel, lap, camera, streams, lying=lying)
    scale = camera.sensor_width_px / camera.overview_width_px
    quads = {"parcel": _box(pose, camera) / scale}
    if lying.over_edge > MOST_OVER_EDGE:
        return quads
    rng = streams.generator("frames", "label", parcel.parcel_id)
    printed = print_label(LabelText(parcel.sort_code, parcel.tracking_id), rng, parcel.label)
    to_sensor = homography(pose.label, camera)
    boxes = {"label": (0.0, 0.0, LABEL_WIDTH_MM, LABEL_HEIGHT_MM), **printed.lines_mm}
    symbols = printed.symbols_mm["sort_code"]
    boxes |= {f"sort_code.{place}": box for place, box in enumerate(symbols)}
    for name, (left, top, right, bottom) in boxes.items():
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        quads[name] = project(to_sensor, corners) / scale
    return quads


def _box(pose: Pose, camera: Camera) -> NDArray[np.float64]:
    """Upright box around a parcel in sensor pixels, cut at the sensor's rim."""
    centre = 0.5 * np.array([camera.sensor_width_px, camera.sensor_height_px])
    depth = 1.0 - pose.corners[:, 2:] / CAMERA_HEIGHT_MM
    seen = centre + pose.corners[:, :2] / depth * (camera.pixels_per_m / 1000.0)
    rim = (camera.sensor_width_px, camera.sensor_height_px)
    (left, top), (right, bottom) = (
        np.clip(bound, 0.0, rim) for bound in (seen.min(axis=0), seen.max(axis=0))
    )
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
