"""Small evidence for tests of the gate, from outcomes given by hand."""

import numpy as np

from metrics.gate.evidence import FLAGS, ArmEvidence, Population
from metrics.gate.policy import GateMetric, Margin, Policy
from metrics.gate.policy_file import parse_policy

ONE = "version: 1\nmetrics:\n  - {id: accuracy.forced, margin: {absolute: 0.01}}\n"


def one_metric(**changes: object) -> Policy:
    """A policy of one metric; `changes` to that metric."""
    policy = parse_policy(ONE, "specimen")
    fields = {"id": "accuracy.forced", "margin": Margin(absolute=0.01), **changes}
    return policy.model_copy(update={"metrics": (GateMetric(**fields),)})


def evidence(production, lab=None, *, sums=None, groups=None, times=None) -> ArmEvidence:
    """An arm from right (1) and wrong (0) parcels, shape (replications, parcels)."""
    production = np.asarray(production, dtype=bool)
    lab = np.ones_like(production) if lab is None else np.asarray(lab, dtype=bool)
    right = np.stack((lab, production), axis=-1)
    good = {"right", "in_time", "correct", "accepted", "right_chute"}
    flags = {name: tuple(right if name in good else ~right) for name in FLAGS}
    population = Population(
        (production.shape[1],) * len(production),
        tuple(f"truth {number}" for number in range(len(production))),
        {name: tuple(np.asarray(mask, bool)) for name, mask in (groups or {}).items()},
    )
    blocks = {}
    for key, values in (sums or {}).items():
        block = np.ones((len(production), 3, 2))
        block[:, 0] = np.asarray(values, float)[:, None]
        blocks[key] = block
    return ArmEvidence("reader", population, flags, blocks, times or {})


def losing(counts, size=500) -> ArmEvidence:
    """`counts` of `size` parcels wrong in production, the first ones."""
    return evidence([np.arange(size) >= count for count in counts])
