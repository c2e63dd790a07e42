"""The poses that a scenario names, opened and checked."""

from pathlib import Path

from labgap.errors import InvalidUse
from scenarios.model import Flow
from sim.flow.choosing import PoseChooser
from sim.flow.pose_library import PoseFileError, PoseLibrary, load_poses, shipped_poses
from sim.frames.lying import Lying

__all__ = ["chooser_of", "opened_poses", "resting_words"]


def opened_poses(path: Path | None) -> PoseLibrary:
    """Open a file of poses, or the shipped ones.

    Raises
    ------
    InvalidUse
        If it cannot be used.
    """
    try:
        return shipped_poses() if path is None else load_poses(path.resolve())
    except PoseFileError as error:
        raise InvalidUse(
            str(error),
            where="sorting.flow.poses" if path is None else str(path),
            fix="make it again with labgap poses generate, or use poses: shipped",
        ) from error


def chooser_of(flow: Flow | None) -> PoseChooser | None:
    """Make what lays the parcels of a scenario, or nothing where it names no physical flow.

    Raises
    ------
    InvalidUse
        If the poses cannot be used or are others than the scenario means.
    """
    if flow is None:
        return None
    library = opened_poses(None if flow.poses == "shipped" else Path(flow.poses))
    if flow.sha256 is not None and flow.sha256 != library.sha256:
        raise InvalidUse(
            f"the poses' sha256 is {library.sha256}, the scenario says {flow.sha256}",
            where="sorting.flow.sha256",
            fix="name the file that is meant, or write its hash",
        )
    return PoseChooser(library, flow.tipped_share, flow.laps == "kept")


def resting_words(rest: Lying) -> list[str]:
    """Say how physics left a parcel; nothing where it was not asked."""
    if rest.rest is None:
        return []
    words = [f"lies at {rest.rest.angles_deg[0]:.0f}°"]
    if rest.over_edge >= 1.0:
        words.append("label not on top")
    if rest.cover is not None:
        words.append(f"label {100 * rest.cover.share:.0f} % covered")
    return words
