"""The policy of a gate: which numbers count, how much worse they may get, how sure we must be."""

from typing import Literal

from pydantic import Field, model_validator

from metrics.catalogue import CATALOGUE, Better
from metrics.gate.evidence import TIMES
from metrics.gate.harm import Condition
from metrics.groups import group_order
from scenarios.did_you_mean import did_you_mean
from scenarios.strict import Metric, Positive, Strict, refusal

__all__ = ["ENOUGH_REPLICATIONS", "GateMetric", "Margin", "Policy", "ServicePromise"]

ENOUGH_REPLICATIONS = 10
"""Replications below which no metric may block: the error of a pass grows beyond its promise."""


class Margin(Strict):
    """How much worse is still good enough; one of the two."""

    absolute: Positive | None = None
    """In the metric's unit; 0.01 is one percentage point of a share."""
    relative: Positive | None = None
    """As a share of the baseline's value."""

    @model_validator(mode="after")
    def _one(self) -> "Margin":
        if (self.absolute is None) is (self.relative is None):
            raise refusal("", "a margin is absolute or relative", "keep one of the two")
        return self


class ServicePromise(Strict):
    """A share of parcels stays within a limit of seconds; judged on the candidate alone."""

    limit: Positive
    """Seconds."""
    quantile: float = Field(ge=0.5, le=0.9999)
    """Share of parcels that must stay within the limit."""
    confidence: float = Field(default=0.99, ge=0.5, le=0.9999)
    """How sure the promise must be."""


class GateMetric(Strict):
    """One number that counts."""

    id: Metric
    """Name from `labgap list metrics`."""
    condition: Condition = "production"
    """Which world, or the gap between them."""
    better: Literal["higher", "lower"] | None = None
    """Which way is good; the catalogue knows for most."""
    margin: Margin | None = None
    """How much worse the candidate may be."""
    by: tuple[str, ...] = Field(default=("all",), min_length=1, max_length=10)
    """Families of groups, each group judged by itself: all, lane, kind, ..."""
    level: Literal["error", "warn"] = "error"
    """Whether it blocks."""
    sla: ServicePromise | None = None
    """A promise instead of a comparison."""

    @property
    def good(self) -> Better:
        """Which way is good."""
        return Better(self.better) if self.better else CATALOGUE[self.id].better

    @model_validator(mode="after")
    def _sensible(self) -> "GateMetric":
        spec = CATALOGUE.get(self.id)
        if spec is None:
            close = did_you_mean(self.id, CATALOGUE)
            fix = f"did you mean {close}?" if close else "see labgap list metrics"
            raise refusal("id", f"there is no metric {self.id}", fix)
        if (self.margin is None) is (self.sla is None):
            raise refusal(
                "",
                "a metric needs a margin or an sla",
                "give margin: {absolute: 0.01}, margin: {relative: 0.02}, or an sla",
            )
        for number, family in enumerate(self.by):
            if not _is_family(family) or family in self.by[:number]:
                raise refusal(
                    f"by.{number}",
                    f"{family!r} cannot be used here",
                    'use all, readable, kind, "kind,severity", lane or "lane,hour", each once',
                )
        if self.condition == "gap" and not spec.has_gap:
            raise refusal("condition", f"{self.id} has no gap", "use lab or production")
        if self.margin is not None and self.good is Better.NEITHER:
            raise refusal(
                "better", f"{self.id} is good neither way", "say better: higher or better: lower"
            )
        if self.sla is not None and (spec.numerator not in TIMES or self.condition == "gap"):
            names = [s.name for s in CATALOGUE.values() if s.numerator in TIMES]
            raise refusal(
                "id",
                f"{self.id} in {self.condition} is no time of a parcel, which an sla needs",
                f"use one of {', '.join(names)} in lab or production",
            )
        return self


def _is_family(name: str) -> bool:
    try:
        group_order(name)
    except ValueError:
        return False
    return name != "factor"


class Policy(Strict):
    """What a candidate must hold."""

    version: Literal[1]
    """Version of this format: 1."""
    alpha: float = Field(default=0.03, gt=0.0, le=0.2)
    """One-sided error of each limit.  0.03, because at ten replications with skewed differences
    0.04 lets more than 5 % of the harms at the margin through."""
    min_replications: int = Field(default=ENOUGH_REPLICATIONS, ge=2, le=1000)
    """Replications below which nothing is decided."""
    metrics: tuple[GateMetric, ...] = Field(min_length=1, max_length=200)
    """What counts, fixed before the run."""

    @model_validator(mode="after")
    def _sensible(self) -> "Policy":
        blocking = any(metric.level == "error" for metric in self.metrics)
        if blocking and self.min_replications < ENOUGH_REPLICATIONS:
            raise refusal(
                "min_replications",
                f"nothing may block on {self.min_replications} replications",
                f"use {ENOUGH_REPLICATIONS} or more, or level: warn for every metric",
            )
        seen: set[tuple[str, str, str, bool]] = set()
        for number, metric in enumerate(self.metrics):
            for family in metric.by:
                key = (metric.id, metric.condition, family, metric.sla is None)
                if key in seen:
                    raise refusal(
                        f"metrics.{number}",
                        f"{metric.id} in {metric.condition} by {family} is listed twice",
                        "keep one of the two",
                    )
                seen.add(key)
        return self
