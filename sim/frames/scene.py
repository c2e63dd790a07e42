"""What lies in front of a camera, painted at any resolution before the sensor adds its noise."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.model import Camera
from sim.frames.article import LabelArticle
from sim.frames.backdrop import Backdrop
from sim.frames.belt import BELT_PALETTE, belt_rectangle
from sim.frames.blur import blur_along_belt, blur_kernel, blur_px, defocused, disk_kernel
from sim.frames.layer import Layer, blend, fill_quad
from sim.frames.overlap_layers import Overlap, OverlapLayers
from sim.frames.parcel_art import FACE_PX_PER_MM, ParcelArt
from sim.frames.pose import CAMERA_HEIGHT_MM, Plane, Pose, homography, project_points
from sim.frames.veil import SHADE_PX_PER_MM, VEIL_PX_PER_MM, Shade, Veil

__all__ = ["GLOSS_GAIN", "LabelPart", "MovingScene", "Rect", "Scene", "StagedParcel"]

Rect = tuple[int, int, int, int]
"""(x0, y0, x1, y1) in pixels of the target; x1 and y1 are outside."""

SHADOW_PX_PER_MM = 0.25
SHADOW_REACH_MM = 60.0
GLOSS_GAIN = 3.0
"""Tape and film mirror a lamp where paper scatters it: the lobe is narrower and brighter."""


@dataclass(frozen=True, slots=True)
class LabelPart:
    """The part of a label that sticks to one face.

    Attributes
    ----------
    plane : Plane
        Of the whole label, folded down flat onto that face.
    face : ndarray, shape (4, 3), or None
        Corners of the face, beyond which nothing of the part shows; None is the face in front.
    """

    plane: Plane
    face: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class StagedParcel:
    """A parcel as it lies in front of the camera, in the camera's axes.

    Light and what lies on top belong to the first part of the label; by default that is all of it,
    where the pose has it.
    """

    pose: Pose
    art: ParcelArt
    label: LabelArticle | None
    veil: Veil | None = None
    shade: Shade | None = None
    overlap: Overlap | None = None
    parts: tuple[LabelPart, ...] | None = None


class MovingScene(ABC):
    """Parcels on a moving belt, before a lens that may be out of focus.

    Parameters
    ----------
    parcels : sequence of StagedParcel
        Painted in order.
    camera : Camera
    belt_speed_mps : float
    exposure_ms : float
    belt_offset : (x, y)
        Which part of the belt is in front of the camera, in sensor pixels.
    defocus_mm : float
        Radius of the disk that every point becomes.
    """

    def __init__(
        self,
        parcels: tuple[StagedParcel, ...],
        camera: Camera,
        belt_speed_mps: float,
        exposure_ms: float,
        belt_offset: tuple[int, int],
        defocus_mm: float = 0.0,
    ) -> None:
        self._camera = camera
        self._staged = parcels
        self._disk_px = defocus_mm * camera.pixels_per_m / 1000.0
        self._belt_offset = belt_offset
        self._belt_blur = blur_px(belt_speed_mps, exposure_ms, camera.pixels_per_m)
        # the tallest parcel in view is nearest to the lens, and its blur the longest in pixels
        tops = [staged.pose.top.origin[2] for staged in parcels]
        self._parcel_blur = self._belt_blur / (1.0 - max(tops, default=0.0) / CAMERA_HEIGHT_MM)

    def paint(self, rect: Rect, sensor_px_per_px: float) -> NDArray[np.uint8]:
        """Noise-free picture of a rectangle of the target.

        Parameters
        ----------
        rect : (x0, y0, x1, y1)
            In target pixels.
        sensor_px_per_px : float
            Sensor pixels per target pixel.

        Returns
        -------
        ndarray of uint8, shape (y1 - y0, x1 - x0, 3), RGB
        """
        radius = self._disk_px / sensor_px_per_px
        if radius <= 0.0:
            return self._moving(rect, sensor_px_per_px)
        reach = disk_kernel(radius).shape[0] // 2
        around = (rect[0] - reach, rect[1] - reach, rect[2] + reach, rect[3] + reach)
        spread = defocused(self._moving(around, sensor_px_per_px), radius)
        return np.ascontiguousarray(
            spread[reach : reach + rect[3] - rect[1], reach : reach + rect[2] - rect[0]]
        )

    @abstractmethod
    def _moving(self, rect: Rect, k: float) -> NDArray[np.uint8]:
        """Paint with the blur of the belt's motion alone."""


