"""``labgap camera``: pixels per module, blur, and the longest exposure for a belt speed."""

import math
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from labgap.blur_measurement import BlurRow, measure_blur
from labgap.camera_calculator import (
    BLUR_LIMIT_MODULES,
    LEAST_PX_PER_MODULE,
    SOUND_PX_PER_MODULE,
    CameraSetting,
    Lens,
    blur_modules,
    blur_px,
    lens_answer,
    longest_exposure_ms,
    needed_pixels_per_m,
    px_per_module,
    top_speed_mps,
)
from labgap.commands.options import Json, Smoke
from labgap.console import emit, emit_json
from labgap.errors import InvalidUse
from labgap.picture import write_png
from labgap.replication import replication_of
from labgap.tasks import prepare_process
from scenarios.loading import load_scenario
from scenarios.model import Scenario
from sim.frames.label import CODE128_MODULE_MM
from sim.frames.pose import is_bag
from sim.frames.tunnel import SLANT, STATIONS
from sim.frames.tunnel_sheet import tunnel_sheet
from systems.registry import resolve

__all__ = ["camera"]

QUICKSTART = "quickstart"
CALIBRATION_SEED = 771
"""Labels that no scenario of the library shows; limits are never taken from its own."""
SMOKE_LABELS = 2


def camera(
    scenario: Annotated[
        str, typer.Option(help="Scenario whose belt and camera are the defaults.")
    ] = QUICKSTART,
    speed: Annotated[float | None, typer.Option(help="Belt speed, m/s.")] = None,
    pixels_per_m: Annotated[float | None, typer.Option(help="Sensor pixels a metre.")] = None,
    sensor_px: Annotated[
        float | None, typer.Option(help="Sensor pixels along the belt ...")
    ] = None,
    field_m: Annotated[float | None, typer.Option(help="... over this much belt, m.")] = None,
    module: Annotated[
        float, typer.Option(help="Narrowest bar or cell of the symbol, mm.")
    ] = CODE128_MODULE_MM,
    exposure: Annotated[float | None, typer.Option(help="Exposure, ms.")] = None,
    limit: Annotated[
        float, typer.Option(help="Blur that is still read, modules; the default was measured.")
    ] = BLUR_LIMIT_MODULES,
    focal: Annotated[float | None, typer.Option(help="Focal length, mm, for the lens.")] = None,
    pixel: Annotated[float, typer.Option(help="Pixel pitch of the sensor, um.")] = 3.45,
    f_number: Annotated[float, typer.Option(help="f-number of the lens.")] = 8.0,
    measure: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Measure what blur a reader stands, on N labels."),
    ] = None,
    system: Annotated[str, typer.Option(help="Reader to measure.")] = "barcode",
    out: Annotated[
        Path | None, typer.Option(help="Also draw a parcel as every camera sees it (.png).")
    ] = None,
    smoke: Smoke = False,
    json_output: Json = False,
) -> None:
    """Say what a camera gives a reader: pixels per module, motion blur, longest exposure."""
    loaded = load_scenario(scenario).scenario
    sorting = loaded.sorting
    chosen = sorting.lane.belt_speed_mps if speed is None else speed
    setting = CameraSetting(
        speed_mps=0.0 if chosen == 0.0 else _positive(chosen, "--speed"),
        pixels_per_m=_resolution(pixels_per_m, sensor_px, field_m, sorting.camera.pixels_per_m),
        module_mm=_positive(module, "--module"),
        exposure_ms=_positive(
            sorting.camera.exposure_ms if exposure is None else exposure, "--exposure"
        ),
    )
    lens = None
    if focal is not None:
        lens = Lens(
            _positive(focal, "--focal"),
            _positive(pixel, "--pixel"),
            _positive(f_number, "--f-number"),
        )
    answer = _answer(setting, _positive(limit, "--limit"), lens)
    answer["views"] = list(loaded.every_view)
    if out is not None:
        _draw(out, loaded)
        answer["picture"] = str(out)
    rows: list[BlurRow] = []
    if measure is not None or smoke:
        rows = _measured(scenario, measure or SMOKE_LABELS, setting.speed_mps, system)
        answer["measured"] = [_row(row) for row in rows]
    if json_output:
        emit_json(answer)
        return
    for line in _lines(answer):
        emit(line)
    if out is not None:
        emit(f"picture: {out}")
    if rows:
        emit(f"{system}, {rows[0].labels} clean labels a row (seed {CALIBRATION_SEED}):")
    for row in rows:
        low, high = row.interval
        emit(
            f"  blur {row.blur_modules:.1f} modules ({row.exposure_ms:.2f} ms): "
            f"{100 * row.right / row.labels:5.1f} % read right [{100 * low:.1f}, {100 * high:.1f}],"
            f" {row.wrong} wrong"
        )


