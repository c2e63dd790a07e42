"""Baselines of invented outcomes, to try the gate in seconds without any reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from labgap.baseline import Baseline
from metrics.gate.evidence import ArmEvidence
from metrics.gate.outcome_world import OutcomeWorld
from metrics.gate.perturbation import perturbed

__all__ = ["invented_baseline", "smoke_pair"]

_SEED, _REPLICATIONS, _PARCELS = 3, 10, 600


def invented_baseline(arm: ArmEvidence) -> Baseline:
    """Wrap invented evidence as if it came from a run."""
    record = {
        "run": "invented",
        "created_at": "",
        "scenario": "invented",
        "seed": _SEED,
        "replications": arm.replications,
        "fidelity": "full",
        "scenario_sha256": "",
        "world_sha256": "",
        "world_code_sha256": "",
        "reproduce": "",
        "versions": {},
        "machine": {},
    }
    return Baseline(record, {arm.arm: arm}, {arm.arm: {}})


@contextmanager
def smoke_pair() -> Iterator[tuple[str, str]]:
    """Two baseline files: an arm of 95 % in production, and the same on another day."""
    rng = np.random.default_rng(_SEED)
    base = OutcomeWorld(rng, _REPLICATIONS, _PARCELS).arm(0.99, 0.95)
    candidate = perturbed(base, rng, disagreement=0.005)
    with TemporaryDirectory() as temporary:
        paths = (Path(temporary) / "base.json", Path(temporary) / "candidate.json")
        for path, arm in zip(paths, (base, candidate), strict=True):
            invented_baseline(arm).write(path)
        yield str(paths[0]), str(paths[1])
