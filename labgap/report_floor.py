"""What a report draws of the floor: one replication's tables, and the camera's figures."""

from labgap.camera_calculator import (
    BLUR_LIMIT_MODULES,
    LEAST_PX_PER_MODULE,
    CameraSetting,
    blur_modules,
    blur_px,
    longest_exposure_ms,
    px_per_module,
    top_speed_mps,
)
from labgap.run_folder import RunFolder
from metrics.errors import MissingTableError
from metrics.lasting_faults import may_last
from metrics.tables import RunTables
from metrics.watched_lane import WatchedLane, watched_lane
from reports.camera_figures import CameraFigures
from reports.centre import is_drawn
from reports.shift.tables import ShiftTables
from scenarios.camera_model import VIEWS
from scenarios.model import Scenario
from sim.frames.label import CODE128_MODULE_MM

__all__ = ["camera_of", "shift_of", "watched_of"]


def shift_of(folder: RunFolder, scenario: Scenario) -> ShiftTables | None:
    """Tables of the first arm's first replication.

    None for a scenario of plain lanes, and for a run whose events were deleted to save room: its
    report can still be written from ``metrics.json``.
    """
    if not is_drawn(scenario.sorting):
        return None
    arm = scenario.arms[0].name
    try:
        return ShiftTables(arm, 0, RunTables.open(folder.path).load(arm, 0))
    except MissingTableError:
        return None


def watched_of(folder: RunFolder, scenario: Scenario) -> WatchedLane | None:
    """The lane of the first arm's first replication whose signals are drawn around a fault.

    None where nothing lasts, and for a run whose events were deleted, as `shift_of` has it.
    """
    if not may_last(scenario.sorting):
        return None
    try:
        return watched_lane(RunTables.open(folder.path), scenario.arms[0].name, scenario.sorting)
    except MissingTableError:
        return None


def camera_of(scenario: Scenario) -> CameraFigures:
    """What the scenario's camera resolves of this twin's label on its belt, and who has which."""
    sorting = scenario.sorting
    own = sorting.camera.views
    views = {arm.name: arm.views or own for arm in scenario.arms}
    setting = CameraSetting(
        speed_mps=sorting.lane.belt_speed_mps,
        pixels_per_m=sorting.camera.pixels_per_m,
        module_mm=CODE128_MODULE_MM,
        exposure_ms=sorting.camera.exposure_ms,
    )
    longest_ms = longest_exposure_ms(setting, BLUR_LIMIT_MODULES)
    assert longest_ms is not None, "the belt of a scenario moves"
    return CameraFigures(
        setting.speed_mps,
        setting.pixels_per_m,
        setting.module_mm,
        setting.exposure_ms,
        px_per_module(setting),
        LEAST_PX_PER_MODULE,
        blur_px(setting),
        blur_modules(setting),
        BLUR_LIMIT_MODULES,
        longest_ms,
        top_speed_mps(setting, BLUR_LIMIT_MODULES),
        views if set(views.values()) != {VIEWS[:1]} else {},
    )
