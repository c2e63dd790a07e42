"""Everything a replay is made of, handed over by whoever ran the scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from reports.gallery import GalleryItem
from scenarios.model import Sorting

__all__ = ["ReplayInputs"]


@dataclass(frozen=True, slots=True)
class ReplayInputs:
    """Inputs of `reports.replay.page.render_replay`.

    Attributes
    ----------
    title : str
        Of the scenario.
    sorting : Sorting
        Its layout is drawn; lanes are alike.
    arm, cell : str
    replication : int
    events : mapping of str to pyarrow.Table
        By topic; of one arm, cell and replication, each with ``at_s`` first.
    parcels, conditions : pyarrow.Table
        Truth tables of the replication.
    gallery : sequence of GalleryItem
        Pictures of parcels; those of other arms or replications are passed over.
    run_name : str
    """

    title: str
    sorting: Sorting
    arm: str
    cell: str
    replication: int
    events: Mapping[str, pa.Table]
    parcels: pa.Table
    conditions: pa.Table
    gallery: Sequence[GalleryItem] = field(default=())
    run_name: str = "run"
