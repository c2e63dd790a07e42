"""The same parcels drawn by somebody else: bodies of triangles before pybullet's software camera.

It is a second opinion on readers, not a better picture.  What lies on the belt, its print and its
damage are those of `sim.frames.scene`; that which makes a picture of them (geometry, hidden
surfaces, light, sampling) shares nothing with it.  A bag is a cushion here, a parcel on top has a
height, and faces are as bright as they are turned to the lamp.
"""

import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.frames.article import LabelArticle
from sim.frames.belt import BELT_PALETTE, belt_rectangle
from sim.frames.blur import blur_along_belt, blur_kernel
from sim.frames.layer import blend
from sim.frames.overlap_layers import Overlap, cover_plane
from sim.frames.parcel_art import FACE_PX_PER_MM, ParcelArt
from sim.frames.pose import CAMERA_HEIGHT_MM, Plane
from sim.frames.scene import GLOSS_GAIN, MovingScene, Rect, StagedParcel
from sim.frames.veil import SHADE_PX_PER_MM, VEIL_PX_PER_MM
from sim.physics_engine import load_engine

__all__ = ["RasterScene"]

SAMPLES = 2
"""Along each side of a pixel: the engine takes the nearest point of a texture."""
LAMP_MM = (500.0, 700.0, 1900.0)
AMBIENT, DIFFUSE, SPECULAR = 0.55, 0.50, 0.0
NEAR_MM, FAR_MM = 900.0, 2600.0
BELT_PX_PER_MM = 1.2
BELT_REACH_MM = (420.0, 340.0)
CUSHION_CELLS = 14
CUSHION_RIM = 0.25
"""Height of a bag's seam over what it lies on, as a share of the bag's."""
COVER_MM = 35.0
"""Height of a parcel that lies over a label."""

Vector = NDArray[np.float64]
Picture = NDArray[np.uint8]


class RasterScene(MovingScene):
    """A scene drawn triangle by triangle.

    Parameters
    ----------
    parcels, camera, belt_speed_mps, exposure_ms, belt_offset, defocus_mm
        As for `sim.frames.scene.MovingScene`.
    """

    def _moving(self, rect: Rect, k: float) -> Picture:
        length = self._parcel_blur / k
        reach = blur_kernel(length).size // 2
        wide = (rect[0] - reach, rect[1], rect[2] + reach, rect[3])
        blurred = blur_along_belt(self._still(wide, k), length)
        return np.ascontiguousarray(blurred[:, reach : reach + rect[2] - rect[0]])

    def _still(self, rect: Rect, k: float) -> Picture:
        stage = _stage_of(self)
        bullet = load_engine()
        left, top, right, bottom = (
            (side * k - middle) * 1000.0 / self._camera.pixels_per_m * NEAR_MM / CAMERA_HEIGHT_MM
            for side, middle in zip(
                rect,
                (0.5 * self._camera.sensor_width_px, 0.5 * self._camera.sensor_height_px) * 2,
                strict=True,
            )
        )
        size = (SAMPLES * (rect[2] - rect[0]), SAMPLES * (rect[3] - rect[1]))
        _, _, rgba, _, _ = bullet.getCameraImage(
            *size,
            viewMatrix=bullet.computeViewMatrix((0, 0, CAMERA_HEIGHT_MM), (0, 0, 0), (0, 1, 0)),
            projectionMatrix=bullet.computeProjectionMatrix(
                left, right, -bottom, -top, NEAR_MM, FAR_MM
            ),
            lightDirection=LAMP_MM,
            lightColor=(1.0, 1.0, 1.0),
            lightAmbientCoeff=AMBIENT,
            lightDiffuseCoeff=DIFFUSE,
            lightSpecularCoeff=SPECULAR,
            shadow=0,
            renderer=bullet.ER_TINY_RENDERER,
            flags=bullet.ER_NO_SEGMENTATION_MASK,
            physicsClientId=stage.client,
        )
        picture = np.asarray(rgba, np.uint8).reshape(size[1], size[0], 4)[:, :, :3]
        small = (rect[2] - rect[0], rect[3] - rect[1])
        return np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.uint8)

    def build(self, stage: "_Stage") -> None:
        """Put belt and parcels on an empty stage."""
        density = self._camera.pixels_per_m / 1000.0
        offset = tuple(round(each / density * BELT_PX_PER_MM) for each in self._belt_offset)
        across, along = (round(2.0 * reach * BELT_PX_PER_MM) for reach in BELT_REACH_MM)
        shade = belt_rectangle(
            (0, 0, across, along), (offset[0], offset[1]), BELT_PX_PER_MM, 1.0, 0.0
        )
        belt = np.asarray(cv2.applyColorMap(shade, BELT_PALETTE[:, None, :]), np.uint8)
        x, y = BELT_REACH_MM
        flat = np.array([[-x, -y, 0.0], [x, -y, 0.0], [x, y, 0.0], [-x, y, 0.0]])
        stage.quad(flat, belt)
        for staged in self._staged:
            _put(stage, staged)