class Scene(MovingScene):
    """A scene painted layer by layer, each where a pinhole camera has it.

    Parameters
    ----------
    parcels, camera, belt_speed_mps, exposure_ms, belt_offset, defocus_mm
        As for `MovingScene`.
    backdrop : Backdrop, optional
        What is behind the parcels; by default the belt that they lie on.
    """

    def __init__(
        self,
        parcels: tuple[StagedParcel, ...],
        camera: Camera,
        belt_speed_mps: float,
        exposure_ms: float,
        belt_offset: tuple[int, int],
        defocus_mm: float = 0.0,
        backdrop: Backdrop | None = None,
    ) -> None:
        super().__init__(parcels, camera, belt_speed_mps, exposure_ms, belt_offset, defocus_mm)
        self._backdrop = backdrop
        on_belt = backdrop is None
        self._parcels = tuple(_PaintedParcel(staged, camera, on_belt) for staged in parcels)

    def _moving(self, rect: Rect, k: float) -> NDArray[np.uint8]:
        px_per_mm = self._camera.pixels_per_m / 1000.0
        offset = (round(self._belt_offset[0] / k), round(self._belt_offset[1] / k))
        if not any(parcel.touches(rect, k) for parcel in self._parcels):
            if self._backdrop is not None:
                return self._backdrop.paint(rect, k)
            belt = belt_rectangle(rect, offset, px_per_mm, k, self._belt_blur / k)
            return np.asarray(cv2.applyColorMap(belt, BELT_PALETTE[:, None, :]), np.uint8)
        length = self._parcel_blur / k
        reach = blur_kernel(length).size // 2
        wide = (rect[0] - reach, rect[1], rect[2] + reach, rect[3])
        if self._backdrop is not None:
            canvas = self._backdrop.paint(wide, k)
        else:
            belt = belt_rectangle(wide, offset, px_per_mm, k, 0.0).copy()
            for parcel in self._parcels:
                parcel.shade(belt, wide, k)
            canvas = np.asarray(cv2.applyColorMap(belt, BELT_PALETTE[:, None, :]), np.uint8)
        for parcel in self._parcels:
            parcel.paint(canvas, wide, k)
        blurred = blur_along_belt(canvas, length)
        return np.ascontiguousarray(blurred[:, reach : reach + rect[2] - rect[0]])


