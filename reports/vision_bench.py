"""The vision bench in words: tables that say what was reached, and what was not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.escaping import code_span, markdown_cell, markdown_prose
from reports.quantities import Unit, value

__all__ = ["PUBLISHED", "TARGETS", "vision_bench_markdown"]

Row = Mapping[str, Any]

PRODUCTION, UNSEEN = "vision_production", "vision_unseen"

PUBLISHED = (
    ("robustness-trained cascade", 0.998, 0.992),
    ("standard ImageNet model", 0.995, 0.941),
)
"""(system, lab, production) of public accounts, printed beside ours and never used."""

TARGETS = {
    "lab": 0.998,
    "production": 0.992,
    "gap": 0.006,
    "accepted_wrong": 0.001,
    "hand_off": 0.05,
    "unseen_ratio": 2.0,
    "parcels_per_s": 60.0,
}


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
        "## Headline",
        _headline(figures),
        "Forced choice: the best proposal counts, whatever the reader decided; no proposal, one "
        "after the diverter, or a parcel the machine kept from the camera is wrong. *Readable*: "
        "only parcels whose label geometry leaves in view. Brackets are 95 % intervals over "
        "replications, gaps paired by parcel.",
        "Published, for reference: "
        + "; ".join(
            f"{name} {_percent(lab)} to {_percent(floor)}" for name, lab, floor in PUBLISHED
        )
        + ". These are accounts of other parcels under other damage.",
        "## Other mixes",
        _drawn_mixes(figures),
        "Nobody knows the shares of damage at a site. These are the same parcels weighed so that "
        "each kind is up to three times more or less frequent, drawn independently: gap of first "
        "answers on readable parcels, from 5 % to 95 % of the drawn mixes, and the worst of them "
        "with what it has more of. *Parcels*: the effective number behind the thinnest mix.",
        "## What was aimed at",
        _targets(figures),
        "## First-pass outcomes in production",
        _outcomes(figures, PRODUCTION),
        *_outcomes_unseen(figures),
        "*Accepted, wrong* has a Clopper-Pearson 95 % interval of the share of accepted answers.",
        "## On the floor, everything that follows included",
        _floor(figures),
        "## How far confidence can be trusted",
        _selective(figures),
        "AURC: area under risk against coverage, first answers in production. ECE: expected "
        "calibration error, 15 bins of equal numbers.",
        "## Damage by damage",
        _corruption(figures),
        "Corruption error: a kind's errors over severities, on parcels that nothing else hits, in "
        "units of the `imagenet` reader's. *Relative* counts what is lost against the lab.",
        "## Pace",
        _pace(figures),
        *(f"![{description}]({path})" for path, description in charts),
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


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render columns of numbers behind one of names."""
    lines = [
        "| " + " | ".join(header) + " |",
        "|---|" + "---:|" * (len(header) - 1),
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) if rows else ""


def _headline(figures: Mapping[str, Any]) -> str:
    rows = []
    for arm in figures["arms"]:
        cells = [_arm(arm)]
        for group in ("all", "readable=yes"):
            for condition in ("lab", "production", "gap"):
                cells.append(
                    _with_interval(
                        _record(figures, PRODUCTION, "accuracy.forced", arm, condition, group)
                    )
                )
        unseen = _record(figures, UNSEEN, "accuracy.forced", arm, "production", "readable=yes")
        cells.append(_with_interval(unseen))
        rows.append(cells)
    header = (
        "arm",
        "lab %",
        "production %",
        "gap pp",
        "lab, readable %",
        "production, readable %",
        "gap, readable pp",
        "unseen, readable %",
    )
    return _table(header, rows)


def _drawn_mixes(figures: Mapping[str, Any]) -> str:
    rows = []
    for row in figures["drawn_mixes"]:
        most = sorted(row["worst_factors"].items(), key=lambda pair: -pair[1])[:3]
        rows.append(
            (
                f"{_arm(row['arm'])} ({code_span(row['mix'])})",
                f"{100 * row['gap']:.2f}",
                f"{100 * row['low']:.2f} to {100 * row['high']:.2f}",
                f"{100 * row['worst']:.2f}",
                ", ".join(f"{markdown_cell(kind)} x {factor:.1f}" for kind, factor in most),
                f"{row['least_parcels']:,.0f}",
            )
        )
    header = ("arm (mix)", "gap pp", "drawn mixes pp", "worst pp", "worst has more", "parcels")
    return _table(header, rows)


