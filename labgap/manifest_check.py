"""What a manifest must say before anything in it is believed: run folders travel, too."""

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["manifest_problem"]

TYPES: Mapping[str, type] = {
    "run_id": str,
    "status": str,
    "created_at": str,
    "scenario": dict,
    "scenario_sha256": str,
    "arms": dict,
    "replications": int,
    "seed": int,
    "reproduce": str,
}
STATUSES = ("running", "failed", "interrupted", "complete")
ARM = re.compile(r"[a-z][a-z0-9_]{0,63}")
MOST_REPLICATIONS = 100_000


def manifest_problem(manifest: Mapping[str, Any]) -> str | None:
    """Say what is wrong with a manifest, or None.

    Arms become parts of paths, so their names are held to the scenario's own rule for names.
    """
    for key, wanted in TYPES.items():
        value = manifest.get(key)
        if not isinstance(value, wanted) or isinstance(value, bool):
            return f"its {key!r} is missing or of the wrong type"
    if manifest["status"] not in STATUSES:
        return f"its status is none of {', '.join(STATUSES)}"
    if not isinstance(manifest["scenario"].get("name"), str):
        return "its scenario has no name"
    if not 0 < manifest["replications"] <= MOST_REPLICATIONS:
        return "its number of replications is out of range"
    for name, arm in manifest["arms"].items():
        if not ARM.fullmatch(name) or not isinstance(arm, dict):
            return "an arm is misnamed or says nothing"
        if not isinstance(arm.get("spec"), str) or not isinstance(arm.get("params"), dict):
            return "an arm names no system"
    return None
