"""Settled parcels from beside the belt, drawn by Bullet's software renderer."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM

__all__ = ["SideView"]

SHOWN_M = 0.1


class SideView:
    """A world of the physics dressed for a picture.

    Parameters
    ----------
    bullet : module
    world : int
        Bullet's handle of the world.
    bodies : mapping of int to int
        Bullet's handle of each parcel by its index.
    long : sequence of int
        Handles of belt and rails, which short pieces stand in for.
    width_m : float
        Of the belt.
    """

    def __init__(
        self,
        bullet: Any,
        world: int,
        bodies: Mapping[int, int],
        long: Sequence[int],
        width_m: float,
    ) -> None:
        self._bullet = bullet
        self._world = world
        self._bodies = bodies
        self._long = long
        self._width_m = width_m

    def paint(self, index: int, colour: tuple[float, float, float]) -> None:
        """Colour a body for pictures."""
        self._bullet.changeVisualShape(
            self._bodies[index], -1, rgbaColor=(*colour, 1.0), physicsClientId=self._world
        )

    def stick_label(self, index: int, middle_m: tuple[float, float], turn: float) -> None:
        """Show a body's label in pictures; it takes no part in the physics."""
        bullet = self._bullet
        place, rotation = bullet.getBasePositionAndOrientation(
            self._bodies[index], physicsClientId=self._world
        )
        size = bullet.getCollisionShapeData(
            self._bodies[index], -1, physicsClientId=self._world
        )[0][3]  # fmt: skip
        where, how = bullet.multiplyTransforms(
            place,
            rotation,
            (*middle_m, 0.5 * size[2] + 0.002),
            bullet.getQuaternionFromEuler((0.0, 0.0, turn)),
        )
        sheet = bullet.createVisualShape(
            bullet.GEOM_BOX,
            halfExtents=(LABEL_WIDTH_MM / 2000.0, LABEL_HEIGHT_MM / 2000.0, 0.002),
            rgbaColor=(0.98, 0.98, 0.98, 1.0),
            physicsClientId=self._world,
        )
        bullet.createMultiBody(0.0, -1, sheet, where, how, physicsClientId=self._world)

    def picture(self, size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """Look at the bodies from beside the belt, drawn by Bullet's software renderer.

        Parameters
        ----------
        size_px : (width, height)

        Returns
        -------
        ndarray of uint8, shape (height, width, 3), RGB
        """
        bullet = self._bullet
        boxes = [
            bullet.getAABB(made, physicsClientId=self._world) for made in self._bodies.values()
        ]
        begin, end = min(low[0] for low, _ in boxes), max(high[0] for _, high in boxes)
        far = max(0.75 * (end - begin), 1.2)
        self._show_belt(begin - 0.6, end + 0.9)
        view = bullet.computeViewMatrixFromYawPitchRoll(
            (0.5 * (begin + end), 0.0, 0.1), far, 20.0, -52.0, 0.0, 2
        )
        lens = bullet.computeProjectionMatrixFOV(50.0, size_px[0] / size_px[1], 0.05, 30.0)
        _, _, rgba, _, _ = bullet.getCameraImage(
            *size_px,
            view,
            lens,
            renderer=bullet.ER_TINY_RENDERER,
            lightDirection=(-1.0, -1.5, 3.0),
            physicsClientId=self._world,
        )
        shown = np.reshape(np.asarray(rgba, dtype=np.uint8), (size_px[1], size_px[0], 4))
        return np.ascontiguousarray(shown[:, :, :3])

    def _show_belt(self, begin: float, end: float) -> None:
        """Put short pieces in place of belt and rails: the renderer draws long faces wrongly."""
        bullet, half = self._bullet, 0.5 * self._width_m
        for made in self._long:
            bullet.removeBody(made, physicsClientId=self._world)
        for start in np.arange(begin, end, SHOWN_M):
            for reach, middle, colour in (
                ((half, 0.02), (0.0, -0.02), (0.20, 0.21, 0.22)),
                ((0.01, 0.05), (half + 0.01, 0.05), (0.60, 0.62, 0.64)),
                ((0.01, 0.05), (-half - 0.01, 0.05), (0.60, 0.62, 0.64)),
            ):
                piece = bullet.createVisualShape(
                    bullet.GEOM_BOX,
                    halfExtents=(0.5 * SHOWN_M, *reach),
                    rgbaColor=(*colour, 1.0),
                    physicsClientId=self._world,
                )
                place = (float(start) + 0.5 * SHOWN_M, *middle)
                bullet.createMultiBody(0.0, -1, piece, place, physicsClientId=self._world)
