"""Camera arithmetic: pixels per module, blur, the longest exposure, lens and working distance.

Blur: a point on the belt moves ``speed x exposure`` while the shutter is open; times the pixels
per metre that is its streak on the sensor, and divided by the module its streak in modules, which
no lens changes.  Resolution: 1.5 to 2 pixels a module is the industry's minimum (Cognex).  Lens:
the thin-lens equation ``1/f = 1/a + 1/b`` with magnification ``m = b / a`` gives the working
distance ``a = f (1 + 1/m)``; with f-number N and circle of confusion c = one pixel, the depth of
field is ``2 N c (1 + m) / m**2`` where it is small against the distance (Greenleaf 1950; any
textbook of photographic optics).
"""

from dataclasses import asdict, dataclass
from typing import Any

__all__ = [
    "BLUR_LIMIT_MODULES",
    "LEAST_PX_PER_MODULE",
    "SOUND_PX_PER_MODULE",
    "CameraSetting",
    "Lens",
    "LensAnswer",
    "blur_modules",
    "blur_px",
    "lens_answer",
    "longest_exposure_ms",
    "needed_pixels_per_m",
    "px_per_module",
    "top_speed_mps",
]

LEAST_PX_PER_MODULE, SOUND_PX_PER_MODULE = 1.5, 2.0
BLUR_LIMIT_MODULES = 1.4
"""Most blur at which `barcode` read every one of 60 clean labels of this twin, as it does without
any; at 1.6 modules it begins to lose them.  ``labgap camera --measure 60`` prints the table."""


@dataclass(frozen=True, slots=True)
class CameraSetting:
    """A camera over a belt.

    Attributes
    ----------
    speed_mps : float
    pixels_per_m : float
        Of the belt, on the sensor.
    module_mm : float
        Narrowest bar, or side of a cell, of the symbol.
    exposure_ms : float
    """

    speed_mps: float
    pixels_per_m: float
    module_mm: float
    exposure_ms: float

    def record(self) -> dict[str, Any]:
        """Settings as a JSON-ready mapping."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Lens:
    """A lens on a sensor: focal length in mm, pixel pitch in micrometres, f-number."""

    focal_mm: float
    pixel_um: float
    f_number: float


@dataclass(frozen=True, slots=True)
class LensAnswer:
    """Where the camera hangs, and how much of the height below it is sharp, in mm."""

    working_distance_mm: float
    depth_of_field_mm: float


def px_per_module(setting: CameraSetting) -> float:
    """Sensor pixels across one module."""
    return setting.pixels_per_m * setting.module_mm / 1000.0


def blur_px(setting: CameraSetting) -> float:
    """Motion blur in sensor pixels."""
    return setting.speed_mps * setting.exposure_ms / 1000.0 * setting.pixels_per_m


def blur_modules(setting: CameraSetting) -> float:
    """Motion blur in modules: m/s times ms is mm."""
    return setting.speed_mps * setting.exposure_ms / setting.module_mm


def longest_exposure_ms(setting: CameraSetting, limit_modules: float) -> float | None:
    """Exposure at which the blur reaches the limit; None on a belt that stands still."""
    if setting.speed_mps == 0.0:
        return None
    return limit_modules * setting.module_mm / setting.speed_mps


def top_speed_mps(setting: CameraSetting, limit_modules: float) -> float:
    """Belt speed at which the blur reaches the limit."""
    return limit_modules * setting.module_mm / setting.exposure_ms


def needed_pixels_per_m(setting: CameraSetting, least: float = SOUND_PX_PER_MODULE) -> float:
    """Pixels per metre that give `least` pixels a module."""
    return 1000.0 * least / setting.module_mm


def lens_answer(setting: CameraSetting, lens: Lens) -> LensAnswer:
    """Working distance from the lens, and depth of field around it, for this resolution."""
    magnification = lens.pixel_um * 1e-6 * setting.pixels_per_m
    distance = lens.focal_mm * (1.0 + 1.0 / magnification)
    confusion_mm = lens.pixel_um / 1000.0
    depth = 2.0 * lens.f_number * confusion_mm * (1.0 + magnification) / magnification**2
    return LensAnswer(distance, depth)