class _Stage:
    """One world of the engine with what is in front of the camera."""

    def __init__(self) -> None:
        self._bullet = load_engine()
        self.client = int(self._bullet.connect(self._bullet.DIRECT))

    def close(self) -> None:
        self._bullet.disconnect(self.client)

    def quad(self, corners: Vector, texture: Picture) -> None:
        """A flat piece; corners of shape (4, 3) in the order of the picture's."""
        ends = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        self.mesh(corners, ends, [0, 1, 2, 0, 2, 3], texture)

    def mesh(
        self, points: Vector, at: NDArray[np.float64], triangles: list[int], texture: Picture
    ) -> None:
        """A surface seen from above.

        Parameters
        ----------
        points : ndarray, shape (n, 3)
            In the world's axes.
        at : ndarray, shape (n, 2)
            Where each lies on the texture: (0, 0) is its top left corner, (1, 1) its bottom right.
        triangles : list of int
            Three points each, turning as image axes do.
        texture : ndarray of uint8, shape (height, width, 3), RGB
        """
        # the world's y runs down the picture; the engine's axes are right-handed
        seen = points * (1.0, -1.0, 1.0)
        faces = np.array(triangles).reshape(-1, 3)[:, ::-1]
        normals = _normals(seen, faces)
        shape = self._bullet.createVisualShape(
            self._bullet.GEOM_MESH,
            vertices=seen.tolist(),
            indices=faces.ravel().tolist(),
            uvs=np.column_stack([at[:, 0], 1.0 - at[:, 1]]).tolist(),
            normals=normals.tolist(),
            rgbaColor=(1.0, 1.0, 1.0, 1.0),
            physicsClientId=self.client,
        )
        body = self._bullet.createMultiBody(baseVisualShapeIndex=shape, physicsClientId=self.client)
        self._bullet.changeVisualShape(
            body, -1, textureUniqueId=self._texture(texture), physicsClientId=self.client
        )

    def _texture(self, picture: Picture) -> int:
        with tempfile.TemporaryDirectory(prefix="labgap-") as folder:
            path = Path(folder) / "texture.png"
            encoded, data = cv2.imencode(
                ".png",
                cv2.cvtColor(picture, cv2.COLOR_RGB2BGR),
                [cv2.IMWRITE_PNG_COMPRESSION, 1],
            )
            if not encoded:
                raise RuntimeError("OpenCV could not encode a texture")
            path.write_bytes(data.tobytes())
            return int(self._bullet.loadTexture(str(path), physicsClientId=self.client))


_ON_STAGE: list[tuple[RasterScene, _Stage]] = []


def _stage_of(scene: RasterScene) -> _Stage:
    """The stage with a scene on it; one at a time, for a world takes some 50 MB."""
    if _ON_STAGE and _ON_STAGE[0][0] is scene:
        return _ON_STAGE[0][1]
    while _ON_STAGE:
        _ON_STAGE.pop()[1].close()
    stage = _Stage()
    scene.build(stage)
    _ON_STAGE.append((scene, stage))
    return stage


def _put(stage: _Stage, staged: StagedParcel) -> None:
    pose, art = staged.pose, staged.art
    texture = _face(art, 4.0 if staged.label is None else staged.label.px_per_mm)
    density = texture.shape[1] / float(np.linalg.norm(pose.corners[1] - pose.corners[0]))
    if staged.label is not None:
        _stick(texture, staged, staged.label, density)
    _body(stage, pose.corners, texture, art)
    if staged.overlap is not None:
        _cover(stage, staged.overlap, pose.label)


