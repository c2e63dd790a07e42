"""The manifest: advance data by tracking id, some of it late, some never sent."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.sorting.declared_body import DeclaredBody
from sim.sorting.parcel import Parcel

__all__ = ["ManifestRecord", "ParcelManifest"]


class ManifestRecord(NamedTuple):
    """What the shipper sent ahead; `available_s` is when it can be looked up."""

    available_s: float
    sort_code: str
    chute: int
    body: DeclaredBody | None = None


class ParcelManifest:
    """Records of the parcels of one cell.

    Parameters
    ----------
    parcels : sequence of Parcel
        Those present in the cell.
    arrival_s : iterable of float
        Their arrival times; a late record comes that parcel's `manifest_delay_s` afterwards.
    bodies : sequence of DeclaredBody, optional
        What is declared of every parcel of the population, by number; by default, nothing.
    """

    def __init__(
        self,
        parcels: Sequence[Parcel],
        arrival_s: Iterable[float],
        bodies: Sequence[DeclaredBody] | None = None,
    ) -> None:
        self._records = {
            parcel.tracking_id: ManifestRecord(
                arrived + parcel.manifest_delay_s if parcel.manifest == "late" else float("-inf"),
                parcel.sort_code,
                parcel.chute,
                None if bodies is None else bodies[parcel.number],
            )
            for parcel, arrived in zip(parcels, arrival_s, strict=True)
            if parcel.manifest != "missing"
        }

    def find(self, tracking_id: str, at_s: float) -> ManifestRecord | None:
        """Return the record under `tracking_id`, or None where there is none at `at_s`."""
        record = self._records.get(tracking_id)
        return record if record is not None and record.available_s <= at_s else None
