"""What a finished run says of itself."""

import json
from collections.abc import Mapping
from typing import Any

from labgap.errors import InvalidUse
from labgap.run_folder import RunFolder
from labgap.run_kind import is_network
from metrics.records import Metrics
from reports.gallery import GalleryItem, load_gallery
from scenarios.model import Arm, Scenario, SystemChoice

__all__ = ["gallery_of", "read_metrics", "scenario_of"]


def scenario_of(manifest: Mapping[str, Any]) -> Scenario:
    """The scenario a run played: resolved, with the arms that ran.

    Arms the user left out are gone; a system from the command line is an arm of its own.

    Raises
    ------
    InvalidUse
        If the manifest holds no valid scenario or arms, or is that of a network run.
    """
    if is_network(manifest):
        raise InvalidUse(
            "this is a network run: its scenario has no sorting centre and no arms",
            where=str(manifest.get("run_id", "")),
            fix="labgap show RUN CENTRE, labgap metrics RUN and labgap report RUN read it",
        )
    try:
        return _scenario_of(manifest)
    except ValueError as error:
        raise InvalidUse(
            f"the run's manifest holds no valid scenario: {_one_line(error)}",
            where=str(manifest.get("run_id", "")),
            fix="read it with the labgap that wrote it, or run the scenario again",
        ) from None


def _scenario_of(manifest: Mapping[str, Any]) -> Scenario:
    scenario = Scenario.model_validate_json(json.dumps(manifest["scenario"]))
    played: Mapping[str, Any] = manifest["arms"]
    named = [arm.name for arm in scenario.arms]
    order = sorted(played, key=lambda name: named.index(name) if name in named else len(named))
    arms = tuple(
        Arm(
            name=name,
            vision=SystemChoice(name=played[name]["spec"], params=played[name]["params"]),
            # a run from before arms had cameras of their own names none
            views=tuple(played[name].get("views", ())) or None,
        )
        for name in order
    )
    return scenario.model_copy(update={"arms": arms})


def read_metrics(folder: RunFolder) -> Metrics:
    """Read ``metrics.json``.

    Raises
    ------
    InvalidUse
        If the run was never finished, or the file is damaged.
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
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InvalidUse(
            f"the file holds no metrics: {_one_line(error)}",
            where=str(path),
            fix=f"labgap metrics {folder.path} --recompute",
        ) from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def gallery_of(folder: RunFolder) -> tuple[GalleryItem, ...]:
    """Read the gallery of a run.

    Raises
    ------
    InvalidUse
        If its index is malformed or leads out of the folder.
    """
    try:
        return load_gallery(folder.gallery_path)
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidUse(
            f"the gallery cannot be shown: {error}",
            where=str(folder.gallery_path),
            fix="delete the folder and run the same command with --resume",
        ) from None
