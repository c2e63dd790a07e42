"""One side of a comparison: an arm of a run folder or of a baseline file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from labgap.errors import InvalidUse, NothingMeasured
from labgap.run_contents import scenario_of
from labgap.run_folder import MANIFEST_SCHEMA_VERSION, RunFolder
from labgap.run_kind import check_no_network
from labgap.run_lookup import find_run
from labgap.unanswered import unanswered
from metrics.errors import MetricsError
from metrics.gate.evidence import ArmEvidence, Population
from metrics.gate.extraction import collect
from metrics.tables import RunTables
from scenarios.camera_model import VIEWS
from scenarios.did_you_mean import did_you_mean
from scenarios.model import Scenario

__all__ = [
    "READABLE",
    "RunEvidence",
    "Source",
    "groups_digest",
    "read_run",
    "without_readable",
    "world_digest",
]

READABLE = "readable=yes"
_NOT_THE_WORLD: dict[str, Any] = {
    "arms": True,
    "title": True,
    "description": True,
    "primary_metrics": True,
    # where an arm's cameras are is the arm's, as its reader is
    "sorting": {"camera": {"views"}},
}


@dataclass(frozen=True, eq=False)
class Source:
    """One arm and where it comes from.

    Attributes
    ----------
    name : str
        For people: ``runs/x (arm barcode)``.
    path : str
        As the user gave it.
    arm : str
    scenario : str
    seed, replications : int
    fidelity : str
        Kind, with its size where sampled.
    world_sha256 : str
        Of the scenario but its arms, their cameras' places, title, description and primary metrics:
        what two runs must share to be compared.
    world_code_sha256 : str
    groups_sha256 : str
    system : mapping
        Record of the system under test, as in the manifest.
    reproduce : str
    evidence : ArmEvidence
    silence : str
        How many readings got no answer from a server, and why; empty where all did.
    """

    name: str
    path: str
    arm: str
    scenario: str
    seed: int
    replications: int
    fidelity: str
    world_sha256: str
    world_code_sha256: str
    groups_sha256: str
    system: Mapping[str, Any]
    reproduce: str
    evidence: ArmEvidence
    silence: str = ""

    @property
    def views(self) -> tuple[str, ...]:
        """Sides that its tunnel looks from; runs from before there were others name none.

        Raises
        ------
        InvalidUse
            If the record, which may be a stranger's, names no cameras of labgap.
        """
        views = self.system.get("views", VIEWS[:1])
        if not isinstance(views, list | tuple) or not all(view in VIEWS for view in views):
            raise InvalidUse(
                f"{views!r:.80} are no cameras of an arm",
                where=self.path,
                fix=f"make the run or the baseline again; cameras: {', '.join(VIEWS)}",
            )
        return tuple(views)


@dataclass(frozen=True, eq=False)
class RunEvidence:
    """A whole run: its manifest and the evidence of every arm."""

    path: str
    manifest: Mapping[str, Any]
    scenario: Scenario
    arms: Mapping[str, ArmEvidence]
    silences: Mapping[str, str] = field(default_factory=dict)

    def source(self, arm: str) -> Source:
        """One arm.

        Raises
        ------
        NothingMeasured
            If the run has no such arm.
        """
        evidence = pick_arm(self.arms, arm, self.path)
        return Source(
            name=f"{self.path} (arm {arm})",
            path=self.path,
            arm=arm,
            scenario=self.scenario.name,
            seed=self.scenario.seed,
            replications=self.scenario.replications,
            fidelity=fidelity_words(self.scenario),
            world_sha256=world_digest(self.scenario),
            world_code_sha256=str(self.manifest.get("world_code_sha256", "")),
            groups_sha256=groups_digest(evidence.population),
            system=self.manifest.get("arms", {}).get(arm, {}),
            reproduce=str(self.manifest.get("reproduce", "")),
            evidence=evidence,
            silence=self.silences.get(arm, ""),
        )


def pick_arm(arms: Mapping[str, ArmEvidence], arm: str, where: str) -> ArmEvidence:
    """Find an arm by name.

    Raises
    ------
    NothingMeasured
    """
    if arm in arms:
        return arms[arm]
    close = did_you_mean(arm, arms)
    known = f"it has {', '.join(sorted(arms))}"
    raise NothingMeasured(
        f"there is no arm {arm!r}",
        where=where,
        fix=f"did you mean {close}? {known}" if close else known,
    )


def fidelity_words(scenario: Scenario) -> str:
    """``full``, or ``sampled`` with its parameters."""
    fields = scenario.fidelity.model_dump(mode="json")
    kind = str(fields.pop("kind"))
    return " ".join([kind, *(f"{key}={value}" for key, value in sorted(fields.items()))])


def world_digest(scenario: Scenario) -> str:
    """sha256 of what two runs must share to be compared."""
    # Without what stands at its default: a key that a later labgap adds must not part a scenario
    # from its own baseline.  A default that changed would need another schema version.
    document = scenario.model_dump(mode="json", exclude=_NOT_THE_WORLD, exclude_defaults=True)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def without_readable(population: Population) -> Population:
    """The same parcels without the group whose members depend on an arm's cameras."""
    kept = {name: masks for name, masks in population.groups.items() if name != READABLE}
    return replace(population, groups=kept)


def groups_digest(population: Population) -> str:
    """sha256 of who belongs to which group."""
    whole = hashlib.sha256()
    for name in sorted(population.groups):
        for mask in population.groups[name]:
            whole.update(f"{name}{len(mask)}".encode() + mask.tobytes())
    return whole.hexdigest()


def read_run(name: str) -> RunEvidence:
    """Read the evidence of a finished run.

    Raises
    ------
    InvalidUse
        If there is no such run.
    NothingMeasured
        If it is unfinished, of another schema, or its tables cannot be scored.
    """
    folder = find_run(name)
    _check_schema(folder)
    check_no_network(folder, "compare")
    manifest = folder.read_manifest()
    try:
        scenario = scenario_of(manifest)
    except (KeyError, TypeError, ValueError):
        raise NothingMeasured(
            "its scenario is not one that this labgap reads",
            where=str(folder.path),
            fix="run the scenario again",
        ) from None
    try:
        folder.check_tables(manifest["arms"], scenario.replications)
        tables = RunTables.open(folder.path)
        found = collect(tables, scenario.sorting, list(tables.arms))
        silences = {
            arm: counts.sentence() for arm, counts in unanswered(folder).items() if counts.causes
        }
    except InvalidUse as error:
        raise NothingMeasured(error.what, where=error.where, fix=error.fix) from None
    except MetricsError as error:
        raise NothingMeasured(
            str(error), where=name, fix="run the scenario again, or finish it with --resume"
        ) from None
    return RunEvidence(name, manifest, scenario, {arm.arm: arm for arm in found}, silences)


def _check_schema(folder: RunFolder) -> None:
    """A run of another schema is no mistake of the user's: it cannot be compared."""
    try:
        manifest = json.loads(folder.manifest_path.read_bytes())
    except (OSError, ValueError):
        return
    version = manifest.get("schema_version") if isinstance(manifest, dict) else None
    if version is not None and version != MANIFEST_SCHEMA_VERSION:
        raise NothingMeasured(
            f"it has manifest schema {version!r}; this labgap reads {MANIFEST_SCHEMA_VERSION}",
            where=str(folder.path),
            fix="run the scenario again, or compare with the labgap that wrote it",
        )


def is_baseline(path: str) -> bool:
    """Whether a name on the command line means a baseline file."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        raise InvalidUse("this is no path", where=repr(path)[:80]) from None
