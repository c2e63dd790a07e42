"""A baseline: what a run measured, small enough to live in a repository."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from labgap.atomic import write_atomic
from labgap.errors import InvalidUse, NothingMeasured
from labgap.evidence_source import (
    RunEvidence,
    Source,
    fidelity_words,
    groups_digest,
    pick_arm,
    without_readable,
    world_digest,
)
from metrics.gate.evidence import FLAGS, ArmEvidence, Population
from metrics.gate.packed_bits import Mask, pack, unpack
from scenarios.strict import Strict

__all__ = ["BASELINE_SCHEMA_VERSION", "Baseline", "Blessing", "load_baseline", "make_baseline"]

BASELINE_SCHEMA_VERSION = 1
MAX_BYTES = 50_000_000
_MAX_PARCELS = 10_000_000
Sums = tuple[tuple[float, float, float, float, float, float], ...]


class Blessing(Strict):
    """Who took which run as the baseline, when and why."""

    action: Literal["save", "bless"]
    at: str
    by: str
    reason: str
    run: str
    world_sha256: str
    digests: dict[str, str]
    """Of each arm's outcomes and sums."""


class _Run(Strict):
    run: str
    created_at: str
    scenario: str
    seed: int
    replications: int = Field(ge=1, le=1000)
    fidelity: str
    scenario_sha256: str
    world_sha256: str
    world_code_sha256: str
    reproduce: str
    versions: dict[str, str]
    machine: dict[str, str | int]


class _Parcels(Strict):
    counts: tuple[int, ...]
    truth_sha256: tuple[str, ...]
    groups_sha256: str
    groups: dict[str, str]


class _Arm(Strict):
    system: dict[str, Any]
    digest: str
    outcomes: dict[str, str]
    sums: dict[str, dict[str, Sums]]
    """Numerator, denominator and n, each in lab and production, a row a replication."""


class _Document(Strict):
    labgap_baseline: Literal[1]
    run: _Run
    parcels: _Parcels
    arms: dict[str, _Arm] = Field(min_length=1)
    history: tuple[Blessing, ...]