def _targets(figures: Mapping[str, Any]) -> str:
    arm = "cascade"
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
        words = _points(aimed) if name == "gap" else _percent(aimed)
        row(
            what,
            f"{'at least' if at_least else 'at most'} {words}",
            _with_interval(record),
            None if number is None else (number >= aimed if at_least else number <= aimed),
        )

    lab = _record(figures, PRODUCTION, "accuracy.forced", arm, "lab", "all")
    floor = _record(figures, PRODUCTION, "accuracy.forced", arm, "production", "readable=yes")
    gap = _record(figures, PRODUCTION, "accuracy.forced", arm, "gap", "readable=yes")
    reach("lab, forced choice", lab, TARGETS["lab"], True)
    reach("production on readable parcels", floor, TARGETS["production"], True)
    reach("gap on readable parcels, paired", gap, TARGETS["gap"], False, "gap")
    answers = _answers(figures, PRODUCTION, arm, "production")
    if answers:
        share = answers["accepted_wrong"] / answers["accepted"] if answers["accepted"] else None
        row(
            "wrong among accepted in production",
            f"at most {_percent(TARGETS['accepted_wrong'])}",
            _wrong(answers),
            None if share is None else share <= TARGETS["accepted_wrong"],
        )
    hand_off = _record(figures, PRODUCTION, "rate.hand_off", arm, "production", "all")
    reach("handed over in production", hand_off, TARGETS["hand_off"], False)
    unseen = _record(figures, UNSEEN, "accuracy.forced", arm, "gap", "readable=yes")
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
    return _table((f"{code_span(arm)}", "aimed at", "got", "reached"), rows)


def _outcomes(figures: Mapping[str, Any], mix: str) -> str:
    rows = []
    for arm in figures["arms"]:
        answers = _answers(figures, mix, arm, "production")
        if not answers:
            continue
        shares = [
            _record(figures, mix, metric, arm, "production", "all")
            for metric in ("rate.read", "rate.misread", "rate.hand_off", "rate.no_read")
        ]
        rows.append([_arm(arm), *map(_with_interval, shares), _wrong(answers)])
    header = (
        "arm",
        "accepted, right %",
        "accepted, wrong %",
        "review %",
        "no read %",
        "accepted, wrong of accepted",
    )
    return _table(header, rows)


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
    rows = [
        [
            _arm(arm),
            *(
                _with_interval(_record(figures, PRODUCTION, metric, arm, "production", "all"))
                for metric in metrics
            ),
        ]
        for arm in figures["arms"]
    ]
    return _table(("arm", "right chute %", "misrouted %", "exception %", "to the desk %"), rows)


def _selective(figures: Mapping[str, Any]) -> str:
    rows = []
    for arm in figures["arms"]:
        answers = _answers(figures, PRODUCTION, arm, "production")
        if answers:
            rows.append(
                (
                    _arm(arm),
                    f"{1000 * answers['area_under_risk_coverage']:.3f}",
                    f"{100 * answers['coverage_at_promised']:.1f}",
                    f"{100 * answers['calibration_error']:.2f}",
                )
            )
    return _table(("arm", "AURC x 1000", "coverage at 0.1 % wrong, %", "ECE %"), rows)


def _corruption(figures: Mapping[str, Any]) -> str:
    rows = []
    for found in figures["corruption"]:
        worst = max(found["of_kind"].items(), key=lambda pair: pair[1], default=None)
        rows.append(
            (
                f"{_arm(found['arm'])} ({code_span(found['mix'])})",
                _ratio(found["mean"]),
                _ratio(found["relative_mean"]),
                "" if worst is None else f"{markdown_cell(worst[0])} {worst[1]:.2f}",
            )
        )
    return _table(("arm (mix)", "mCE", "relative mCE", "worst kind"), rows)


def _pace(figures: Mapping[str, Any]) -> str:
    rows = [
        (
            _arm(each["arm"]),
            f"{each['parcels_per_s']:.0f}",
            f"{each['processes']}",
            f"{each['batch']}",
        )
        for each in figures["pace"]
    ]
    return _table(("arm", "parcels a second", "processes", "batch"), rows)


def _rows(figures: Mapping[str, Any], name: str) -> Iterator[Row]:
    yield from figures[name]


def _record(
    figures: Mapping[str, Any], mix: str, metric: str, arm: str, condition: str, group: str
) -> Row | None:
    wanted = (mix, metric, arm, condition, group)
    for row in _rows(figures, "records"):
        if (row["mix"], row["metric"], row["arm"], row["condition"], row["group"]) == wanted:
            return row
    return None


def _answers(figures: Mapping[str, Any], mix: str, arm: str, world: str) -> Row | None:
    for row in _rows(figures, "answers"):
        if (row["mix"], row["arm"], row["world"]) == (mix, arm, world):
            return row
    return None


def _arm(name: str) -> str:
    return markdown_cell(code_span(name))


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _points(share: float) -> str:
    return f"{100 * share:.2g} pp"


def _with_interval(record: Row | None) -> str:
    if record is None or record["value"] is None:
        return "not measured"
    text = f"{100 * record['value']:.2f}"
    if record["low"] is not None and record["high"] is not None:
        text += f" [{100 * record['low']:.2f}, {100 * record['high']:.2f}]"
    return text


def _wrong(answers: Row) -> str:
    if not answers["accepted"]:
        return "nothing accepted"
    low, high = answers["accepted_wrong_interval"]
    share = value(answers["accepted_wrong"] / answers["accepted"], Unit.SHARE)
    return (
        f"{answers['accepted_wrong']:,} of {answers['accepted']:,}: {share} "
        f"[{100 * low:.2f}, {100 * high:.2f}]"
    )


def _ratio(number: float | None) -> str:
    return "not measured" if number is None else f"{number:.2f}"
