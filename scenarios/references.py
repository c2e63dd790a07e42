"""Published figures, to be printed beside measured ones and never to be computed with.

A `Reference` renders itself and offers nothing else that arithmetic could take hold of by
accident: it is no number, and a test forbids the world, the systems and the metrics to import
this module.
"""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from scenarios.errors import InvalidScenario
from scenarios.located import plain
from scenarios.source_files import read_text
from scenarios.yaml_loader import parse_yaml

__all__ = ["Reference", "load_references", "references"]

Domain = Literal["sorting", "fleet", "service", "items"]
Evidence = Literal["claim", "vendor", "practice"]
Line = Annotated[str, Field(min_length=1, max_length=300)]


class Reference(BaseModel):
    """One published figure."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")
    """Key to look it up by."""
    domain: Domain
    """Part of the twin it stands beside."""
    quantity: Line
    """What was counted or measured."""
    unit: Line
    """Unit of every number of this figure."""
    lab: float | None = None
    """As published for the lab."""
    production: float | None = None
    """As published for production."""
    change: float | None = None
    """As published for a change."""
    low: float | None = None
    """Lower end of a published range."""
    high: float | None = None
    """Upper end of a published range."""
    evidence: Evidence
    """``claim`` (nothing to check), ``vendor`` (its own product), ``practice`` (a usual range)."""
    source: Line
    """Who published it."""
    failure_mode: str | None = Field(default=None, min_length=10, max_length=300)
    """What goes wrong where the figure is worse."""
    note: str | None = Field(default=None, max_length=600)
    """What a reader must know before comparing."""

    @model_validator(mode="after")
    def _one_figure(self) -> "Reference":
        pair = self.lab is not None or self.production is not None
        span = self.low is not None or self.high is not None
        if pair + span + (self.change is not None) != 1:
            raise ValueError("a reference is a lab and production pair, a range, or a change")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not exceed high")
        return self

    def figure(self) -> str:
        """Render the figure as published: ``99.8 % -> 99.2 %``."""
        suffix = f" {self.unit}"
        if self.change is not None:
            return f"{self.change:+g}{suffix}"
        if self.lab is not None and self.production is not None:
            return f"{self.lab:g}{suffix} -> {self.production:g}{suffix}"
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}{suffix}"
        bounds = {
            "lab ": self.lab,
            "production ": self.production,
            "from ": self.low,
            "up to ": self.high,
        }
        return "".join(f"{word}{v:g}{suffix}" for word, v in bounds.items() if v is not None)

    def __str__(self) -> str:
        return f"published, not measured here: {self.quantity}: {self.figure()} ({self.source})"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    schema_version: Literal[1]
    references: tuple[Reference, ...]

    @model_validator(mode="after")
    def _each_once(self) -> "_File":
        ids = [reference.id for reference in self.references]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"listed twice: {', '.join(twice)}")
        return self


def load_references(path: Path) -> tuple[Reference, ...]:
    """Read a file of references.

    Raises
    ------
    InvalidScenario
        If the file cannot be read or parsed.
    ValueError
        If it is no list of references.
    """
    parsed = parse_yaml(read_text(path, str(path)), str(path))
    if parsed.problems or parsed.root is None:
        raise InvalidScenario(parsed.problems)
    try:
        return _File.model_validate_json(json.dumps(plain(parsed.root))).references
    except ValidationError as error:
        raise ValueError(f"{path}: {error}") from None


@cache
def references() -> tuple[Reference, ...]:
    """Return the references shipped with labgap."""
    return load_references(Path(__file__).with_name("references.yaml"))
