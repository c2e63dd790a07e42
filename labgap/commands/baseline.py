"""``labgap baseline``: keep what a run measured in the repository."""

import getpass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from labgap.baseline import Baseline, Blessing, load_baseline, make_baseline
from labgap.commands.options import Json, Run, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.evidence_source import read_run
from labgap.invented import smoke_pair
from labgap.outcome import ends_clearly
from labgap.provenance import moment
from labgap.smoke import smoke_run
from metrics.gate.evidence import ArmEvidence

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)

_File = Annotated[
    Path | None, typer.Option("--out", help="The baseline file, e.g. baselines/x.json.")
]
_By = Annotated[str | None, typer.Option("--by", help="Who (default: the user's login name).")]
_LONGEST_REASON = 2000


@app.callback()
def baseline() -> None:
    """Keep what a run measured in the repository."""


@app.command("save")
@ends_clearly
def save(
    run: Run = "latest",
    out: _File = None,
    by: _By = None,
    smoke: Smoke = False,
) -> None:
    """Write the first baseline of a scenario.  Refuses to replace one: that takes ``bless``."""
    if smoke:
        with smoke_run() as folder, TemporaryDirectory() as temporary:
            _save(str(folder.path), Path(temporary) / "baseline.json", by)
    elif out is None:
        raise InvalidUse(
            "there is no file to write to",
            where="command line",
            fix="add --out baselines/NAME.json",
        )
    else:
        _save(run, out, by)


def _save(run: str, out: Path, by: str | None) -> None:
    if out.exists():
        raise InvalidUse(
            "there is a baseline already",
            where=str(out),
            fix="replace it with labgap baseline bless RUN --out FILE --reason TEXT",
        )
    _write(run, out, "save", "first baseline", by)


@app.command("bless")
@ends_clearly
def bless(
    run: Run = "latest",
    out: _File = None,
    reason: Annotated[str, typer.Option(help="Why this run is the new baseline.")] = "",
    by: _By = None,
    smoke: Smoke = False,
) -> None:
    """Make a run the new baseline, and keep on record who did, when and why."""
    if smoke:
        with smoke_run() as folder, TemporaryDirectory() as temporary:
            path = Path(temporary) / "baseline.json"
            _save(str(folder.path), path, by)
            _write(str(folder.path), path, "bless", "smoke", by)
        return
    if out is None:
        raise InvalidUse(
            "there is no file to write to",
            where="command line",
            fix="add --out baselines/NAME.json",
        )
    if not reason.strip():
        raise InvalidUse(
            "a baseline is not blessed without a reason",
            where=str(out),
            fix='add --reason "why worse is right", or "what got better"',
        )
    if len(reason) > _LONGEST_REASON:
        raise InvalidUse(
            f"the reason is longer than {_LONGEST_REASON} characters",
            where="--reason",
            fix="shorten it; link to the long story",
        )
    _write(run, out, "bless", reason.strip(), by)


def _write(run: str, out: Path, action: str, reason: str, by: str | None) -> None:
    history = load_baseline(out).history if out.exists() else ()
    made = make_baseline(read_run(run))
    entry = Blessing(
        action="bless" if action == "bless" else "save",
        at=moment(),
        by=by or _login(),
        reason=reason,
        run=made.run["run"],
        world_sha256=made.run["world_sha256"],
        digests={name: arm.digest for name, arm in made.arms.items()},
    )
    Baseline(made.run, made.arms, made.systems, (*history, entry)).write(out)
    emit(f"wrote {out} ({out.stat().st_size / 1e3:.0f} kB): {entry.action} of run {entry.run}")


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return "unknown"


@app.command("show")
@ends_clearly
def show(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A baseline file.")] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Say what a baseline holds, where it comes from and who blessed it."""
    if smoke:
        with smoke_pair() as (base, _):
            _show(Path(base), json_output)
    elif file is None:
        raise InvalidUse(
            "there is no file to show", where="command line", fix="labgap baseline show FILE"
        )
    else:
        _show(file, json_output)


def _show(file: Path, json_output: bool) -> None:
    baseline = load_baseline(file)
    record = _record(baseline)
    if json_output:
        emit_json(record)
        return
    run = record["run"]
    emit(f"scenario   {run['scenario']}, world sha256 {run['world_sha256'][:12]}")
    emit(f"run        {run['run']}, {run['created_at']}, seed {run['seed']}")
    emit(f"measured   {record['parcels']:,} parcels in {run['replications']} replications")
    for name, arm in record["arms"].items():
        emit(f"arm        {name}: outcomes sha256 {arm['digest'][:12]}")
        for world, (right, among) in arm["accuracy.forced"].items():
            emit(f"             read right in {world}: {right:,.0f} of {among:,.0f}")
    for entry in record["history"]:
        emit(f"{entry['action']:<10} {entry['at']} by {entry['by']}: {entry['reason']}")
    if run["reproduce"]:
        emit(f"reproduce  {run['reproduce']}")


def _record(baseline: Baseline) -> dict[str, Any]:
    first = next(iter(baseline.arms.values()))
    return {
        "run": dict(baseline.run),
        "parcels": sum(first.population.parcels),
        "arms": {name: _arm(arm) for name, arm in baseline.arms.items()},
        "history": [entry.model_dump() for entry in baseline.history],
    }


def _arm(arm: ArmEvidence) -> dict[str, Any]:
    right, among, _ = arm.counts("accuracy.forced", "all").sum(axis=0).tolist()
    worlds = dict(zip(("lab", "production"), zip(right, among, strict=True), strict=True))
    return {"digest": arm.digest, "accuracy.forced": worlds}
