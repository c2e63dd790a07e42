"""``labgap flake``: how often a policy cries wolf."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from labgap.commands.arms import BaseArm
from labgap.commands.design import Accuracy, Parcels, Replications, Seed
from labgap.commands.options import Json, Smoke
from labgap.comparison import read_side
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.exit_codes import ExitCode
from metrics.gate.characteristics import Design, Flake
from metrics.gate.characteristics import flake as gate_again
from metrics.gate.evidence import ArmEvidence
from metrics.gate.policy import Policy
from metrics.gate.policy_file import default_policy, load_policy

__all__ = ["flake"]


def flake(
    run: Annotated[
        str,
        typer.Argument(metavar="[RUN]", help="A run or baseline (default: invented outcomes)."),
    ] = "",
    policy: Annotated[Path | None, typer.Option(help="Policy (default: built in).")] = None,
    trials: Annotated[int, typer.Option("-n", "--trials", min=1, help="Gates.")] = 300,
    arm: BaseArm = None,
    replications: Replications = 10,
    parcels: Parcels = 500,
    accuracy: Accuracy = 0.95,
    seed: Seed = 1,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Gate an arm against itself on another day, many times: every fail is a false one.

    Exits 1 if a single gate failed.
    """
    chosen: Policy = default_policy()[0] if policy is None else load_policy(policy)
    if all(metric.sla is not None for metric in chosen.metrics):
        raise InvalidUse(
            "every metric of the policy is a promise; there is nothing to compare",
            where=str(policy),
            fix="add a metric with a margin",
        )
    found = gate_again(
        chosen,
        20 if smoke else trials,
        seed=seed,
        design=Design(replications, parcels, accuracy),
        base=_base(run, arm) if run else None,
    )
    if json_output:
        failed = [[*key, count] for key, count in found.failed_checks.items()]
        record = {**asdict(found), "failed_checks": failed}
        emit_json({**record, "false_fails": found.false_fails, "upper_limit_95": found.most})
    else:
        _say(found)
    if found.false_fails:
        raise typer.Exit(int(ExitCode.REGRESSION))


def _base(run: str, arm: str | None) -> ArmEvidence:
    arms = read_side(run).arms
    if arm is None and len(arms) > 1:
        raise InvalidUse(
            f"which arm? It has {', '.join(arms)}", where=run, fix="add --base-arm NAME"
        )
    name = arm or next(iter(arms))
    if name not in arms:
        raise InvalidUse(f"there is no arm {name!r}", where=run, fix=f"it has {', '.join(arms)}")
    return arms[name]


def _say(found: Flake) -> None:
    emit(f"{found.false_fails} false fails in {found.trials} gates of an arm against itself")
    emit(f"at most {100 * found.most:.2f} % (one-sided 95 % limit)")
    for verdict, count in sorted(found.verdicts.items()):
        emit(f"  {verdict:<15} {count}")
    for (metric, condition, group), count in found.failed_checks.items():
        emit(f"  failed {count} times: {metric} {condition} {group}")
