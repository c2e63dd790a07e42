"""Options that size an invented experiment."""

from typing import Annotated

import typer

__all__ = ["Accuracy", "Parcels", "Replications", "Seed"]

Replications = Annotated[int, typer.Option("--reps", min=2, max=1000, help="Replications.")]
Parcels = Annotated[int, typer.Option(min=2, max=100_000, help="Parcels of a replication.")]
Accuracy = Annotated[
    float, typer.Option(min=0.5, max=0.9999, help="Share that the base reads right.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of the invented outcomes.")]
