"""What a finished run says of itself."""

import json
from collections.abc import Mapping
from typing import Any

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder
from metrics.records import Metrics
from scenarios.model import Scenario

__all__ = ["read_metrics", "scenario_of"]


def scenario_of(manifest: Mapping[str, Any]) -> Scenario:
    """The resolved scenario a run was made from."""
    return Scenario.model_validate_json(json.dumps(manifest["scenario"]))


def read_metrics(folder: RunFolder) -> Metrics:
    """Read ``metrics.json``.

    Raises
    ------
    InvalidUse
        If the run was never finished.
    """
    path = folder.path / "metrics.json"
    try:
        return Metrics.from_json(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InvalidUse(
            "the run is not finished: it has no metrics.json",
            where=str(folder.path),
            fix="finish it with labgap run SCENARIO --out FOLDER --resume",
        ) from None
