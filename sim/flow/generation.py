"""A table of settled poses from a seed."""

import hashlib
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow.chute import GRIP, Chute
from sim.flow.dropping import (
    REST_MPS,
    REST_RADPS,
    STEP_S,
    Body,
    DropTest,
    Settled,
    body_of,
)
from sim.flow.pose_library import FORMAT, POSE, library_bytes
from sim.flow.resting import FACES, resting
from sim.frames.label import LABEL_HEIGHT_MM, LABEL_WIDTH_MM
from sim.frames.pose import CAMERA_HEIGHT_MM, label_placement
from sim.sorting.body import Bodies, draw_bodies
from sim.sorting.cohort import Cohort
from sim.sorting.parcel import MATERIALS, Parcel
from sim.streams import Streams

__all__ = ["burst_picture", "card_of", "figures", "hidden", "settled_poses"]

COLOURS = {
    "kraft": (0.72, 0.55, 0.36),
    "white_card": (0.86, 0.85, 0.82),
    "brown_paper": (0.60, 0.44, 0.30),
    "grey_bag": (0.55, 0.57, 0.60),
    "black_bag": (0.16, 0.16, 0.18),
    "blue_bag": (0.22, 0.36, 0.62),
}
GRID = (16, 10)
"""Rays to a label, along and across it."""


