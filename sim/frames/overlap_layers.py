"""Another parcel on top of a label: its face, its tape and the shadow that it throws."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.layer import Layer, blend
from sim.frames.lying import Cover, line_for_share
from sim.frames.parcel_art import FACE_PX_PER_MM, ParcelArt
from sim.frames.pose import Plane, homography

__all__ = ["Overlap", "OverlapLayers", "cover_plane"]

SHADOW_PX_PER_MM = 0.5
SHADOW_REACH_MM = 14.0
SHADOW_LIGHT = 0.45
"""Light left in the gap under the rim of the parcel on top."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A parcel on top.

    Attributes
    ----------
    cover : Cover
        Where it lies.
    art : ParcelArt
        What it looks like; its face's top edge is the one over the label.
    """

    cover: Cover
    art: ParcelArt


def cover_plane(overlap: Overlap, label: Plane) -> Plane:
    """Face of the parcel on top, from the end of its edge over the label, in the label's plane."""
    cover = overlap.cover
    line = line_for_share(cover.angle, cover.share)
    outwards = np.cos(cover.angle) * label.along + np.sin(cover.angle) * label.across
    sideways = np.sin(cover.angle) * label.along - np.cos(cover.angle) * label.across
    middle = (
        label.origin
        + 0.5 * LABEL_WIDTH_MM * label.along
        + 0.5 * LABEL_HEIGHT_MM * label.across
        + line * outwards
        + cover.shift_mm * sideways
    )
    width_mm = overlap.art.face.shade.shape[1] / FACE_PX_PER_MM
    return Plane(middle - 0.5 * width_mm * sideways, sideways, outwards)


class OverlapLayers:
    """The layers of a parcel on top, in the plane of the label beneath it.

    Parameters
    ----------
    overlap : Overlap
    label : Plane
        Of the label beneath.
    camera : Camera
    """

    def __init__(self, overlap: Overlap, label: Plane, camera: Camera) -> None:
        art = overlap.art
        plane = cover_plane(overlap, label)
        corner, sideways, outwards = plane.origin, plane.along, plane.across
        matrix = homography(plane, camera)
        self._face = Layer(art.face.shade, FACE_PX_PER_MM, matrix, art.face.palette)
        self._outline = None if art.outline is None else Layer(art.outline, FACE_PX_PER_MM, matrix)
        self._tape = None
        if art.tape is not None:
            lower = Plane(corner + art.tape.y_mm * outwards, sideways, outwards)
            self._tape = Layer(
                art.tape.shade, FACE_PX_PER_MM, homography(lower, camera), art.tape.palette
            )
        shadow = _shadow(art)
        start = corner - SHADOW_REACH_MM * (sideways + outwards)
        self._shadow = Layer(
            shadow, SHADOW_PX_PER_MM, homography(Plane(start, sideways, outwards), camera)
        )

    def touches(self, rect: tuple[int, int, int, int], k: float) -> bool:
        """Whether a target rectangle may show the parcel or its shadow."""
        return self._shadow.overlap(rect, k) is not None

    def paint(self, canvas: NDArray[np.uint8], rect: tuple[int, int, int, int], k: float) -> None:
        """Paint on the canvas of a target rectangle, in place."""
        part = self._shadow.overlap(rect, k)
        if part is not None:
            light = self._shadow.sample(part, k, beyond=255)
            target = _view(canvas, rect, part)
            target[:] = cv2.multiply(target, cv2.merge([light, light, light]), scale=1.0 / 255.0)
        for layer in (self._face, self._tape):
            part = None if layer is None else layer.overlap(rect, k)
            if layer is None or part is None:
                continue
            alpha = layer.coverage(part, k)
            if self._outline is not None:
                alpha = np.minimum(alpha, self._outline.sample(part, k, beyond=0))
            if alpha.any():
                blend(_view(canvas, rect, part), layer.sample(part, k), alpha)


def _view(
    canvas: NDArray[np.uint8], rect: tuple[int, int, int, int], part: tuple[int, int, int, int]
) -> NDArray[np.uint8]:
    return canvas[part[1] - rect[1] : part[3] - rect[1], part[0] - rect[0] : part[2] - rect[0]]


def _shadow(art: ParcelArt) -> NDArray[np.uint8]:
    """Light around the parcel on top, 255 being all of it."""
    height, width = (
        max(2, round((size / FACE_PX_PER_MM + 2.0 * SHADOW_REACH_MM) * SHADOW_PX_PER_MM))
        for size in art.face.shade.shape
    )
    light = np.full((height, width), 255, np.uint8)
    rim = round(SHADOW_REACH_MM * SHADOW_PX_PER_MM)
    light[rim : height - rim, rim : width - rim] = round(255.0 * SHADOW_LIGHT)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 0.35 * rim), np.uint8)
