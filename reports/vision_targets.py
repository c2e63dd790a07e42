"""What the cascade was to reach, beside what it and its sister with bar codes reached."""

from collections.abc import Mapping
from typing import Any

from metrics.intervals import ratio_limits
from reports.escaping import code_span
from reports.vision_cells import (
    ACCEPTED,
    PRODUCTION,
    Row,
    answers_of,
    percent,
    points,
    record_of,
    table,
    with_interval,
    wrong_cell,
)
from reports.vision_unseen import KINDS, SEEN, SEVERITIES, of_group

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


MISSED = "**no**"


def _verdict(figure: Row | None, aimed: float, at_least: bool) -> str:
    """Whether a figure is on the right side of an aim with its whole interval."""
    if figure is None or figure["value"] is None:
        return "not measured"
    low, high = (figure["value"] if figure[end] is None else figure[end] for end in ("low", "high"))
    if low >= aimed if at_least else high <= aimed:
        return "yes"
    if high < aimed if at_least else low > aimed:
        return MISSED
    return "not shown: the aim lies within the interval"


def _times(above: Row, below: Row) -> tuple[str, str]:
    """How many times more is lost to one than to another, and whether that is few enough."""
    of_both = [tuple(each[end] for end in ("value", "low", "high")) for each in (above, below)]
    if any(end is None for each in of_both for end in each):
        return "no interval to judge it by", "not shown"
    limits = ratio_limits(*of_both)
    if limits is None:
        return "nothing lost for certain to trained damage", "not shown"
    ratio = {"value": above["value"] / below["value"], "low": limits[0], "high": limits[1]}
    told = f"{ratio['value']:.2f} times [{ratio['low']:.2f}, {ratio['high']:.2f}]"
    return told, _verdict(ratio, TARGETS["unseen_ratio"], False)


def targets_markdown(figures: Mapping[str, Any], arm: str) -> str:
    """Table of aims and of an arm's figures; empty where the arm was not measured."""
    if arm not in figures["arms"]:
        return ""
    rows = []

    def row(what: str, aimed: str, got: str, verdict: str) -> None:
        rows.append((what, aimed, got, verdict))

    def reach(
        what: str, record: Row | None, aimed: float, at_least: bool, name: str = "share"
    ) -> None:
        words = points(aimed) if name == "gap" else percent(aimed)
        row(
            what,
            f"{'at least' if at_least else 'at most'} {words}",
            with_interval(record),
            _verdict(record, aimed, at_least),
        )

    lab = record_of(figures, PRODUCTION, "accuracy.forced", arm, "lab", "all")
    reach("lab, forced choice", lab, TARGETS["lab"], True)
    for mix, told in ((PRODUCTION, ""), (ACCEPTED, f", {ACCEPTED}")):
        floor = record_of(figures, mix, "accuracy.forced", arm, "production", "readable=yes")
        gap = record_of(figures, mix, "accuracy.forced", arm, "gap", "readable=yes")
        if mix == PRODUCTION or floor:
            counted = "" if floor is None else f" ({floor['n']:,})"
            reach(
                f"production on readable parcels{counted}{told}", floor, TARGETS["production"], True
            )
            reach(f"gap on readable parcels, paired{told}", gap, TARGETS["gap"], False, "gap")
    more = next((each for each in figures["accepted"] if each["arm"] == arm), None)
    answers = more or answers_of(figures, PRODUCTION, arm, "production")
    if answers:
        accepted, wrong = answers["accepted"], answers["accepted_wrong"]
        low, high = answers["accepted_wrong_interval"] or (None, None)
        share = {"value": wrong / accepted if accepted else None, "low": low, "high": high}
        row(
            "wrong among accepted in production"
            + (f", {more['parcels']:,} parcels of two mixes" if more else ""),
            f"at most {percent(TARGETS['accepted_wrong'])}",
            wrong_cell(answers),
            _verdict(share, TARGETS["accepted_wrong"], False),
        )
    hand_off = record_of(figures, PRODUCTION, "rate.hand_off", arm, "production", "all")
    reach("uncertain reads handed over in production", hand_off, TARGETS["hand_off"], False)
    desk = record_of(figures, PRODUCTION, "rate.to_desk", arm, "production", "all")
    reach("the same with what is not read at all", desk, TARGETS["hand_off"], False)
    seen = of_group(figures, arm, "production", SEEN)
    for group in (KINDS, SEVERITIES):
        unseen = of_group(figures, arm, "unseen", group)
        if seen and unseen and seen["lost"] and unseen["lost"]:
            row(
                f"lost to {group} of what is read undamaged, over what is lost to {SEEN}",
                f"at most {TARGETS['unseen_ratio']:g} times",
                *_times(unseen["lost"], seen["lost"]),
            )
    pace = next((each for each in figures["pace"] if each["arm"] == arm), None)
    if pace:
        of_pace = {"value": pace["parcels_per_s"], "low": pace["least"], "high": pace["most"]}
        row(
            f"parcels a second, {pace['processes']} processes",
            f"at least {TARGETS['parcels_per_s']:g}",
            f"{pace['parcels_per_s']:.0f} ({pace['least']:.0f} to {pace['most']:.0f})",
            _verdict(of_pace, TARGETS["parcels_per_s"], True),
        )
    slow = next((each["p99_s"] for each in figures["deadlines"] if each["arm"] == arm), None)
    if slow is not None:
        row(
            "99th percentile of latency, one picture at a time",
            f"at most {1000 * TARGETS['p99_s']:.0f} ms",
            f"{1000 * slow:.0f} ms",
            "yes" if slow <= TARGETS["p99_s"] else MISSED,
        )
    return table((f"{code_span(arm)}", "aimed at", "got", "reached"), rows)
