"""What the camera over the belt can resolve, and how long its shutter may stay open."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.tables import Column, Table, number_cell, table, text_cell

__all__ = ["CameraFigures", "camera_sentences", "camera_table"]


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """Answers of the camera calculator for a scenario's belt and camera.

    Attributes
    ----------
    speed_mps, pixels_per_m, module_mm, exposure_ms : float
        What was put in; the module is the symbol's narrowest bar.
    px_per_module, least_px_per_module : float
        What the camera gives, and the industry's minimum.
    blur_px, blur_modules, limit_modules : float
        Motion blur, and the blur up to which the barcode reader was measured to lose nothing.
    longest_exposure_ms, top_speed_mps : float
        Where the blur reaches that limit, at this speed and at this exposure.
    views : mapping of str to tuple of str
        By arm, the sides that its tunnel looks from; empty where every arm has the camera over the
        belt alone.
    """

    speed_mps: float
    pixels_per_m: float
    module_mm: float
    exposure_ms: float
    px_per_module: float
    least_px_per_module: float
    blur_px: float
    blur_modules: float
    limit_modules: float
    longest_exposure_ms: float
    top_speed_mps: float
    views: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def camera_sentences(camera: CameraFigures) -> tuple[str, ...]:
    """Whether the pixels and the shutter suffice."""
    enough = camera.px_per_module >= camera.least_px_per_module
    sharp = camera.blur_modules <= camera.limit_modules
    return (
        f"The camera gives {camera.px_per_module:.2f} pixels a module of {camera.module_mm:g} mm: "
        f"{'above' if enough else 'BELOW'} the minimum of {camera.least_px_per_module:g}.",
        f"The belt moves {camera.blur_modules:.2f} modules ({camera.blur_px:.2f} pixels) while the "
        f"shutter is open: {'within' if sharp else 'BEYOND'} the {camera.limit_modules:g} modules "
        "up to which the barcode reader was measured to lose nothing.",
        f"At {camera.speed_mps:g} m/s the shutter may stay open for "
        f"{camera.longest_exposure_ms:.2f} ms; it is set to {camera.exposure_ms:g} ms, which "
        f"would do up to {camera.top_speed_mps:.1f} m/s.",
        *(f"Arm {arm} looks from {', '.join(views)}." for arm, views in camera.views.items()),
    )


def camera_table(camera: CameraFigures) -> Table:
    """The same as numbers."""
    rows = (
        ("Belt speed", camera.speed_mps, "m/s"),
        ("Pixels a metre of belt", camera.pixels_per_m, "px/m"),
        ("Narrowest module of the symbol", camera.module_mm, "mm"),
        ("Exposure", camera.exposure_ms, "ms"),
        ("Pixels a module", camera.px_per_module, "px"),
        ("Blur on the sensor", camera.blur_px, "px"),
        ("Blur in modules", camera.blur_modules, "modules"),
        ("Blur that is still read", camera.limit_modules, "modules"),
        ("Longest exposure at this speed", camera.longest_exposure_ms, "ms"),
        ("Top speed at this exposure", camera.top_speed_mps, "m/s"),
    )
    return table(
        "optics",
        "The scenario's belt and camera",
        (Column("Quantity"), Column("Value", True), Column("Unit")),
        [
            (text_cell(name), number_cell(number, f"{number:,.4g}"), text_cell(unit))
            for name, number, unit in rows
        ],
    )