@dataclass(frozen=True, eq=False)
class Baseline:
    """A baseline in memory.

    Attributes
    ----------
    run : mapping
        Where it comes from.
    arms : mapping of str to ArmEvidence
    systems : mapping of str to mapping
        Record of each arm's system under test.
    history : tuple of Blessing
        Oldest first.
    """

    run: Mapping[str, Any]
    arms: Mapping[str, ArmEvidence]
    systems: Mapping[str, Mapping[str, Any]]
    history: tuple[Blessing, ...] = ()

    def source(self, arm: str, path: str) -> Source:
        """One arm, for a comparison.

        Raises
        ------
        NothingMeasured
            If there is no such arm.
        """
        evidence = pick_arm(self.arms, arm, path)
        run = self.run
        return Source(
            name=f"{path} (arm {arm})",
            path=path,
            arm=arm,
            scenario=run["scenario"],
            seed=run["seed"],
            replications=run["replications"],
            fidelity=run["fidelity"],
            world_sha256=run["world_sha256"],
            world_code_sha256=run["world_code_sha256"],
            groups_sha256=groups_digest(evidence.population),
            system=self.systems[arm],
            reproduce=run["reproduce"],
            evidence=evidence,
        )

    def to_json(self) -> str:
        """Canonical JSON, a row a replication and a line an entry, so that diffs stay readable."""
        population = next(iter(self.arms.values())).population
        document = {
            "labgap_baseline": BASELINE_SCHEMA_VERSION,
            "run": dict(self.run),
            "parcels": {
                "counts": population.parcels,
                "truth_sha256": population.truth,
                "groups_sha256": groups_digest(population),
                "groups": {
                    name: pack(np.concatenate(masks))
                    for name, masks in sorted(population.groups.items())
                },
            },
            "arms": {
                name: _arm_record(arm, self.systems[name])
                for name, arm in sorted(self.arms.items())
            },
            "history": [entry.model_dump() for entry in self.history],
        }
        return _rows(document) + "\n"

    def write(self, path: Path) -> None:
        """Write the file, atomically."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, self.to_json())


def _rows(value: Any, depth: int = 0) -> str:
    """JSON with mappings opened to a depth of four and one line for everything below."""
    if not isinstance(value, dict) or depth > 4 or not value:
        return json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    pad = " " * (depth + 1)
    entries = (f"{pad}{json.dumps(key)}: {_rows(child, depth + 1)}" for key, child in value.items())
    return "{\n" + ",\n".join(entries) + "\n" + " " * depth + "}"


def _arm_record(arm: ArmEvidence, system: Mapping[str, Any]) -> dict[str, Any]:
    sums: dict[str, dict[str, list[list[float]]]] = {}
    for (metric, group), block in arm.sums.items():
        rows = [[_short(number) for number in row.ravel().tolist()] for row in block]
        sums.setdefault(metric, {})[group] = rows
    return {
        "system": dict(system),
        "digest": arm.digest,
        "outcomes": {name: pack(np.concatenate(flags)) for name, flags in arm.flags.items()},
        "sums": sums,
    }


def _short(number: float) -> float:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def make_baseline(run: RunEvidence) -> Baseline:
    """Make a baseline of a run.

    Raises
    ------
    NothingMeasured
        If no parcel was scored.
    """
    manifest, scenario = run.manifest, run.scenario
    population = next(iter(run.arms.values())).population
    if sum(population.parcels) == 0:
        raise NothingMeasured(
            "no parcel was scored", where=run.path, fix="check the scenario's arrivals"
        )
    machine = manifest.get("machine", {})
    record = {
        "run": str(manifest.get("run_id", Path(run.path).name)),
        "created_at": str(manifest.get("created_at", "")),
        "scenario": scenario.name,
        "seed": scenario.seed,
        "replications": scenario.replications,
        "fidelity": fidelity_words(scenario),
        "scenario_sha256": str(manifest.get("scenario_sha256", "")),
        "world_sha256": world_digest(scenario),
        "world_code_sha256": str(manifest.get("world_code_sha256", "")),
        "reproduce": str(manifest.get("reproduce", "")),
        "versions": {str(k): str(v) for k, v in manifest.get("versions", {}).items()},
        "machine": {k: v for k, v in machine.items() if isinstance(v, str | int)},
    }
    systems = {name: manifest.get("arms", {}).get(name, {}) for name in run.arms}
    arms = run.arms
    if len({run.source(name).views for name in arms}) > 1:
        arms = {
            name: replace(arm, population=without_readable(arm.population))
            for name, arm in arms.items()
        }
    return Baseline(record, arms, systems)


def load_baseline(path: Path) -> Baseline:
    """Read a baseline file.

    Raises
    ------
    InvalidUse
        If it is no baseline, or was changed by hand.
    NothingMeasured
        If another labgap wrote it in another format.
    """
    fix = "write it again with labgap baseline save RUN --out FILE"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidUse("the file is too large for a baseline", where=str(path), fix=fix)
        data = json.loads(path.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidUse(f"this is no baseline ({error})", where=str(path), fix=fix) from None
    version = data.get("labgap_baseline") if isinstance(data, dict) else None
    if version is None:
        raise InvalidUse("this is no baseline of labgap", where=str(path), fix=fix)
    if version != BASELINE_SCHEMA_VERSION:
        raise NothingMeasured(
            f"the baseline has schema {version!r}; this labgap reads {BASELINE_SCHEMA_VERSION}",
            where=str(path),
            fix="write it again with this labgap, or use the one that wrote it",
        )
    try:
        document = _Document.model_validate_json(json.dumps(data))
        return _restored(document)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        key = ".".join(map(str, detail["loc"]))
        what = f"this is no baseline of labgap: {key}: {detail['msg']}"
        raise InvalidUse(what, where=str(path), fix=fix) from None
    except (ValueError, OverflowError) as error:
        raise InvalidUse(
            f"the baseline was changed or damaged: {error}", where=str(path), fix=fix
        ) from None


def _restored(document: _Document) -> Baseline:
    counts, replications = document.parcels.counts, document.run.replications
    if len(counts) != replications or len(document.parcels.truth_sha256) != replications:
        raise ValueError("its replications do not agree")
    if min(counts) < 0 or sum(counts) > _MAX_PARCELS:
        raise ValueError("its numbers of parcels cannot be")
    total = sum(counts)
    ends = np.cumsum(counts)[:-1]
    population = Population(
        counts,
        document.parcels.truth_sha256,
        {
            name: tuple(np.split(unpack(text, (total,)), ends))
            for name, text in document.parcels.groups.items()
        },
    )
    if groups_digest(population) != document.parcels.groups_sha256:
        raise ValueError("its groups do not match their digest")
    arms = {}
    for name, arm in document.arms.items():
        if set(arm.outcomes) != set(FLAGS):
            raise ValueError(f"arm {name!r} does not hold the outcomes of this labgap")
        flags: dict[str, tuple[Mask, ...]] = {
            column: tuple(np.split(unpack(text, (total, 2)), ends))
            for column, text in arm.outcomes.items()
        }
        sums = {
            (metric, group): _block(rows, replications)
            for metric, groups in arm.sums.items()
            for group, rows in groups.items()
        }
        evidence = ArmEvidence(name, population, flags, sums)
        if evidence.digest != arm.digest:
            raise ValueError(f"the numbers of arm {name!r} do not match their digest")
        arms[name] = evidence
    return Baseline(
        document.run.model_dump(),
        arms,
        {name: arm.system for name, arm in document.arms.items()},
        document.history,
    )


def _block(rows: Sums, replications: int) -> "np.ndarray[Any, np.dtype[np.float64]]":
    if len(rows) != replications:
        raise ValueError("a sum does not have a row a replication")
    return np.asarray(rows, dtype=np.float64).reshape(-1, 3, 2)
