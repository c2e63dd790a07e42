"""What the cascade was to reach, beside what it and its sister with bar codes reached."""

from collections.abc import Mapping
from typing import Any

from reports.escaping import code_span
from reports.vision_cells import (
    PRODUCTION,
    UNSEEN,
    Row,
    answers_of,
    percent,
    points,
    record_of,
    table,
    with_interval,
    wrong_cell,
)

__all__ = ["TARGETS", "targets_markdown"]

TARGETS = {
    "lab": 0.998,
    "production": 0.992,
    "gap": 0.006,
    "accepted_wrong": 0.001,
    "hand_off": 0.05,
    "unseen_ratio": 2.0,
    "parcels_per_s": 60.0,
    "p99_s": 0.28,
}


def targets_markdown(figures: Mapping[str, Any], arm: str) -> str:
    """Table of aims and of an arm's figures; empty where the arm was not measured."""
    if arm not in figures["arms"]:
        return ""
    rows = []

    def row(what: str, aimed: str, got: str, reached: bool | None) -> None:
        verdict = "not measured" if reached is None else "yes" if reached else "**no**"
        rows.append((what, aimed, got, verdict))

    def reach(
        what: str, record: Row | None, aimed: float, at_least: bool, name: str = "share"
    ) -> None:
        known = record is not None and record["value"] is not None
        number = record["value"] if record is not None and known else None
        words = points(aimed) if name == "gap" else percent(aimed)
        row(
            what,
            f"{'at least' if at_least else 'at most'} {words}",
            with_interval(record),
            None if number is None else (number >= aimed if at_least else number <= aimed),
        )

    lab = record_of(figures, PRODUCTION, "accuracy.forced", arm, "lab", "all")
    floor = record_of(figures, PRODUCTION, "accuracy.forced", arm, "production", "readable=yes")
    gap = record_of(figures, PRODUCTION, "accuracy.forced", arm, "gap", "readable=yes")
    reach("lab, forced choice", lab, TARGETS["lab"], True)
    reach("production on readable parcels", floor, TARGETS["production"], True)
    reach("gap on readable parcels, paired", gap, TARGETS["gap"], False, "gap")
    answers = answers_of(figures, PRODUCTION, arm, "production")
    if answers:
        share = answers["accepted_wrong"] / answers["accepted"] if answers["accepted"] else None
        row(
            "wrong among accepted in production",
            f"at most {percent(TARGETS['accepted_wrong'])}",
            wrong_cell(answers),
            None if share is None else share <= TARGETS["accepted_wrong"],
        )
    hand_off = record_of(figures, PRODUCTION, "rate.hand_off", arm, "production", "all")
    reach("handed over in production", hand_off, TARGETS["hand_off"], False)
    unseen = record_of(figures, UNSEEN, "accuracy.forced", arm, "gap", "readable=yes")
    if gap and unseen and gap["value"] and unseen["value"] is not None:
        ratio = unseen["value"] / gap["value"]
        row(
            "lost to what was never trained on, over what is lost to what was",
            f"at most {TARGETS['unseen_ratio']:g} times",
            f"{ratio:.2f} times",
            ratio <= TARGETS["unseen_ratio"],
        )
    pace = next((each for each in figures["pace"] if each["arm"] == arm), None)
    if pace:
        row(
            f"parcels a second, {pace['processes']} processes",
            f"at least {TARGETS['parcels_per_s']:g}",
            f"{pace['parcels_per_s']:.0f}",
            pace["parcels_per_s"] >= TARGETS["parcels_per_s"],
        )
    slow = next((each["p99_s"] for each in figures["deadlines"] if each["arm"] == arm), None)
    if slow is not None:
        row(
            "99th percentile of latency, one picture at a time",
            f"at most {1000 * TARGETS['p99_s']:.0f} ms",
            f"{1000 * slow:.0f} ms",
            slow <= TARGETS["p99_s"],
        )
    return table((f"{code_span(arm)}", "aimed at", "got", "reached"), rows)
