"""Damage kind by kind: what each arm reads of it, and its errors in units of a reference's."""

from collections.abc import Mapping
from statistics import mean
from typing import Any

from reports.escaping import code_span, markdown_cell
from reports.vision_cells import PRODUCTION, Row, arm_cell, table

__all__ = ["LEAST_PARCELS", "damage_markdown", "over_kinds"]

LEAST_PARCELS = 20
"""Fewest parcels of a kind and severity for their share to be shown among others."""


def over_kinds(rows: list[Row]) -> dict[int, tuple[float, tuple[str, float]]]:
    """By severity: mean accuracy over kinds, and the worst kind with its accuracy.

    Parameters
    ----------
    rows : list of mapping
        Of one arm and mix: ``kind``, ``severity``, ``value`` and ``n``; those of fewer than
        `LEAST_PARCELS` parcels are left out.
    """
    by_severity: dict[int, dict[str, float]] = {}
    for row in rows:
        if row["n"] >= LEAST_PARCELS:
            by_severity.setdefault(row["severity"], {})[row["kind"]] = row["value"]
    return {
        severity: (mean(kinds.values()), min(kinds.items(), key=lambda pair: (pair[1], pair[0])))
        for severity, kinds in sorted(by_severity.items())
    }


def damage_markdown(figures: Mapping[str, Any]) -> tuple[str, ...]:
    """Tables of accuracy over kinds and of corruption errors, with what they leave out."""
    return tuple(
        block
        for block in (
            _by_severity(figures),
            "First answers in production to readable parcels that nothing else hits: mean over "
            f"kinds with {LEAST_PARCELS} such parcels or more, and the worst of them.",
            *_corruption(figures),
        )
        if block
    )


def _by_severity(figures: Mapping[str, Any]) -> str:
    severities = (1, 2, 3, 4, 5)
    rows = []
    for arm in figures["arms"]:
        found = over_kinds(
            [row for row in figures["damage"] if (row["mix"], row["arm"]) == (PRODUCTION, arm)]
        )
        if found:
            told = [found.get(severity) for severity in severities]
            rows.append(
                [
                    arm_cell(arm),
                    *(
                        f"{100 * each[0]:.1f} ({markdown_cell(each[1][0])} {100 * each[1][1]:.1f})"
                        if each
                        else "too few"
                        for each in told
                    ),
                ]
            )
    header = ("arm", *(f"severity {severity}, mean (worst) %" for severity in severities))
    return table(header, rows)


def _corruption(figures: Mapping[str, Any]) -> tuple[str, ...]:
    rows = []
    for found in figures["corruption"]:
        worst = max(found["of_kind"].items(), key=lambda pair: pair[1], default=None)
        interval = found["interval"]
        told = "not measured" if found["mean"] is None else f"{found['mean']:.2f}"
        rows.append(
            (
                f"{arm_cell(found['arm'])} ({code_span(found['mix'])})",
                told + (f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else ""),
                "not measured"
                if found["relative_mean"] is None
                else f"{found['relative_mean']:.2f}",
                "" if worst is None else f"{markdown_cell(worst[0])} {worst[1]:.2f}",
            )
        )
    if not rows:
        return ()
    left_out = {
        found["mix"]: found["left_out"] for found in figures["corruption"] if found["left_out"]
    }
    seeds = len(figures["corruption"][0]["reference"])
    words = "; ".join(
        f"{code_span(mix)}: "
        + ", ".join(f"{markdown_cell(kind)} {wrong}" for kind, wrong in kinds.items())
        for mix, kinds in left_out.items()
    )
    return (
        table(("arm (mix)", "mCE", "relative mCE", "worst kind"), rows),
        "Corruption error: a kind's errors on those parcels, summed over severities, in units of "
        "the `imagenet` reader's"
        + (f" with {seeds} seeds together" if seeds > 1 else "")
        + ". Brackets are 95 % by resampling replications. *Relative* counts what is lost against "
        "the lab, which is the same where nothing is misread there."
        + (f" Left out, as the reference misreads too few to be a unit: {words}." if words else ""),
    )
