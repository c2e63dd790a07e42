"""The vision bench in words: tables that say what was reached, and what was not."""

from collections.abc import Mapping, Sequence
from typing import Any

from reports.escaping import code_span, markdown_cell, markdown_prose
from reports.vision_broken_parts import broken_parts_markdown
from reports.vision_cells import (
    ACCEPTED,
    PRODUCTION,
    UNSEEN,
    answers_of,
    arm_cell,
    per_hour,
    percent,
    record_of,
    table,
    with_interval,
    wrong_cell,
)
from reports.vision_damage import damage_markdown
from reports.vision_factors import factors_markdown
from reports.vision_headline import headline_markdown, trained_again_markdown
from reports.vision_outside import outside_markdown
from reports.vision_photos import photos_markdown
from reports.vision_robustness import robustness_markdown
from reports.vision_sizes import sizes_markdown
from reports.vision_targets import targets_markdown
from reports.vision_unseen import unseen_markdown

__all__ = ["PUBLISHED", "vision_bench_markdown"]

PUBLISHED = (
    ("robustness-trained cascade", 0.998, 0.992),
    ("standard ImageNet model", 0.995, 0.941),
)
"""(system, lab, production) of public accounts, printed beside ours and never used."""


def vision_bench_markdown(figures: Mapping[str, Any], charts: Sequence[tuple[str, str]]) -> str:
    """Render the bench.

    Parameters
    ----------
    figures : mapping
        From `labgap.vision_bench.VisionBench.run`.
    charts : sequence of (path, description)
        Pictures beside the page.
    """
    blocks = [
        "# Vision readers in the lab and on the floor",
        _preamble(figures),
        *headline_markdown(figures),
        "Published, for reference: "
        + "; ".join(f"{name} {percent(lab)} to {percent(floor)}" for name, lab, floor in PUBLISHED)
        + ". These are accounts of other parcels under other damage.",
        *trained_again_markdown(figures),
        "## Other mixes",
        _drawn_mixes(figures),
        "Nobody knows the shares of damage at a site. These are the same parcels weighed so that "
        "each kind is up to three times more or less frequent, drawn independently: gap of first "
        "answers on readable parcels, from 5 % to 95 % of the drawn mixes, and the worst of them "
        "with what it has more of. *Parcels*: the effective number behind the thinnest mix.",
        "## What was aimed at",
        *(targets_markdown(figures, arm) for arm in ("cascade", "cascade_barcode")),
        *_confirmed(figures),
        "## First-pass outcomes in production",
        _outcomes(figures, PRODUCTION),
        *_outcomes_unseen(figures),
        "*Accepted, wrong of accepted* has a 95 % interval over replications: exact, on as many "
        "answers as the clustered ones are worth, where fewer than 20 are wrong.",
        "## On the floor, everything that follows included",
        _floor(figures),
        "## How far confidence can be trusted",
        _selective(figures),
        "AURC: area under risk against coverage, first answers in production. ECE: expected "
        "calibration error, 15 bins of equal numbers. *With hindsight*: the threshold is chosen on "
        "these very answers, which no site can do; what is reached with one chosen before stands "
        "under first-pass outcomes.",
        *broken_parts_markdown(figures),
        *unseen_markdown(figures),
        "## Damage by damage",
        *damage_markdown(figures),
        *_redrawn(figures),
        *robustness_markdown(figures),
        *_factors(figures),
        *sizes_markdown(figures),
        *outside_markdown(figures),
        "## Pace",
        _pace(figures) or "Not measured here.",
        "Pictures that are already painted, in batches, every process at the same one with one "
        "thread: median of five rounds, the least and the most of them. What else the machine does "
        "at that time is in it.",
        "## In time",
        _deadlines(figures),
        "One process reads one lane as full as it can be: a parcel every 0.7 m, each read by "
        "itself. *Next*: answered before the next parcel is under the camera; *diverter*: before "
        "the parcel is at the first diverter. By the reader's latency profile, of as many pictures "
        "as were *timed* (0: another system's stands in); what slows a machine down for minutes is "
        "not in it.",
        *photos_markdown(figures),
        "## What was measured",
        _readers(figures),
        "Version, weights (the first digits of their sha256) and threshold of each arm, as its "
        "answers follow from them.",
        *(f"![{description}]({path})" for path, description in charts),
        "Charts leave out arms whose curve another arm already draws: readers that propose the "
        "same and hand over another share of it, and further seeds of one training."
        if charts
        else "",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _preamble(figures: Mapping[str, Any]) -> str:
    mixes = figures["mixes"]
    told = "; ".join(
        f"{code_span(name)}: {mix['parcels']:,} parcels in {mix['replications']} of "
        f"{mix['fixed_replications']} replications, "
        f"{100 * mix['damaged_share']:.0f} % of them damaged on the first pass"
        for name, mix in mixes.items()
    )
    smoke = " **Smoke: a dozen parcels, which measure nothing.**" if figures["smoke"] else ""
    return (
        f"{told}. Both mixes were fixed by hash before the first training "
        f"(`scenarios/vision_protocol.py`). Written by `labgap bench vision`, labgap "
        f"{markdown_prose(figures['labgap'])}, {markdown_prose(figures['machine'])}.{smoke}"
    )


def _confirmed(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """What the further parcels are worth as a test: they had no part in what was chosen."""
    if not any(row["mix"] == ACCEPTED for row in figures["records"]):
        return ()
    return (
        f"{code_span(PRODUCTION)} was measured several times while the cascade was being made; "
        f"{code_span(ACCEPTED)} holds the same mix on other parcels, which had no part in it "
        "([how often, and what that means](../statistics.md#what-was-looked-at)).",
    )


def _redrawn(figures: Mapping[str, Any]) -> tuple[str, ...]:
    if not figures["redrawn"]:
        return ()
    rows = []
    for row in figures["redrawn"]:
        shares = [100 * right / row["parcels"] for right in (*row["lab"], *row["production"])]
        rows.append(
            (
                arm_cell(row["arm"]),
                f"{row['parcels']:,}",
                *(f"{share:.2f}" for share in shares),
                f"{row['lost']:,}",
                f"{row['gained']:,}",
            )
        )
    header = (
        "arm",
        "parcels",
        "lab %",
        "lab, redrawn %",
        "production %",
        "production, redrawn %",
        "lost",
        "gained",
    )
    return (
        "## Another renderer",
        table(header, rows),
        "First answers to the same readable parcels with the same print and damage, drawn by the "
        "software camera of a physics engine, which no training saw: bodies of triangles, bags "
        "that bulge, faces lit as they are turned. *Lost*, *gained*: right in production in the "
        "first drawing alone, and in the second alone.",
    )


def _drawn_mixes(figures: Mapping[str, Any]) -> str:
    rows = []
    for row in figures["drawn_mixes"]:
        most = sorted(row["worst_factors"].items(), key=lambda pair: -pair[1])[:3]
        rows.append(
            (
                f"{arm_cell(row['arm'])} ({code_span(row['mix'])})",
                f"{100 * row['gap']:.2f}",
                f"{100 * row['low']:.2f} to {100 * row['high']:.2f}",
                f"{100 * row['worst']:.2f}",
                ", ".join(f"{markdown_cell(kind)} x {factor:.1f}" for kind, factor in most),
                f"{row['least_parcels']:,.0f}",
            )
        )
    header = ("arm (mix)", "gap pp", "drawn mixes pp", "worst pp", "worst has more", "parcels")
    return table(header, rows)


def _outcomes(figures: Mapping[str, Any], mix: str) -> str:
    rows = []
    for arm in figures["arms"]:
        answers = answers_of(figures, mix, arm, "production")
        if not answers:
            continue
        shares = [
            record_of(figures, mix, metric, arm, "production", "all")
            for metric in ("rate.read", "rate.misread", "rate.hand_off", "rate.no_read")
        ]
        rows.append([arm_cell(arm), *map(with_interval, shares), wrong_cell(answers)])
    header = (
        "arm",
        "accepted, right %",
        "accepted, wrong %",
        "review %",
        "no read %",
        "accepted, wrong of accepted",
    )
    return table(header, rows)


def _outcomes_unseen(figures: Mapping[str, Any]) -> tuple[str, ...]:
    if UNSEEN not in figures["mixes"]:
        return (f"{code_span(UNSEEN)} was not measured here.",)
    return (
        "And where nothing was trained for it (kinds, severities, fonts and a layout kept from "
        "every training):",
        _outcomes(figures, UNSEEN),
    )


def _floor(figures: Mapping[str, Any]) -> str:
    metrics = ("rate.right_chute", "rate.misroute", "rate.exception", "rate.to_desk")
    lane = "throughput.per_lane_h"
    rows = [
        [
            arm_cell(arm),
            *(
                with_interval(record_of(figures, PRODUCTION, metric, arm, "production", "all"))
                for metric in metrics
            ),
            per_hour(record_of(figures, PRODUCTION, lane, arm, "production", "all")),
        ]
        for arm in figures["arms"]
    ]
    header = (
        "arm",
        "right chute %",
        "misrouted %",
        "exception %",
        "to the desk %",
        "parcels an hour and lane",
    )
    return table(header, rows)


def _selective(figures: Mapping[str, Any]) -> str:
    rows = []
    for arm in figures["arms"]:
        answers = answers_of(figures, PRODUCTION, arm, "production")
        if answers:
            rows.append(
                (
                    arm_cell(arm),
                    f"{1000 * answers['area_under_risk_coverage']:.3f}",
                    f"{100 * answers['coverage_at_promised']:.1f}",
                    f"{100 * answers['calibration_error']:.2f}",
                )
            )
    return table(("arm", "AURC x 1000", "coverage at 0.1 % wrong, with hindsight %", "ECE %"), rows)


def _readers(figures: Mapping[str, Any]) -> str:
    rows = [
        (arm_cell(arm), code_span(told["fingerprint"])) for arm, told in figures["arms"].items()
    ]
    return table(("arm", "reader"), [(arm, markdown_cell(reader)) for arm, reader in rows])


def _pace(figures: Mapping[str, Any]) -> str:
    rows = [
        (
            arm_cell(each["arm"]),
            f"{each['parcels_per_s']:.0f} ({each['least']:.0f} to {each['most']:.0f})",
            f"{each['processes']}",
            f"{each['batch']}",
        )
        for each in figures["pace"]
    ]
    return table(("arm", "parcels a second", "processes", "batch"), rows)


def _factors(figures: Mapping[str, Any]) -> tuple[str, ...]:
    found = figures["factors"]
    if found is None:
        return ()
    combinations = factors_markdown(
        lambda arm, metric: found["values"].get(arm, {}).get(metric), found["forced"], found["lab"]
    )
    if not combinations:
        return ()
    return (
        "## Which part earns what",
        combinations,
        f"{found['parcels']:,} parcels of {found['replications']} replications in production; "
        "forced choice on the readable ones. "
        "Without robustness training the reader is `imagenet`'s; without a detector "
        "the middle of the picture is taken for the label; without abstention every answer is "
        "accepted. The locator, trained on damaged labels, stands before every reader. *Effect*: "
        "mean change from without to with, over the four combinations of the other two; on forced "
        "choice with its 95 % interval over replications.",
    )


def _deadlines(figures: Mapping[str, Any]) -> str:
    shown = (1.0, 2.0, 2.5, 3.0)
    rows = []
    for arm in figures["arms"]:
        of_arm = {row["speed_mps"]: row for row in figures["deadlines"] if row["arm"] == arm}
        if of_arm:
            rows.append(
                [
                    arm_cell(arm),
                    f"{1000 * next(iter(of_arm.values()))['p99_s']:.0f}",
                    f"{next(iter(of_arm.values()))['timed']:,}",
                    *(
                        f"{100 * of_arm[speed][key]:.1f}"
                        for key in ("before_next", "before_diverter")
                        for speed in shown
                    ),
                ]
            )
    header = (
        "arm",
        "p99 ms",
        "timed",
        *(f"{name} {speed:g} m/s %" for name in ("next,", "diverter,") for speed in shown),
    )
    return table(header, rows)
