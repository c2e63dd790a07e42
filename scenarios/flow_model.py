"""How parcels come to lie on the belt."""

from typing import Literal

from pydantic import Field, model_validator

from scenarios.strict import NonNegative, Probability, Strict, refusal

__all__ = ["LONGEST_FOOTPRINT_M", "Flow"]

LONGEST_FOOTPRINT_M = 0.6
"""No parcel takes up more of the belt, however it lies."""


class Flow(Strict):
    """Parcels lie in production as a physics engine left them, and not as drawn."""

    poses: str = Field(default="shipped", min_length=1, max_length=250)
    """`shipped`, or a file of `labgap poses generate`, from the folder that the run starts in."""
    sha256: str | None = Field(default=None, min_length=64, max_length=64)
    """Hash of the file of poses; required unless they are the shipped ones."""
    tipped_share: Probability
    """Share of parcels tipped onto the chute in any orientation; people lay the others label up."""
    singulated_share: Probability = 1.0
    """Share of parcels that lie beside or over the one ahead and are told apart before the belt."""
    gap_m: NonNegative | None = Field(default=None, le=5.0)
    """Clear belt behind a parcel as it lies; null keeps fronts `lane.pitch_m` apart instead."""
    laps: Literal["fresh", "kept"] = "fresh"
    """`fresh`: each lap a parcel tumbles and lies anew; `kept`: it lies on as it first lay."""
    reason: str = Field(min_length=10, max_length=1000)
    """Why this share: a source, a measurement or a plain statement that it is assumed."""

    @model_validator(mode="after")
    def _own_poses_are_a_file_named_by_hash(self) -> "Flow":
        if self.poses != "shipped" and not self.poses.endswith(".npy"):
            raise refusal(
                "poses",
                f"{self.poses!r} is neither shipped nor a file of poses",
                "write shipped, or a file that labgap poses generate wrote, such as poses.npy",
            )
        if self.sha256 is not None and set(self.sha256) - set("0123456789abcdef"):
            raise refusal(
                "sha256",
                f"{self.sha256!r} is no sha256",
                "write its 64 digits of 0 to 9 and a to f, as the card beside the file has them",
            )
        if self.poses != "shipped" and self.sha256 is None:
            raise refusal(
                "sha256",
                "poses of your own are named by file and hash, so that a run stays what it was",
                "copy sha256 from the card beside the file",
            )
        return self