def settled_poses(
    seed: int,
    parcels: int,
    chute: Chute,
    said: Callable[[int], None] = lambda count: None,
) -> NDArray[Any]:
    """Drop parcels burst by burst, every other one laid and every other one tipped.

    Parameters
    ----------
    seed : int
    parcels : int
        How many to let go; those that come to no rest on the belt are left out.
    chute : Chute
    said : callable
        Hears after every burst how many have been let go.

    Returns
    -------
    ndarray of `POSE`
        A longer table begins with the bursts of a shorter one.

    Raises
    ------
    ModuleNotFoundError
        If pybullet is not installed.
    """
    streams = Streams(seed, 0)
    rows: list[tuple[Any, ...]] = []
    with DropTest(chute) as test:
        for burst in range(-(-parcels // chute.parcels)):
            count = min(chute.parcels, parcels - burst * chute.parcels)
            bodies = _burst_bodies(burst, count, streams)
            tipped = burst % 2 == 1
            rest = test.settle(_falling(bodies), tipped, streams, burst)
            rows += _rows(test, bodies, rest, tipped, streams, burst)
            said(burst * chute.parcels + count)
    return np.array(rows, dtype=POSE)


def burst_picture(seed: int, burst: int, chute: Chute) -> NDArray[np.uint8]:
    """Drop one burst of a seed again and look at it from the side.

    Returns
    -------
    ndarray of uint8, shape (540, 960, 3), RGB
    """
    streams = Streams(seed, 0)
    bodies = _burst_bodies(burst, chute.parcels, streams)
    with DropTest(chute) as test:
        test.settle(_falling(bodies), burst % 2 == 1, streams, burst)
        view = test.side_view()
        for index in test.present:
            material, size, weight = _measures(bodies, index)
            stand_in = _stand_in(burst * 1000 + index, material, size, weight)
            x, y, turn = label_placement(stand_in, streams)
            view.stick_label(index, (x / 1000.0, -y / 1000.0), -turn)
            view.paint(index, COLOURS[material])
        return view.picture((960, 540))


def card_of(poses: NDArray[Any], seed: int, parcels: int, chute: Chute) -> dict[str, Any]:
    """Say where a table of poses is from and what is in it."""
    return {
        "format": FORMAT,
        "sha256": hashlib.sha256(library_bytes(poses)).hexdigest(),
        "seed": seed,
        "parcels": parcels,
        "poses": len(poses),
        "made_with": {
            "pybullet": version("pybullet"),
            "numpy": np.__version__,
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.machine()}",
        },
        "physics": {"step_s": STEP_S, "rest_mps": REST_MPS, "rest_radps": REST_RADPS},
        "chute": asdict(chute),
        "grip": dict(GRIP),
        "figures": figures(poses, parcels),
    }


def figures(poses: NDArray[Any], parcels: int) -> dict[str, Any]:
    """Count what came of it."""
    found: dict[str, Any] = {"never_at_rest": parcels - len(poses)}
    for tipped, name in ((0, "laid"), (1, "tipped")):
        mine = poses[poses["tipped"] == tipped]
        if not len(mine):
            continue
        up = mine["up"] == 0
        tilt = np.hypot(mine["pitch_deg"], mine["roll_deg"]).astype(np.float64)
        yaw = np.abs(mine["yaw_deg"][up].astype(np.float64))
        found[name] = {
            "poses": len(mine),
            "face_up": {
                face: round(float((mine["up"] == code).mean()), 4)
                for code, face in enumerate(FACES)
            },
            "median_yaw_deg": round(float(np.median(yaw)), 2) if up.any() else None,
            "leaning_over_5_deg": round(float((tilt > 5.0).mean()), 4),
            "off_the_belt": round(float((mine["lift_mm"] > 3.0).mean()), 4),
            "label_up_and_covered": round(float((up & (mine["hidden_share"] > 0.01)).mean()), 4),
            "gap_below_100_mm": round(float((mine["gap_mm"] < 100.0).mean()), 4),
        }
    return found


def _burst_bodies(burst: int, count: int, streams: Streams) -> Bodies:
    """Draw the parcels of one burst from the same laws as a scenario's parcels."""
    return draw_bodies([Cohort(("poses", burst), 0, False, 0, count)], streams)


def _falling(bodies: Bodies) -> list[Body]:
    return [body_of(*_measures(bodies, index)) for index in range(len(bodies.material))]


def _measures(bodies: Bodies, index: int) -> tuple[str, tuple[float, float, float], float]:
    size = (bodies.length_mm[index], bodies.width_mm[index], bodies.height_mm[index])
    return bodies.material[index], size, float(bodies.weight_g[index])


def _rows(
    test: DropTest,
    bodies: Bodies,
    rest: Sequence[Settled],
    tipped: bool,
    streams: Streams,
    burst: int,
) -> Iterator[tuple[Any, ...]]:
    gaps = _gaps_mm(test)
    for lain in rest:
        material, size, weight = _measures(bodies, lain.index)
        found = resting(lain.rotation)
        share, toward = 0.0, 0.0
        if found.up == 0:
            number = burst * 1000 + lain.index
            label = label_placement(_stand_in(number, material, size, weight), streams)
            share, toward = hidden(test, lain, size, label)
        yield (
            MATERIALS.index(material),
            int(tipped),
            found.up,
            *size,
            weight,
            found.yaw_deg,
            found.pitch_deg,
            found.roll_deg,
            -1000.0 * lain.position[1],
            1000.0 * lain.lowest_m,
            gaps[lain.index],
            share,
            toward,
        )


def _gaps_mm(test: DropTest) -> dict[int, float]:
    """Room along the belt between each parcel and the next one whose middle is ahead."""
    spans = {index: test.span_m(index) for index in test.present}
    return {
        index: min(
            (
                1000.0 * (other[0] - span[1])
                for name, other in spans.items()
                if name != index and sum(other) > sum(span)
            ),
            default=float("inf"),
        )
        for index, span in spans.items()
    }


def hidden(
    test: DropTest,
    lain: Settled,
    size_mm: tuple[float, float, float],
    label: tuple[float, float, float],
) -> tuple[float, float]:
    """Share of the label that others hide from the camera, and in which direction (degrees).

    Rays go from a pinhole over the middle of the belt to a grid on the label; the direction is that
    of the hidden part's middle from the label's, in the parcel's own axes as frames have them.

    Parameters
    ----------
    test : DropTest
    lain : Settled
        Where the parcel is; its label must be on top.
    size_mm : (length, width, height)
    label : (x, y, turn)
        Where its label is stuck, as `sim.frames.pose.label_placement` says it.
    """
    x, y, turn = label
    along = (np.arange(GRID[0]) + 0.5) / GRID[0] - 0.5
    across = (np.arange(GRID[1]) + 0.5) / GRID[1] - 0.5
    a, b = (part.ravel() for part in np.meshgrid(along * LABEL_WIDTH_MM, across * LABEL_HEIGHT_MM))
    u = x + np.cos(turn) * a - np.sin(turn) * b
    v = y + np.sin(turn) * a + np.cos(turn) * b
    # the label's axes are mirrored against those of the physics; 1 mm keeps rays off the face
    points = np.column_stack([u, -v, np.full(u.shape, 0.5 * size_mm[2] + 1.0)]) / 1000.0
    world = points @ lain.rotation.T + lain.position
    camera = np.array([lain.position[0], 0.0, CAMERA_HEIGHT_MM / 1000.0])
    hit = test.blocked(camera, world)
    share = float(hit.mean())
    toward = np.arctan2((v - y)[hit].mean(), (u - x)[hit].mean()) if hit.any() else 0.0
    return share, float(np.degrees(toward))


def _stand_in(
    number: int, material: str, size: tuple[float, float, float], weight: float
) -> Parcel:
    """Make a parcel that only its body matters of, for where its label would be stuck."""
    name = f"pose {number}"
    return Parcel(name, number, 0, False, "", "", 0, "on_time", 0.0, material, *size, weight)
