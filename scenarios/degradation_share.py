"""How often a degradation hits, how hard, and why we think so."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from scenarios.degradations import KINDS, SEVERITY_SHARES
from scenarios.strict import Probability, Strict, refusal

__all__ = ["DegradationShare"]


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise refusal("", f"{kind!r} is no degradation", f"use one of {', '.join(KINDS)}")
    return kind


class DegradationShare(Strict):
    """How often one kind hits, how hard, and why we think so."""

    kind: Annotated[str, AfterValidator(_known)] = Field(json_schema_extra={"enum": list(KINDS)})
    """Name of the degradation."""
    share: Probability
    """Share of parcels (item scope) or of passes (pass scope) it hits."""
    severity_shares: tuple[Probability, Probability, Probability, Probability, Probability] = (
        SEVERITY_SHARES
    )
    """Shares of severities 1 to 5 among those it hits; they sum to 1."""
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