class _PaintedParcel:
    """The layers of one parcel: shadow, sides, face, label, light."""

    def __init__(self, staged: StagedParcel, camera: Camera, on_belt: bool) -> None:
        pose, art, label = staged.pose, staged.art, staged.label
        top = homography(pose.top, camera)
        self._face = Layer(art.face.shade, FACE_PX_PER_MM, top, art.face.palette)
        self._outline = None if art.outline is None else Layer(art.outline, FACE_PX_PER_MM, top)
        self._tape = None
        if art.tape is not None:
            lower = Plane(
                pose.top.origin + art.tape.y_mm * pose.top.across, pose.top.along, pose.top.across
            )
            matrix = homography(lower, camera)
            self._tape = Layer(art.tape.shade, FACE_PX_PER_MM, matrix, art.tape.palette)
        parts = (LabelPart(pose.label),) if staged.parts is None else staged.parts
        self._parts = () if label is None else tuple(_part(label, part, camera) for part in parts)
        lit = parts[0].plane if parts else pose.label
        self._veil = None
        if staged.veil is not None:
            light = homography(_shifted(lit, staged.veil.margin_mm), camera)
            self._veil = Layer(staged.veil.light, VEIL_PX_PER_MM, light)
        self._gloss = None
        if label is not None and label.gloss is not None and staged.veil is not None:
            around = homography(_shifted(lit, label.margin_mm), camera)
            self._gloss = Layer(label.gloss, label.px_per_mm, around)
        self._shade = None
        if staged.shade is not None:
            dark = homography(_shifted(lit, staged.shade.margin_mm), camera)
            self._shade = Layer(staged.shade.light, SHADE_PX_PER_MM, dark)
        self._overlap = None
        if staged.overlap is not None:
            self._overlap = OverlapLayers(staged.overlap, lit, camera)
        self._corners = project_points(pose.corners, camera)
        self._shadow = _shadow(pose, camera) if on_belt else None
        # flat from above, a bag shows how thick it is to those that look from elsewhere
        self._sides = _sides(art.side) if art.outline is None or not on_belt else ()

    def touches(self, rect: Rect, k: float) -> bool:
        if self._overlap is not None and self._overlap.touches(rect, k):
            return True
        layers = (self._shadow or self._face, self._face, self._veil, self._shade)
        if any(layer is not None and layer.overlap(rect, k) for layer in layers):
            return True
        # a shadow on the belt reaches beyond the sides; without one they are the rim themselves
        low, high = self._corners.min(axis=0) / k - 1.0, self._corners.max(axis=0) / k + 1.0
        beside = (high <= rect[:2]).any() or (low >= rect[2:]).any()
        return self._shadow is None and not bool(beside)

    def shade(self, belt: NDArray[np.uint8], rect: Rect, k: float) -> None:
        """Darken the belt (brightness only) by the parcel's shadow, in place."""
        part = None if self._shadow is None else self._shadow.overlap(rect, k)
        if self._shadow is not None and part is not None and not self._hides(part, k):
            target = _view(belt, rect, part)
            light = self._shadow.sample(part, k, beyond=255)
            target[:] = cv2.multiply(target, light, scale=1.0 / 255.0)

    def paint(self, canvas: NDArray[np.uint8], rect: Rect, k: float) -> None:
        """Paint on the canvas of a target rectangle, in place."""
        for corners, colour in self._sides:
            quad = self._corners[list(corners)]
            (ax, ay), (bx, by) = quad[2] - quad[0], quad[3] - quad[1]
            if ax * by - ay * bx > 0.0:  # turned towards the camera
                fill_quad(canvas, quad / k, (rect[0], rect[1]), colour)
        part = self._face.overlap(rect, k)
        if part is not None:
            top = self._top_alpha(part, k)
            if top.any():
                blend(_view(canvas, rect, part), self._face.sample(part, k), top)
        strip = None if self._tape is None else self._tape.overlap(rect, k)
        if self._tape is not None and strip is not None:
            alpha = np.minimum(self._tape.coverage(strip, k), self._top_alpha(strip, k))
            if alpha.any():
                blend(_view(canvas, rect, strip), self._tape.sample(strip, k), alpha)
        for part_of_label in self._parts:
            self._paint_label(part_of_label, canvas, rect, k)
        if self._overlap is not None:
            self._overlap.paint(canvas, rect, k)
        dark = None if self._shade is None else self._shade.overlap(rect, k)
        if self._shade is not None and dark is not None:
            left = self._shade.sample(dark, k, beyond=255)
            target = _view(canvas, rect, dark)
            target[:] = cv2.multiply(target, cv2.merge([left, left, left]), scale=1.0 / 255.0)
        light = None if self._veil is None else self._veil.overlap(rect, k)
        if self._veil is not None and light is not None:
            glow = self._veil.sample(light, k, beyond=0)
            if glow.any():
                glow = self._mirrored(glow, light, k)
                target = _view(canvas, rect, light)
                target[:] = cv2.add(target, cv2.merge([glow, glow, glow]))

    def _mirrored(self, glow: NDArray[np.uint8], rect: Rect, k: float) -> NDArray[np.uint8]:
        """Lamp light on a glossy surface: up to `GLOSS_GAIN` times what paper sends back."""
        part = None if self._gloss is None else self._gloss.overlap(rect, k)
        if self._gloss is None or part is None:
            return glow
        gloss = self._gloss.sample(part, k, beyond=0)
        glow = glow.copy()
        target = _view(glow, rect, part)
        more = cv2.multiply(target, gloss, scale=(GLOSS_GAIN - 1.0) / 255.0)
        target[:] = cv2.add(target, more)
        return glow

    def _paint_label(
        self, label: "_PaintedLabel", canvas: NDArray[np.uint8], rect: Rect, k: float
    ) -> None:
        part = label.surface.overlap(rect, k)
        if part is None:
            return
        alpha = label.alpha.sample(part, k, beyond=0)
        if alpha.any():
            # what hangs over the face's edge is folded down: out of sight, or another part
            face = self._top_alpha(part, k) if label.face is None else _filled(label.face, part, k)
            alpha = np.minimum(alpha, face)
            blend(_view(canvas, rect, part), label.surface.sample(part, k), alpha)

    def _hides(self, rect: Rect, k: float) -> bool:
        """Whether the face covers all of a rectangle of the target."""
        corners = np.array(
            [[rect[0], rect[1]], [rect[2], rect[1]], [rect[2], rect[3]], [rect[0], rect[3]]]
        )
        quad = self._corners[:4] / k
        edges = np.roll(quad, -1, axis=0) - quad
        to_corner = corners[None, :, :] - quad[:, None, :]
        side = edges[:, None, 0] * to_corner[..., 1] - edges[:, None, 1] * to_corner[..., 0]
        return self._outline is None and bool((side >= 0.0).all())

    def _top_alpha(self, rect: Rect, k: float) -> NDArray[np.uint8]:
        if self._outline is not None:
            return self._outline.sample(rect, k, beyond=0)
        return _filled(self._corners[:4], rect, k)


