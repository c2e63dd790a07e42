"""Dust and grease on the camera's window."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from sim.degradations.exposure import Exposure
from sim.degradations.field import share_threshold

__all__ = ["apply"]

MAP_PX = (96, 120)
"""Dirt is far out of focus: its picture needs no detail, however large the sensor."""
SPOTS = 46
SMEARS = 3


def apply(item: Exposure, severity: int, rng: np.random.Generator) -> Exposure:
    """Put dirt on the window in front of the lens.

    Spots of dust and a few grease smears, the same for every picture until the window is cleaned.
    The window is out of focus, so their edges are soft; behind them print drowns in scattered
    light.  Exactly the severity's level of the picture lies behind dirt.

    Drawn by the camera and its hour or episode; the dirt adds to any there was.
    """
    level = KINDS["dirty_lens"].levels[severity - 1]
    thickness = _thickness(rng)
    rim = share_threshold(thickness, np.ones(MAP_PX, np.bool_), level)
    # half cover at the rim, full cover well inside: the window is far out of focus
    cover = np.clip((thickness - np.float32(rim)) / np.float32(0.45) + 0.5, 0.0, 1.0)
    cover = cover * cover * (3.0 - 2.0 * cover)
    dirt = np.rint(255.0 * cover).astype(np.uint8)
    if item.dirt is not None:
        dirt = np.maximum(dirt, item.dirt)
    dirt.setflags(write=False)
    return replace(item, dirt=dirt)


def _thickness(rng: np.random.Generator) -> NDArray[np.float32]:
    """How much dirt lies where: spots, smears and a little of it everywhere."""
    height, width = MAP_PX
    field = cv2.resize(
        rng.standard_normal((7, 9)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    field = np.asarray(0.16 * field, np.float32)
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    for _ in range(SPOTS):
        u, v, radius = rng.uniform(0, width), rng.uniform(0, height), rng.gamma(2.0, 2.4) + 1.8
        strength = np.float32(rng.uniform(0.5, 1.1))
        distance = ((x - np.float32(u)) ** 2 + (y - np.float32(v)) ** 2) / np.float32(radius**2)
        field = field + strength * np.exp(-distance * distance).astype(np.float32)
    for _ in range(SMEARS):
        u, v, angle = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(0.0, np.pi)
        long, short = rng.uniform(18.0, 45.0), rng.uniform(3.0, 7.0)
        along = np.cos(angle) * (x - u) + np.sin(angle) * (y - v)
        across = -np.sin(angle) * (x - u) + np.cos(angle) * (y - v) + 0.012 * along**2
        wipe = np.exp(-((along / long) ** 4) - (across / short) ** 2)
        field = field + np.float32(0.8) * wipe.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), 1.3), np.float32)