def _positive(number: float, option: str) -> float:
    if not (math.isfinite(number) and 0.0 < number < 1e9):
        raise InvalidUse(f"{number} is no size", where=option, fix="give a number above 0")
    return number


def _resolution(
    pixels_per_m: float | None, sensor_px: float | None, field_m: float | None, default: float
) -> float:
    if (sensor_px is None) != (field_m is None) or (sensor_px and pixels_per_m):
        raise InvalidUse(
            "the resolution is not given in one way",
            where="--pixels-per-m, --sensor-px, --field-m",
            fix="give --pixels-per-m alone, or --sensor-px and --field-m together",
        )
    if sensor_px is not None and field_m is not None:
        return _positive(sensor_px, "--sensor-px") / _positive(field_m, "--field-m")
    return _positive(default if pixels_per_m is None else pixels_per_m, "--pixels-per-m")


def _answer(setting: CameraSetting, limit: float, lens: Lens | None) -> dict[str, Any]:
    px, blur = px_per_module(setting), blur_modules(setting)
    optics = None if lens is None else lens_answer(setting, lens)
    return {
        **setting.record(),
        "px_per_module": px,
        "enough_pixels": px >= LEAST_PX_PER_MODULE,
        "needed_pixels_per_m": needed_pixels_per_m(setting),
        "blur_px": blur_px(setting),
        "blur_modules": blur,
        "limit_modules": limit,
        "sharp_enough": blur <= limit,
        "longest_exposure_ms": longest_exposure_ms(setting, limit),
        "top_speed_mps": top_speed_mps(setting, limit),
        "working_distance_mm": None if optics is None else optics.working_distance_mm,
        "depth_of_field_mm": None if optics is None else optics.depth_of_field_mm,
    }


def _lines(answer: dict[str, Any]) -> list[str]:
    px, least, sound = answer["px_per_module"], LEAST_PX_PER_MODULE, SOUND_PX_PER_MODULE
    verdict = f"below the minimum of {least:g}"
    if px >= least:
        verdict = (
            f"above {sound:g}" if px >= sound else f"between the minimum of {least:g} and {sound:g}"
        )
    longest = answer["longest_exposure_ms"]
    lines = [
        f"belt {answer['speed_mps']:g} m/s, {answer['pixels_per_m']:,.0f} px/m, module "
        f"{answer['module_mm']:g} mm, exposure {answer['exposure_ms']:g} ms",
        f"resolution: {px:.2f} px a module, {verdict}; {sound:g} px a module need "
        f"{answer['needed_pixels_per_m']:,.0f} px/m",
        f"blur: {answer['blur_px']:.2f} px, {answer['blur_modules']:.2f} modules, "
        f"{'within' if answer['sharp_enough'] else 'above'} the limit of "
        f"{answer['limit_modules']:g} modules",
        "longest exposure: any, on a belt that stands still"
        if longest is None
        else f"longest exposure: {longest:.3f} ms at this speed; top speed at this exposure: "
        f"{answer['top_speed_mps']:.2f} m/s",
    ]
    if answer["views"] != ["top"]:
        slanted = [view for view in answer["views"] if STATIONS[view].motion < 1.0]
        words = f"; at 45 degrees ({', '.join(slanted)}) {SLANT * px:.2f} px a module on the slant"
        lines.append(f"cameras: {', '.join(answer['views'])}{words if slanted else ''}")
    if answer["working_distance_mm"] is not None:
        lines.append(
            f"lens: {answer['working_distance_mm']:,.0f} mm above the plane in focus, depth of "
            f"field {answer['depth_of_field_mm']:,.0f} mm around it"
        )
    return lines


def _draw(path: Path, scenario: Scenario) -> None:
    """Draw the first box of the scenario: bags hide how a label lies."""
    replication = replication_of(scenario, 0)
    boxes = [one for one in replication.population.parcels if not is_bag(one.material)]
    sheet = tunnel_sheet(
        (boxes or list(replication.population.parcels))[0],
        replication.camera(scenario.every_view),
        scenario.sorting.lane.belt_speed_mps,
        replication.streams,
    )
    write_png(path, sheet)


def _measured(scenario: str, labels: int, speed_mps: float, system: str) -> list[BlurRow]:
    prepare_process()
    chosen: Scenario = load_scenario(scenario, (f"seed={CALIBRATION_SEED}",)).scenario
    resolved = resolve("vision", system, {}, allow_dotted=True)
    if speed_mps == 0.0:
        raise InvalidUse(
            "nothing is blurred on a belt that stands still",
            where="--speed",
            fix="give a speed above 0 with --measure",
        )
    return measure_blur(resolved, chosen, labels, speed_mps)


def _row(row: BlurRow) -> dict[str, Any]:
    low, high = row.interval
    return {**asdict(row), "share": row.right / row.labels, "low": low, "high": high}
