"""Which latency profile each arm of a run gets: one the user measured, or the shipped one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from labgap.arms import ArmSpec
from labgap.calibration import system_sha256
from labgap.errors import InvalidUse
from labgap.reader_host import resolve_arm
from systems.latency import LatencyProfile
from systems.latency_files import read_profiles

__all__ = ["with_measured_profiles"]

LANE_BATCH = 1
"""A lane asks about one parcel at a time, so this is the batch size whose profile it draws from."""


def with_measured_profiles(arms: Sequence[ArmSpec], path: Path) -> tuple[ArmSpec, ...]:
    """Give each arm the profile measured of its system, where there is one.

    Parameters
    ----------
    arms : sequence of ArmSpec
    path : Path
        A file that `labgap calibrate` wrote, or a folder of them; other arms keep the shipped
        profile of their system.

    Raises
    ------
    InvalidUse
        If there is no such path, no profile for any arm, two for one, or one was measured of
        another build of the system.
    systems.latency_files.UnusableProfile
        If a file is malformed or was changed.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not path.exists() or not files:
        raise InvalidUse(
            "there are no latency profiles here",
            where=str(path),
            fix="measure one with `labgap calibrate vision SYSTEM --out FILE`",
        )
    found: dict[str, tuple[LatencyProfile, Path]] = {}
    for file in files:
        for profile in read_profiles(file):
            if profile.batch_size != LANE_BATCH:
                continue
            if profile.name in found:
                raise InvalidUse(
                    f"two profiles of {profile.name} with batch size {LANE_BATCH}",
                    where=f"{found[profile.name][1]} and {file}",
                    fix="keep one of them in the folder",
                )
            found[profile.name] = (profile, file)
    given = tuple(_given(arm, *found.get(f"vision/{arm.spec}", (None, path))) for arm in arms)
    if not any(arm.measured for arm in given):
        raise InvalidUse(
            f"no profile with batch size {LANE_BATCH} is of a system in this run",
            where=str(path),
            fix=f"profiles found: {', '.join(sorted(found)) or 'none'}; "
            f"systems: {', '.join(f'vision/{arm.spec}' for arm in arms)}",
        )
    return given


def _given(arm: ArmSpec, profile: LatencyProfile | None, file: Path) -> ArmSpec:
    if profile is None:
        return arm
    if profile.system_sha256 != system_sha256(resolve_arm(arm)):
        raise InvalidUse(
            f"the profile of {profile.name} was measured of another build of the system: "
            "the fingerprint or the parameters differ",
            where=str(file),
            fix=f"measure it again with `labgap calibrate vision {arm.spec}`, with --param for "
            "each parameter of the arm",
        )
    return replace(arm, measured=profile)
