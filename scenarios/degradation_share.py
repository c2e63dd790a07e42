"""How often a degradation hits, how hard, from when to when, and why we think so."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from scenarios.degradations import KINDS, SEVERITY_SHARES, Scope
from scenarios.strict import NonNegative, Positive, Probability, Strict, refusal

__all__ = ["DegradationShare", "Episodes"]


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise refusal("", f"{kind!r} is no degradation", f"use one of {', '.join(KINDS)}")
    return kind


class Episodes(Strict):
    """A fault that comes and goes: spells of trouble and of quiet, both of random length."""

    mean_up_s: Positive
    """Mean length of a spell in which the fault is there; exponential."""
    mean_down_s: Positive
    """Mean length of the quiet in between; exponential."""

    @property
    def time_share(self) -> float:
        """Share of the time, in the long run, in which the fault is there."""
        return self.mean_up_s / (self.mean_up_s + self.mean_down_s)


class DegradationShare(Strict):
    """How often one kind hits, how hard, from when to when, and why we think so."""

    kind: Annotated[str, AfterValidator(_known)] = Field(json_schema_extra={"enum": list(KINDS)})
    """Name of the degradation."""
    share: Probability
    """Share of what the kind is drawn for (parcels, passes, batches, ...) that it hits, in the
    long run and between onset and clearing where these are given."""
    severity_shares: tuple[Probability, Probability, Probability, Probability, Probability] = (
        SEVERITY_SHARES
    )
    """Shares of severities 1 to 5 among those it hits; they sum to 1."""
    onset_s: NonNegative | None = None
    """Parcels that arrive before this are spared."""
    clears_s: Positive | None = None
    """Parcels that arrive from this moment on are spared: the lens is cleaned, the lamp mended."""
    episodes: Episodes | None = None
    """Let it come and go: the same share, gathered into episodes."""
    lane: int | None = Field(default=None, ge=0, le=63)
    """Only this lane's camera, counted from 0; for kinds drawn for a camera."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why this share: a source, a measurement or a plain statement that it is assumed."""

    @model_validator(mode="after")
    def _whole(self) -> "DegradationShare":
        if abs(sum(self.severity_shares) - 1.0) > 1e-9:
            raise refusal(
                "severity_shares",
                f"the severity shares sum to {sum(self.severity_shares):g}",
                "let the five shares sum to 1, e.g. [0.3, 0.3, 0.2, 0.12, 0.08]",
            )
        return self

    @model_validator(mode="after")
    def _clears_after_onset(self) -> "DegradationShare":
        if self.clears_s is not None and self.clears_s <= (self.onset_s or 0.0):
            raise refusal(
                "clears_s",
                f"it clears at {self.clears_s:g} s, not after its onset at {self.onset_s or 0:g} s",
                "give a clears_s later than onset_s",
            )
        return self

    @model_validator(mode="after")
    def _episodes_hold_the_share(self) -> "DegradationShare":
        if self.episodes is not None and self.share > self.episodes.time_share + 1e-9:
            raise refusal(
                "share",
                f"a share of {self.share:g} does not fit into episodes that cover "
                f"{self.episodes.time_share:.4g} of the time",
                "lower share, or lengthen mean_up_s or shorten mean_down_s",
            )
        return self

    @model_validator(mode="after")
    def _lane_has_the_camera(self) -> "DegradationShare":
        if self.lane is not None and KINDS[self.kind].scope is not Scope.CAMERA_HOUR:
            named = [name for name, kind in KINDS.items() if kind.scope is Scope.CAMERA_HOUR]
            raise refusal(
                "lane",
                f"{self.kind} is drawn for each {KINDS[self.kind].scope.value.replace('_', ' ')}, "
                "not for a camera",
                f"drop lane, or use one of {', '.join(named)}",
            )
        return self
