"""Options that name the arms of a comparison."""

from typing import Annotated

import typer

__all__ = ["BaseArm", "CandidateArm"]

BaseArm = Annotated[
    str | None, typer.Option("--base-arm", help="Arm of the base (default: the one both have).")
]
CandidateArm = Annotated[
    str | None, typer.Option("--cand-arm", help="Arm of the candidate (default: the same).")
]
