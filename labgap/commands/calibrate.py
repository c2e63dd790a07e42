"""``labgap calibrate``: measure how long a system takes, for runs to draw from."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from labgap.atomic import write_atomic
from labgap.calibration import Stopwatch, calibrated
from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.parameters import parsed_parameters
from labgap.provenance import machine_name
from systems.latency import LatencyProfile
from systems.latency_files import profiles_text, read_profiles
from systems.registry import resolve

__all__ = ["calibrate"]

FOLDER = Path("profiles")
LARGEST_BATCH = 256


def calibrate(
    kind: Annotated[str, typer.Argument(help="vision.")] = "vision",
    system: Annotated[
        str, typer.Argument(metavar="SYSTEM", help="Registered name or pkg.module:Factory.")
    ] = "barcode",
    batch: Annotated[str, typer.Option(help="Batch sizes to measure, as in 1,8,32.")] = "1",
    samples: Annotated[
        int, typer.Option(min=2, max=100_000, help="Batches to time at each size.")
    ] = 100,
    clock: Annotated[
        Stopwatch,
        typer.Option(help="wall, or processor where other work shares the machine."),
    ] = Stopwatch.WALL,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Parameter of the system; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write (default: profiles/KIND-SYSTEM.json).")
    ] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Measure a system's latency into a profile for ``labgap run --profiles``; runs never do."""
    resolved = resolve(kind, system, parsed_parameters(param or ()), allow_dotted=True)
    sizes, samples = (_sizes(batch), samples) if not smoke else ((1,), 4)
    with TemporaryDirectory(prefix="labgap-smoke-") as scratch:
        default = Path(scratch) / "smoke.json" if smoke else FOLDER / _file_name(kind, system)
        path = out or default
        earlier = read_profiles(path) if path.exists() else ()
        strangers = {profile.name for profile in earlier} - {f"{kind}/{system}"}
        if strangers:
            raise InvalidUse(
                f"the file holds profiles of {', '.join(sorted(strangers))}",
                where=str(path),
                fix="choose another file with --out",
            )
        if path.parent == FOLDER:
            FOLDER.mkdir(exist_ok=True)
        measured = tuple(calibrated(resolved, sizes, samples, clock, machine_name()))
        profiles = _succeeding(measured, earlier)
        write_atomic(path, profiles_text((*profiles, *_kept(earlier, sizes))))
        if json_output:
            emit_json(
                [
                    {**profile.record(), "sha256": profile.sha256, "file": str(path)}
                    for profile in profiles
                ]
            )
            return
        for profile in profiles:
            emit(_line(profile))
        if not smoke or out:
            emit(f"profiles: {path}")


def _line(profile: LatencyProfile) -> str:
    shown = ", ".join(
        f"{name} {1000 * profile.quantile(u):.2f}"
        for name, u in (("median", 0.5), ("95 %", 0.95), ("longest", 1.0))
    )
    return (
        f"{profile.name}, batch of {profile.batch_size}: {shown} ms over {profile.samples} "
        f"batches (version {profile.version}, sha256 {profile.sha256[:12]})"
    )


def _succeeding(
    measured: Sequence[LatencyProfile], earlier: Sequence[LatencyProfile]
) -> tuple[LatencyProfile, ...]:
    """Number new profiles after those of the same batch size that they replace."""
    versions = {profile.batch_size: profile.version for profile in earlier}
    return tuple(
        replace(profile, version=versions.get(profile.batch_size, 0) + 1) for profile in measured
    )


def _kept(earlier: Sequence[LatencyProfile], sizes: Sequence[int]) -> list[LatencyProfile]:
    return [profile for profile in earlier if profile.batch_size not in sizes]


def _sizes(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",")]
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
        words = ["0"]
    sizes = tuple(sorted({int(word) for word in words}))
    if not all(1 <= size <= LARGEST_BATCH for size in sizes):
        raise InvalidUse(
            f"{text!r} is no list of batch sizes",
            where="--batch",
            fix=f"write whole numbers from 1 to {LARGEST_BATCH}, as in 1,8,32",
        )
    return sizes


def _file_name(kind: str, system: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", f"{kind}-{system}") + ".json"
