"""Which kind of run a folder holds: of a sorting centre, or of a network of centres."""

from collections.abc import Mapping
from typing import Any

from labgap.errors import NothingMeasured
from labgap.run_folder import RunFolder

__all__ = ["NETWORK", "check_no_network", "is_network"]

NETWORK = "network"


def is_network(manifest: Mapping[str, Any]) -> bool:
    """Say whether a manifest is that of a network run."""
    return manifest.get("kind") == NETWORK


def check_no_network(folder: RunFolder, purpose: str) -> None:
    """Make sure that a run has readings of a system.

    Raises
    ------
    NothingMeasured
        If it is a network run: no system was measured in it.
    """
    if folder.manifest_path.is_file() and is_network(folder.read_manifest()):
        raise NothingMeasured(
            f"this is a network run, in which no system was measured, so there is nothing to "
            f"{purpose}",
            where=str(folder.path),
            fix="name a run of a scenario with a sorting centre; `labgap metrics RUN --json` "
            "prints what this one holds",
        )
