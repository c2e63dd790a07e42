"""Labels that are not the carrier's own standard: other layouts, other fonts."""

from pydantic import Field, field_validator

from scenarios.strict import Probability, Strict, refusal

__all__ = ["LABEL_FONTS", "TEMPLATE_NAMES", "VARIED", "LabelShare"]

VARIED = "varied"
"""A layout of its own for every parcel."""
TEMPLATE_NAMES = ("standard", "banner", "split", VARIED)
"""Layouts that `sim.frames.label_templates` draws, and the one that varies."""

LABEL_FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSansMono",
    "DejaVuSansMono-Bold",
    "DejaVuSerif",
    "DejaVuSerif-Bold",
    "STIXGeneral",
    "STIXGeneralBol",
    "cmb10",
    "cmr10",
    "cmss10",
    "cmtt10",
)
"""Fonts that come with matplotlib and have every symbol of the sort code."""


class LabelShare(Strict):
    """How many parcels carry a label of another layout or font; the rest are standard."""

    template: str = Field(default="standard", json_schema_extra={"enum": list(TEMPLATE_NAMES)})
    """Layout of the label: `standard`, `banner` or `split`; `varied` gives every parcel its own."""
    fonts: tuple[str, ...] = Field(default=(), max_length=12)
    """Fonts of sort code and printed id, one a parcel, evenly; empty keeps the usual ones."""
    share: Probability
    """Share of the parcels, in the lab and in production alike."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why this share: a source, a measurement or a plain statement that it is assumed."""

    @field_validator("template")
    @classmethod
    def _known_template(cls, template: str) -> str:
        if template not in TEMPLATE_NAMES:
            known = ", ".join(TEMPLATE_NAMES)
            raise refusal("", f"{template!r} is no label template", f"use one of {known}")
        return template

    @field_validator("fonts")
    @classmethod
    def _known_fonts(cls, fonts: tuple[str, ...]) -> tuple[str, ...]:
        for font in fonts:
            if font not in LABEL_FONTS:
                known = ", ".join(LABEL_FONTS)
                raise refusal("", f"{font!r} is no font of labels", f"use some of {known}")
        return fonts