@dataclass(frozen=True, slots=True)
class _PaintedLabel:
    """The layers of one part of a label, and the face it ends with (None: the one in front)."""

    surface: Layer
    alpha: Layer
    face: NDArray[np.float64] | None


def _part(label: LabelArticle, part: LabelPart, camera: Camera) -> _PaintedLabel:
    around = homography(_shifted(part.plane, label.margin_mm), camera)
    return _PaintedLabel(
        Layer(label.rgb, label.px_per_mm, around),
        Layer(label.alpha, label.px_per_mm, around),
        None if part.face is None else project_points(part.face, camera),
    )


def _filled(quad: NDArray[np.float64], rect: Rect, k: float) -> NDArray[np.uint8]:
    alpha = np.zeros((rect[3] - rect[1], rect[2] - rect[0]), np.uint8)
    fill_quad(alpha, quad / k, (rect[0], rect[1]), (255.0,))
    return alpha


def _shifted(plane: Plane, margin_mm: float) -> Plane:
    origin = plane.origin - margin_mm * plane.along - margin_mm * plane.across
    return Plane(origin, plane.along, plane.across)


def _sides(
    colour: tuple[float, float, float],
) -> tuple[tuple[tuple[int, ...], tuple[float, ...]], ...]:
    """Corner indices and colour of the four sides; each gets its own share of the light."""
    return tuple(
        ((i, 4 + i, 4 + (i + 1) % 4, (i + 1) % 4), tuple(light * channel for channel in colour))
        for i, light in enumerate((0.62, 0.50, 0.72, 0.56))
    )


def _view(canvas: NDArray[np.uint8], rect: Rect, part: Rect) -> NDArray[np.uint8]:
    return canvas[part[1] - rect[1] : part[3] - rect[1], part[0] - rect[0] : part[2] - rect[0]]


def _shadow(pose: Pose, camera: Camera) -> Layer:
    """Soft shadow on the belt, away from the lamps over the far rail; 255 is full light."""
    reach = SHADOW_REACH_MM
    low = pose.corners[:, :2].min(axis=0) - reach
    high = pose.corners[:, :2].max(axis=0) + reach
    width, height = (max(2, round(v)) for v in (high - low) * SHADOW_PX_PER_MM)
    light = np.full((height, width), 255, np.uint8)
    lift = min(0.12 * float(pose.corners[:, 2].max()), 30.0)
    foot = pose.corners[4:, :2] + (0.35 * lift, lift)
    points = np.rint((foot - low) * SHADOW_PX_PER_MM * 16.0).astype(np.int32)
    cv2.fillConvexPoly(light, points, (120.0,), lineType=cv2.LINE_AA, shift=4)
    soft = np.asarray(cv2.GaussianBlur(light, (0, 0), 2.2), np.uint8)
    place = np.array([[1.0, 0.0, low[0]], [0.0, 1.0, low[1]], [0.0, 0.0, 1.0]])
    unit = Plane(np.zeros(3), np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    return Layer(soft, SHADOW_PX_PER_MM, homography(unit, camera) @ place)
