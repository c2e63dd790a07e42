"""Real photographs on the bench's page."""

from collections.abc import Mapping
from typing import Any

from reports.vision_cells import arm_cell, table

__all__ = ["photos_markdown"]


def photos_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Blocks on photographs, which say so where none were read."""
    photos = figures["photos"]
    if photos is None:
        return ("## Real photographs", "Not measured here: `labgap bench vision --photos DIR`.")
    rows = []
    for record in photos["records"]:
        if record["group"] != "all":
            continue
        twin = photos["twin"].get(record["arm"])
        found = next((each for each in photos["found"] if each["arm"] == record["arm"]), None)
        blind = None if found is None else found["centred"] / found["photos"]
        rows.append(
            (
                arm_cell(record["arm"]),
                _share(record["read_rate"], (record["read_low"], record["read_high"])),
                "not measured" if twin is None else f"{100 * twin:.2f}",
                "-"
                if found is None
                else _share(found["found"] / found["photos"], found["interval"]),
                "-" if blind is None else f"{100 * blind:.1f}",
                "-" if found is None else f"{100 * found['area']:.1f}",
            )
        )
    placed = max((each["photos"] for each in photos["found"]), default=0)
    words = (
        f"{photos['files']:,} photographs of other people's codes ({photos['refused']:,} files "
        "could not be used). A reader of the carrier's own label has little to find on them; what "
        "they tell is whether the twin ranks readers as real pictures do. *Label found*: of "
        f"{placed:,} photographs whose code zxing-cpp places, those where the middle of the code "
        "lies in what the detector takes for a label; *area*: how much of a photograph that is on "
        "average; *by a blind one*: what a box of that area in the middle of every photograph "
        "holds, since people hold a camera on what they photograph. *In the twin*: of all parcels "
        "of `vision_production`, or of `vision_outside` for readers too slow for all. Brackets are "
        "95 % intervals (Wilson)."
    )
    return (
        "## Real photographs",
        words,
        table(
            (
                "arm",
                "read on photographs %",
                "right in the twin %",
                "label found %",
                "by a blind one %",
                "area %",
            ),
            rows,
        ),
        _rank(photos["rank"]),
    )


def _share(value: float, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def _rank(rank: Mapping[str, Any] | None) -> str:
    if rank is None or rank["value"] is None or rank["low"] is None:
        return "Too few readers differ for their ranks to be compared."
    if 2 * rank["tied"] > rank["readers"]:
        return (
            f"{rank['tied']} of {rank['readers']} arms read equally many photographs: their ranks "
            "say nothing. (Spearman's correlation with the twin, ties at their middle rank: "
            f"{rank['value']:.2f}.)"
        )
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
