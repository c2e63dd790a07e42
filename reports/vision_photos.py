"""Real photographs on the bench's page."""

from collections.abc import Mapping
from typing import Any

from reports.vision_cells import arm_cell, table

__all__ = ["photos_markdown"]


def photos_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Blocks on photographs; none where none were read."""
    photos = figures["photos"]
    if photos is None:
        return ()
    rows = []
    for record in photos["records"]:
        if record["group"] != "all":
            continue
        twin = photos["twin"].get(record["arm"])
        found = next((each for each in photos["found"] if each["arm"] == record["arm"]), None)
        rows.append(
            (
                arm_cell(record["arm"]),
                _share(record["read_rate"], (record["read_low"], record["read_high"])),
                "not measured" if twin is None else f"{100 * twin:.2f}",
                "-"
                if found is None
                else _share(found["found"] / found["photos"], found["interval"]),
            )
        )
    placed = max((each["photos"] for each in photos["found"]), default=0)
    words = (
        f"{photos['files']:,} photographs of other people's codes ({photos['refused']:,} files "
        "could not be used). A reader of the carrier's own label has little to find on them; what "
        "they tell is whether the twin ranks readers as real pictures do. *Label found*: of "
        f"{placed:,} photographs whose code zxing-cpp places, those where the middle of the code "
        "lies in what the detector takes for a label. *In the twin*: of all parcels of "
        "`vision_production`, or of `vision_outside` for readers too slow for all. Brackets are "
        "95 % intervals (Wilson)."
    )
    return (
        "## Real photographs",
        words,
        table(("arm", "read on photographs %", "right in the twin %", "label found %"), rows),
        _rank(photos["rank"]),
    )


def _share(value: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _rank(rank: Mapping[str, Any] | None) -> str:
    if rank is None or rank["value"] is None or rank["low"] is None:
        return "Too few readers differ for their ranks to be compared."
    tied = (
        f" {rank['tied']} of them read equally many photographs, so that the interval knows of "
        "the others alone."
        if rank["tied"] > 1
        else ""
    )
    return (
        f"Spearman's rank correlation of {rank['readers']} arms between photographs and twin: "
        f"{rank['value']:.2f} [{rank['low']:.2f}, {rank['high']:.2f}], photographs drawn "
        f"again.{tied}"
    )