def _body(stage: _Stage, corners: Vector, texture: Picture, art: ParcelArt) -> None:
    """A box, or for a bag a cushion with the same bounding box."""
    if art.outline is None:
        stage.quad(corners[:4], texture)
        plain = np.full((4, 4, 3), np.rint(art.side), np.uint8)
        for i in range(4):
            j = (i + 1) % 4
            stage.quad(corners[[j, i, 4 + i, 4 + j]], plain)
        return
    u, v = np.meshgrid(*[np.linspace(0.0, 1.0, CUSHION_CELLS + 1)] * 2)
    bulge = (1.0 - (2.0 * u - 1.0) ** 6) * (1.0 - (2.0 * v - 1.0) ** 6)
    lift = CUSHION_RIM + (1.0 - CUSHION_RIM) * np.sqrt(np.clip(bulge, 0.0, 1.0))
    top, foot = corners[0], corners[4]
    points = (
        foot
        + u[..., None] * (corners[1] - corners[0])
        + v[..., None] * (corners[3] - corners[0])
        + lift[..., None] * (top - foot)
    ).reshape(-1, 3)
    at = np.stack([u, v], axis=-1).reshape(-1, 2)
    row = CUSHION_CELLS + 1
    triangles = [
        index
        for j in range(CUSHION_CELLS)
        for i in range(CUSHION_CELLS)
        for a in (j * row + i,)
        for index in (a, a + 1, a + row + 1, a, a + row + 1, a + row)
    ]
    stage.mesh(points, at, triangles, texture)


def _cover(stage: _Stage, overlap: Overlap, label: Plane) -> None:
    """The parcel on top, its edge over the line that cuts the label."""
    art, plane = overlap.art, cover_plane(overlap, label)
    deep, wide = (size / FACE_PX_PER_MM for size in art.face.shade.shape)
    up = np.cross(label.along, label.across)
    ends = np.array([[0.0, 0.0], [wide, 0.0], [wide, deep], [0.0, deep]])
    foot = plane.origin + ends[:, :1] * plane.along + ends[:, 1:] * plane.across
    _body(stage, np.vstack([foot + COVER_MM * up, foot]), _face(art, 2.0), art)


def _face(art: ParcelArt, px_per_mm: float) -> Picture:
    """The face's picture with its tape."""
    shade = art.face.shade
    picture = np.asarray(art.face.palette[shade], np.uint8)
    if art.tape is not None:
        first = round(art.tape.y_mm * FACE_PX_PER_MM)
        strip = art.tape.palette[art.tape.shade]
        rows = picture[first : first + strip.shape[0]]
        rows[:] = strip[: rows.shape[0], : rows.shape[1]]
    scale = px_per_mm / FACE_PX_PER_MM
    size = (max(2, round(shade.shape[1] * scale)), max(2, round(shade.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _stick(face: Picture, staged: StagedParcel, label: LabelArticle, density: float) -> None:
    """Put the label and its light on the face's picture; what hangs over its rim goes."""
    size = (face.shape[1], face.shape[0])

    def on_face(picture: Picture, px_per_mm: float, margin_mm: float, beyond: float) -> Picture:
        plane, top = staged.pose.label, staged.pose.top
        corner = plane.origin - margin_mm * (plane.along + plane.across) - top.origin
        steps = np.stack([plane.along / px_per_mm, plane.across / px_per_mm, corner], axis=1)
        matrix = density * np.stack([top.along, top.across]) @ steps
        # OpenCV puts pixel centres at whole numbers, pictures put them at whole numbers plus a half
        matrix[:, 2] += 0.5 * (matrix[:, 0] + matrix[:, 1]) - 0.5
        return np.asarray(
            cv2.warpAffine(
                picture,
                matrix,
                size,
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=(beyond, beyond, beyond),
            ),
            np.uint8,
        )

    rgb = on_face(label.rgb, label.px_per_mm, label.margin_mm, 0.0)
    blend(face, rgb, on_face(label.alpha, label.px_per_mm, label.margin_mm, 0.0))
    if staged.shade is not None:
        left = on_face(staged.shade.light, SHADE_PX_PER_MM, staged.shade.margin_mm, 255.0)
        face[:] = cv2.multiply(face, cv2.merge([left, left, left]), scale=1.0 / 255.0)
    if staged.veil is not None:
        glow = on_face(staged.veil.light, VEIL_PX_PER_MM, staged.veil.margin_mm, 0.0)
        if label.gloss is not None:
            gloss = on_face(label.gloss, label.px_per_mm, label.margin_mm, 0.0)
            more = cv2.multiply(glow, gloss, scale=(GLOSS_GAIN - 1.0) / 255.0)
            glow = np.asarray(cv2.add(glow, more), np.uint8)
        face[:] = cv2.add(face, cv2.merge([glow, glow, glow]))


def _normals(points: Vector, faces: NDArray[np.int_]) -> Vector:
    """Mean direction of the faces around every point."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    flat = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for i in range(3):
        np.add.at(normals, faces[:, i], flat)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9))
