"""Measured latency profiles on disk: versioned JSON in which every profile carries its hash."""

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from systems.errors import SystemTrouble
from systems.latency import LatencyProfile

__all__ = ["PROFILE_FORMAT", "UnusableProfile", "profiles_text", "read_profiles"]

PROFILE_FORMAT = 1
MAX_BYTES = 1_000_000
"""A file of profiles has a few kilobytes; anything far beyond is not one."""

_NAMES = sorted({f.name for f in fields(LatencyProfile)} - {"is_default", "then"} | {"sha256"})
_AGAIN = "measure it again with `labgap calibrate`, or take the file out of the folder"


class UnusableProfile(SystemTrouble):
    """A file of latency profiles is malformed or was changed after it was measured."""


def profiles_text(profiles: Iterable[LatencyProfile]) -> str:
    """Write profiles as JSON, by name and batch size."""
    ordered = sorted(profiles, key=lambda profile: (profile.name, profile.batch_size))
    entries = [{**profile.record(), "sha256": profile.sha256} for profile in ordered]
    return json.dumps({"format": PROFILE_FORMAT, "profiles": entries}, indent=2) + "\n"


def read_profiles(path: Path) -> tuple[LatencyProfile, ...]:
    """Read what `profiles_text` wrote.

    Raises
    ------
    UnusableProfile
        If the file cannot be read, is not of this format, holds a table that is no quantile
        function, or a profile is not the one its hash was taken of.
    """
    where = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnusableProfile(f"it is larger than {MAX_BYTES:,} bytes", where, _AGAIN)
        document = json.loads(path.read_text("utf-8"), parse_constant=_refused)
    except OSError as error:
        raise UnusableProfile(
            f"the file cannot be read ({error.strerror})", where, "give a readable file"
        ) from None
    except (ValueError, RecursionError) as error:
        raise UnusableProfile(f"it is no JSON ({_short(error)})", where, _AGAIN) from None
    if not isinstance(document, dict) or document.get("format") != PROFILE_FORMAT:
        found = document.get("format") if isinstance(document, dict) else None
        raise UnusableProfile(
            f"its format is {found!r:.40}; this labgap reads latency profiles of format "
            f"{PROFILE_FORMAT}",
            where,
            _AGAIN,
        )
    entries = document.get("profiles")
    if not isinstance(entries, list) or not entries:
        raise UnusableProfile("it holds no list of profiles", where, _AGAIN)
    return tuple(_profile(entry, f"{where}, profile {n}") for n, entry in enumerate(entries))


def _profile(entry: Any, where: str) -> LatencyProfile:
    if not isinstance(entry, dict) or sorted(entry) != _NAMES:
        raise UnusableProfile(f"a profile needs exactly {', '.join(_NAMES)}", where, _AGAIN)
    for name, kinds in _KINDS.items():
        if isinstance(entry[name], bool) or not isinstance(entry[name], kinds):
            raise UnusableProfile(f"{name} cannot be {entry[name]!r:.60}", where, _AGAIN)
    for name in ("probabilities", "values"):
        if any(isinstance(x, bool) or not isinstance(x, int | float) for x in entry[name]):
            raise UnusableProfile(f"{name} must be numbers", where, _AGAIN)
    try:
        profile = LatencyProfile(
            name=entry["name"],
            version=entry["version"],
            unit=entry["unit"],
            machine=entry["machine"],
            batch_size=entry["batch_size"],
            probabilities=tuple(map(float, entry["probabilities"])),
            values=tuple(map(float, entry["values"])),
            samples=entry["samples"],
            system_sha256=entry["system_sha256"],
        )
    except (ValueError, OverflowError) as error:
        raise UnusableProfile(_short(error), where, _AGAIN) from None
    if profile.sha256 != entry["sha256"]:
        raise UnusableProfile(
            "the profile is not the one that was measured: its sha256 does not fit what it says",
            where,
            _AGAIN,
        )
    return profile


_KINDS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "version": int,
    "unit": str,
    "machine": str,
    "batch_size": int,
    "probabilities": list,
    "values": list,
    "samples": int,
    "system_sha256": (str, type(None)),
    "sha256": str,
}


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _short(error: BaseException) -> str:
    return str(error)[:200]
