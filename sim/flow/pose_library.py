"""Settled poses on disk: a plain table, and a card that says where it is from."""

import hashlib
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow.resting import FACES
from sim.sorting.parcel import MATERIALS

__all__ = [
    "CARD_SUFFIX",
    "POSE",
    "PoseFileError",
    "PoseLibrary",
    "library_bytes",
    "load_poses",
    "shipped_poses",
]

CARD_SUFFIX = ".json"
SHIPPED = "poses.npy"
MAX_BYTES = 64 * 2**20
FORMAT = 1

POSE = np.dtype(
    [
        ("material", "u1"),
        ("tipped", "u1"),
        ("up", "u1"),
        ("length_mm", "<f2"),
        ("width_mm", "<f2"),
        ("height_mm", "<f2"),
        ("weight_g", "<f4"),
        ("yaw_deg", "<f2"),
        ("pitch_deg", "<f2"),
        ("roll_deg", "<f2"),
        ("across_mm", "<f2"),
        ("lift_mm", "<f2"),
        ("gap_mm", "<f2"),
        ("hidden_share", "<f2"),
        ("hidden_toward_deg", "<f2"),
    ]
)
"""One settled parcel.

``material`` indexes `sim.sorting.parcel.MATERIALS`, ``up`` `sim.flow.resting.FACES`; ``tipped`` is
1 for a parcel tipped onto the chute, 0 for one laid on it label up.  ``lift_mm`` is how far its
lowest corner is above the belt, ``gap_mm`` how far the next parcel ahead is along the belt
(negative: beside or over one another; infinite: none ahead), ``hidden_share`` how much of the
label's area other parcels hide from a camera above, ``hidden_toward_deg`` in which direction from
the label's middle, in the parcel's own axes.
"""


class PoseFileError(ValueError):
    """A file of poses is missing, damaged or not what its card says."""


@dataclass(frozen=True, eq=False)
class PoseLibrary:
    """Poses with the hash of their file.

    Attributes
    ----------
    poses : ndarray of `POSE`, shape (n,)
        Read-only.
    sha256 : str
    card : mapping
        Seed, versions, parameters and figures.
    """

    poses: NDArray[Any]
    sha256: str
    card: dict[str, Any]


def library_bytes(poses: NDArray[Any]) -> bytes:
    """Make the file of a table of poses: a .npy, whose bytes depend on nothing else."""
    buffer = io.BytesIO()
    np.save(buffer, poses.astype(POSE, copy=False), allow_pickle=False)
    return buffer.getvalue()


@lru_cache(maxsize=4)
def shipped_poses() -> PoseLibrary:
    """Poses that come with the package.

    Raises
    ------
    PoseFileError
        If the installation is damaged.
    """
    folder = resources.files("sim.flow")
    data = folder.joinpath(SHIPPED).read_bytes()
    card = folder.joinpath(SHIPPED + CARD_SUFFIX).read_text("utf-8")
    return _checked(SHIPPED, data, card)


@lru_cache(maxsize=4)
def load_poses(path: Path) -> PoseLibrary:
    """Open a file of poses beside its card ``NAME.npy.json``.

    Raises
    ------
    PoseFileError
        If it is missing, too large, no table of poses, holds values that no parcel has, or has
        another hash than its card says.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise PoseFileError(f"{path}: a file of poses has at most {MAX_BYTES} bytes")
        data = path.read_bytes()
        card = path.with_name(path.name + CARD_SUFFIX).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PoseFileError(f"{path}: the poses or their card cannot be read ({error})") from error
    return _checked(str(path), data, card)


def _checked(name: str, data: bytes, card_text: str) -> PoseLibrary:
    try:
        card = json.loads(card_text)
        expected = card["sha256"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise PoseFileError(f"{name}: its card names no sha256") from error
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise PoseFileError(
            f"{name}: its sha256 is {found[:12]}, its card says {str(expected)[:12]}"
        )
    try:
        poses = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise PoseFileError(f"{name}: no table of poses ({error})") from error
    if not isinstance(poses, np.ndarray) or poses.dtype != POSE or poses.ndim != 1:
        raise PoseFileError(f"{name}: not the columns of format {FORMAT}")
    _check_values(name, poses)
    poses.setflags(write=False)
    return PoseLibrary(poses, found, card)


def _check_values(name: str, poses: NDArray[Any]) -> None:
    finite = [field for field in POSE.names or () if field != "gap_mm"]
    sound = (
        len(poses) > 0
        and all(np.isfinite(poses[field]).all() for field in finite)
        and not np.isnan(poses["gap_mm"]).any()
        and all((poses[field] > 0).all() for field in ("length_mm", "width_mm", "height_mm"))
        and (poses["material"] < len(MATERIALS)).all()
        and (poses["up"] < len(FACES)).all()
        and (poses["tipped"] < 2).all()
        and (poses["hidden_share"] >= 0).all()
        and (poses["hidden_share"] <= 1).all()
        and (np.abs(poses["pitch_deg"]) <= 90).all()
        and (poses["lift_mm"] >= 0).all()
        and (poses["lift_mm"] <= 1500).all()
    )
    if not sound:
        raise PoseFileError(f"{name}: holds values that no parcel on a belt has")
