"""The cameras of a lane's tunnel: where they look from, and the sensor that each of them has."""

from collections.abc import Sequence
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, model_validator

from scenarios.strict import Strict, refusal

__all__ = ["VIEWS", "Camera", "View", "Views"]

View = Literal["top", "left", "right", "front", "back", "bottom"]

VIEWS: tuple[View, ...] = get_args(View)
"""In the order in which a capture has them, whatever that of the scenario."""


def _each_once(views: Sequence[View]) -> tuple[View, ...]:
    for number, view in enumerate(views):
        if view in views[:number]:
            raise refusal("", f"{view} is listed twice", "name every camera once")
    return tuple(view for view in VIEWS if view in views)


Views = Annotated[
    tuple[View, ...], Field(min_length=1, max_length=len(VIEWS)), AfterValidator(_each_once)
]


class Camera(Strict):
    """Sensor over the belt, and one like it at every other side a tunnel looks from."""

    pixels_per_m: float = Field(ge=200.0, le=10_000.0)
    """Sensor pixels for one metre of belt."""
    sensor_width_px: int = Field(ge=64, le=8192)
    """Along the belt."""
    sensor_height_px: int = Field(ge=64, le=8192)
    """Across the belt."""
    overview_width_px: int = Field(ge=32, le=2048)
    """Width of the low-resolution picture of the whole field of view; at most the sensor's."""
    exposure_ms: float = Field(gt=0.0, le=20.0)
    """Nominal exposure; blur in pixels is belt speed x exposure x pixels per metre."""
    full_well_electrons: float = Field(ge=500.0, le=200_000.0)
    """Photo-electrons at white: shot noise at white has a relative sd of 1/sqrt(full well)."""
    read_noise_electrons: float = Field(ge=0.0, le=500.0)
    """Standard deviation of the sensor's own noise."""
    strobe: bool = False
    """A flash of its own that outshines the hall: no mains flicker, no low light."""
    views: Views = ("top",)
    """Sides a tunnel looks from: top, left, right, front, back, bottom; all have this sensor."""

    renderer: Literal["layers", "pybullet"] = "layers"
    """Who draws what the cameras see: labgap's own, or the software camera of the physics engine
    (extra ``train``), which is slower and knows the camera above the belt alone."""

    @property
    def over_belt(self) -> "Camera":
        """The camera above the belt alone."""
        return self.model_copy(update={"views": VIEWS[:1]})

    @model_validator(mode="after")
    def _second_renderer_looks_down(self) -> "Camera":
        if self.renderer == "pybullet" and self.views != VIEWS[:1]:
            raise refusal(
                "renderer",
                f"pybullet draws the camera above the belt alone, not {', '.join(self.views)}",
                "leave out views, or renderer",
            )
        return self

    @model_validator(mode="after")
    def _overview_is_smaller(self) -> "Camera":
        if self.overview_width_px > self.sensor_width_px:
            raise refusal(
                "overview_width_px",
                f"the overview is {self.overview_width_px} px wide, the sensor only "
                f"{self.sensor_width_px} px",
                "give at most sensor_width_px",
            )
        return self
