"""What vision readers are judged on, fixed before the first of them was trained.

The production mix and the list of what no training may see stand in library scenarios; this
module holds their hashes, so that neither can be bent towards a result afterwards.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from scenarios.errors import InvalidScenario, Problem
from scenarios.model import Scenario

__all__ = [
    "FROZEN",
    "FROZEN_SEEDS",
    "UNSEEN_FONTS",
    "UNSEEN_KINDS",
    "UNSEEN_SEVERITIES",
    "UNSEEN_TEMPLATES",
    "check_frozen",
    "check_training",
    "world_sha256",
]

UNSEEN_KINDS = ("dirty_lens", "faded_print", "film")
"""Degradations that no training sees."""

UNSEEN_SEVERITIES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "defocus": (4, 5),
        "handwriting": (5,),
        "label_down": (4, 5),
        "low_light": (4, 5),
        "motion_blur": (5,),
        "sensor_noise": (4, 5),
        "skew": (5,),
        "taped": (4, 5),
        "wrinkled": (5,),
    }
)
"""Severities that no training sees: 5 of every second kind in alphabetical order, 4 of every
second of those, and a label of which less than half is in view."""

UNSEEN_FONTS = ("STIXGeneralBol", "cmtt10")
UNSEEN_TEMPLATES = ("split",)

FROZEN: Mapping[str, str] = MappingProxyType(
    {
        "vision_production": "91b2646ca824b6821b84fc134cee36dfdfcfcea4536c1d9b021dcc509a46d97a",
        "vision_unseen": "b6af52aaeb06198975c6d757e50f14af56c6eb126bcf77f9c94ef18ea9d7698f",
    }
)
"""Library scenario -> `world_sha256` on 2026-11-21, before the first training."""

FROZEN_SEEDS = (20261101, 20261102, 20261103)
"""Of those scenarios, and of further parcels of the production mix: none that training may draw."""


def world_sha256(scenario: Scenario) -> str:
    """Hash of all that a reader meets: seed, replications, parcels, camera, belt, poses and damage.

    Arms, titles and what happens behind the reader are left out, and so are keys at their
    defaults: later versions may add keys without touching it.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    sorting = scenario.sorting
    parts = {
        "seed": scenario.seed,
        "replications": scenario.replications,
        "fidelity": scenario.fidelity.model_dump(mode="json"),
        "lanes": sorting.lanes,
        "arrivals": sorting.arrivals.model_dump(mode="json", exclude_defaults=True),
        "belt_speed_mps": sorting.lane.belt_speed_mps,
        "camera": sorting.camera.model_dump(mode="json", exclude_defaults=True),
        "labels": [
            entry.model_dump(mode="json", exclude_defaults=True) for entry in sorting.labels
        ],
        "degradations": [
            entry.model_dump(mode="json", exclude_defaults=True) for entry in sorting.degradations
        ],
    }
    if sorting.flow is not None:
        parts["flow"] = sorting.flow.model_dump(mode="json", exclude_defaults=True)
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def check_frozen(scenario: Scenario) -> None:
    """Make sure that a judged scenario is the one that was fixed.

    Raises
    ------
    InvalidScenario
        If it is not among the frozen ones, or not what it was.
    """
    expected = FROZEN.get(scenario.name)
    if expected is None or world_sha256(scenario) != expected:
        raise InvalidScenario(
            [
                Problem(
                    f"{scenario.name} is not a mix that was fixed before the training",
                    scenario.name,
                    "sorting",
                    f"use {' or '.join(FROZEN)} as they came",
                )
            ]
        )


def check_training(scenario: Scenario) -> None:
    """Make sure that a training floor keeps away from what is kept for the test.

    Raises
    ------
    InvalidScenario
        With every kind, severity, font and layout that no training may see, and if it shares its
        seed with a frozen scenario.
    """
    problems = list(_unseen(scenario))
    if problems:
        raise InvalidScenario(problems)


def _unseen(scenario: Scenario) -> Iterator[Problem]:
    def problem(what: str, key: str, fix: str) -> Problem:
        return Problem(what, scenario.name, key, fix)

    if scenario.seed in FROZEN_SEEDS:
        yield problem(
            f"the parcels of seed {scenario.seed} are kept for the test", "seed", "choose another"
        )
    for number, entry in enumerate(scenario.sorting.degradations):
        key = f"sorting.degradations.{number}"
        if entry.kind in UNSEEN_KINDS:
            yield problem(f"{entry.kind} is kept for the test", f"{key}.kind", "leave it out")
        for severity in UNSEEN_SEVERITIES.get(entry.kind, ()):
            if entry.severity_shares[severity - 1] > 0.0:
                yield problem(
                    f"severity {severity} of {entry.kind} is kept for the test",
                    f"{key}.severity_shares",
                    f"set its share of severity {severity} to 0",
                )
    for number, label in enumerate(scenario.sorting.labels):
        key = f"sorting.labels.{number}"
        if label.template in UNSEEN_TEMPLATES:
            yield problem(f"layout {label.template} is kept for the test", key, "leave it out")
        for font in sorted(set(label.fonts) & set(UNSEEN_FONTS)):
            yield problem(f"font {font} is kept for the test", f"{key}.fonts", "leave it out")
