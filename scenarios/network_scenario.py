"""The scenario of a network: a document of its own, for no model is run and nothing is drawn."""

from typing import Literal

from pydantic import Field

from scenarios.network import Network
from scenarios.strict import Slug, Strict

__all__ = ["NetworkScenario"]


class NetworkScenario(Strict):
    """A network of centres, played in the array tier only."""

    schema_version: Literal[1]
    """Version of this format: 1."""
    name: Slug
    """Short name; run folders and reports carry it."""
    title: str = Field(min_length=3, max_length=120)
    """One line for people."""
    description: str = Field(min_length=10, max_length=4000)
    """What the scenario stands for and what it leaves out."""
    seed: int = Field(ge=0, le=2**63 - 1)
    """Root of every random stream."""
    replications: int = Field(ge=1, le=1000)
    """Independent repetitions of the day."""
    network: Network
    """The centres, their load and their stations."""
