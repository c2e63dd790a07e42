"""The page's evidence, section by section, as drawings and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.damage import damages, parcels_meant
from reports.figures.decomposition import decomposition, factor_words, factors
from reports.figures.forest import forest
from reports.figures.outcomes import outcome_bars
from reports.figures.severity import severity_curves
from reports.figures.svg import Drawing
from reports.figures.throughput import lane_throughput
from reports.quantities import count, difference, interval, value
from reports.selection import Selection
from reports.tables import (
    Cell,
    Column,
    Table,
    comparison_table,
    number_cell,
    table,
    text_cell,
)
from reports.words import (
    FINAL_OUTCOMES,
    FIRST_PASS_OUTCOMES,
    FOREST_METRICS,
    metric_words,
    severity_level,
)
from scenarios.degradations import KINDS, SEVERITIES

__all__ = ["Sections", "TwoByTwo", "flattened", "sections"]

_WAITING = ("wait.", "time_in_system.", "utilisation.", "queue.", "rate.recirculated")


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Levels of the only arm in the four experiments of degradation and load, as text."""

    lab: str
    degraded: str
    loaded: str
    production: str


@dataclass(frozen=True, slots=True)
class Sections:
    """Everything between the verdict and the method; absent parts are None or empty."""

    arms: tuple[Table, ...]
    forests: tuple[Drawing, ...]
    gaps: Table | None
    readable: Table | None
    square: TwoByTwo | None
    squares: Table | None
    decomposition: Drawing | None
    factors: Table | None
    first_pass: Drawing | None
    final: Drawing | None
    outcomes: tuple[Table, ...]
    severity: tuple[tuple[str, str, Drawing], ...]
    severity_of: str
    severity_table: Table | None
    kinds: Table | None
    throughput: tuple[tuple[str, Drawing], ...]
    throughput_table: Table | None
    waiting: Table | None


def sections(selection: Selection, primary: Sequence[str]) -> Sections:
    """Draw and tabulate everything the records allow."""
    metric = primary[0] if primary else "accuracy.forced"
    panels = (
        ("forest-read", "Gap of what the reader does"),
        ("forest-end", "Gap of what becomes of the parcel"),
    )
    forests = [
        forest(selection, metrics, name, title)
        for metrics, (name, title) in zip(FOREST_METRICS, panels, strict=True)
    ]
    curves = severity_curves(selection, metric)
    waiting = [name for name in selection.metrics if name.startswith(_WAITING)]
    waiting += [name for name in ("rate.missed_deadline",) if name in selection.metrics]
    lanes = selection.groups("lane") + selection.groups("lane", "hour")
    return Sections(
        arms=tuple(
            found
            for index, name in enumerate(dict.fromkeys(primary))
            if (found := _arms_table(selection, name, f"arms{index}")) is not None
        ),
        forests=tuple(drawing for drawing in forests if drawing is not None),
        gaps=comparison_table(
            "gaps", "Every metric over all parcels", selection, selection.metrics, ("all",)
        ),
        readable=comparison_table(
            "readable",
            f"{metric_words(metric).label} of parcels with readable and unreadable labels",
            selection,
            (metric,),
            selection.groups("readable"),
        ),
        square=_square(selection, metric),
        squares=_squares_table(selection, metric),
        decomposition=decomposition(selection, metric, "parts"),
        factors=_factor_table(selection, metric),
        first_pass=outcome_bars(
            selection, FIRST_PASS_OUTCOMES, "first-pass", "First pass: what the reader answered"
        ),
        final=outcome_bars(selection, FINAL_OUTCOMES, "final", "In the end: where the parcel went"),
        outcomes=tuple(
            found
            for name, caption, metrics in (
                ("outcomes-first", "First pass: the reader's four outcomes", FIRST_PASS_OUTCOMES),
                ("outcomes-final", "In the end: where parcels went", FINAL_OUTCOMES),
            )
            if (found := _outcome_table(selection, name, caption, metrics)) is not None
        ),
        severity=tuple(
            (
                damage.words,
                " ".join(text for text in (_summary(damage.kind), _aside(damage.caveat)) if text),
                drawing,
            )
            for damage, drawing in curves
        ),
        severity_of=parcels_meant(damage for damage, _ in curves),
        severity_table=_severity_table(selection, metric),
        kinds=comparison_table(
            "kinds",
            f"{metric_words(metric).label} by kind, all severities: parcels hit by nothing else, "
            "and all that the kind hits",
            selection,
            (metric,),
            (*selection.groups("kind", "alone"), *selection.groups("kind")),
        ),
        throughput=lane_throughput(selection),
        throughput_table=comparison_table(
            "throughput",
            "Parcels sorted an hour, by lane and hour of the run",
            selection,
            ("throughput.per_lane_h",),
            ("all", *lanes),
        ),
        waiting=comparison_table(
            "waiting", "Waits, use of stations, laps and deadlines", selection, waiting, ("all",)
        ),
    )


def _arms_table(selection: Selection, metric: str, name: str) -> Table | None:
    unit = metric_words(metric).unit
    rows = []
    for arm in selection.arms:
        found = selection.compare(metric, arm)
        if found.is_empty:
            rows.append([text_cell(arm), *(number_cell(None, "not measured") for _ in range(5))])
            continue
        lab = found.lab.value if found.lab else None
        production = found.production.value if found.production else None
        gap = found.gap
        replications = max(
            record.replications for record in (found.lab, found.production, gap) if record
        )
        rows.append(
            [
                text_cell(arm),
                number_cell(lab, value(lab, unit)),
                number_cell(production, value(production, unit)),
                number_cell(
                    gap.value if gap else None, difference(gap.value if gap else None, unit)
                ),
                number_cell(
                    gap.low if gap else None,
                    interval(gap.low if gap else None, gap.high if gap else None, unit, True),
                ),
                number_cell(replications, count(replications)),
            ]
        )
    if not rows:
        return None
    columns = (
        Column("Arm"),
        Column("Lab", True),
        Column("Production", True),
        Column("Gap (lab \u2212 production)", True),
        Column("95% interval of the gap", True),
        Column("Replications", True),
    )
    return table(name, f"{metric_words(metric).label}, measured in this run", columns, rows)


def _square(selection: Selection, metric: str) -> TwoByTwo | None:
    if len(selection.arms) != 1:
        return None
    levels = [value(level, metric_words(metric).unit) for level in _cells(selection, metric, 0)]
    return TwoByTwo(*levels) if any(_cells(selection, metric, 0)) else None


def _cells(selection: Selection, metric: str, index: int) -> list[float | None]:
    """Levels of an arm in the four experiments; the mixed ones from the parts of the gap."""
    arm = selection.arms[index]
    lab = selection.value(metric, arm, "lab")
    mixed = [
        None if lab is None or part is None else lab - part
        for part in (
            selection.value(metric, arm, "gap", f"factor={factor}")
            for factor in ("degradation", "load")
        )
    ]
    return [lab, *mixed, selection.value(metric, arm, "production")]


def _squares_table(selection: Selection, metric: str) -> Table | None:
    unit = metric_words(metric).unit
    rows = [
        [text_cell(arm), *(number_cell(level, value(level, unit)) for level in levels)]
        for index, arm in enumerate(selection.arms)
        if any(levels := _cells(selection, metric, index))
    ]
    columns = (
        Column("Arm"),
        Column("Clean, calm (lab)", True),
        Column("Degraded, calm", True),
        Column("Clean, loaded", True),
        Column("Degraded, loaded (production)", True),
    )
    caption = f"{metric_words(metric).label} in the four experiments"
    return table("squares", caption, columns, rows) if rows and len(selection.arms) > 1 else None


def _factor_table(selection: Selection, metric: str) -> Table | None:
    unit = metric_words(metric).unit
    rows: list[list[Cell]] = []
    for factor in factors(selection):
        for arm in selection.arms:
            record = selection.get(metric, arm, "gap", f"factor={factor}")
            if record is not None:
                rows.append(
                    [
                        text_cell(factor_words(factor)),
                        text_cell(arm),
                        number_cell(record.value, difference(record.value, unit)),
                        number_cell(record.low, interval(record.low, record.high, unit, True)),
                    ]
                )
    columns = (
        Column("Part"),
        Column("Arm"),
        Column("Part of the gap", True),
        Column("95% interval", True),
    )
    caption = f"Parts of the gap in {metric_words(metric).label.lower()}"
    return table("factors", caption, columns, rows) if rows else None


def _outcome_table(
    selection: Selection, name: str, caption: str, metrics: Sequence[str]
) -> Table | None:
    rows = []
    for arm in selection.arms:
        for world in ("lab", "production"):
            shares = [selection.value(metric, arm, world) for metric in metrics]
            if any(share is not None for share in shares):
                numbers = (
                    number_cell(share, value(share, metric_words(metric).unit))
                    for metric, share in zip(metrics, shares, strict=True)
                )
                rows.append([text_cell(arm), text_cell(world), *numbers])
    columns = [Column("Arm"), Column("World")]
    columns += [Column(metric_words(metric).label, True) for metric in metrics]
    return table(name, caption, columns, rows) if rows else None


def _summary(kind: str) -> str:
    return KINDS[kind].summary if kind in KINDS else ""


def _aside(caveat: str) -> str:
    if not caveat:
        return ""
    return f"{caveat.capitalize()}: the run has no figures of parcels hit by it alone."


def _severity_table(selection: Selection, metric: str) -> Table | None:
    unit = metric_words(metric).unit
    rows = []
    found_damages = damages(selection, metric, by_severity=True)
    for damage in found_damages:
        for severity in SEVERITIES:
            for arm in selection.arms:
                found = selection.compare(metric, arm, damage.group(severity))
                if found.is_empty:
                    continue
                lab = found.lab.value if found.lab else None
                there = found.production
                level = there.value if there else None
                low, high = (there.low, there.high) if there else (None, None)
                rows.append(
                    [
                        text_cell(damage.words, damage.caveat),
                        Cell(str(severity), str(severity), severity_level(damage.kind, severity)),
                        text_cell(arm),
                        number_cell(lab, value(lab, unit)),
                        number_cell(level, value(level, unit)),
                        number_cell(low, interval(low, high, unit, False)),
                        number_cell(there.n if there else None, count(there.n if there else None)),
                    ]
                )
    columns = (
        Column("Kind"),
        Column("Severity", True),
        Column("Arm"),
        Column("Lab", True),
        Column("Production", True),
        Column("95% interval in production", True),
        Column("n", True),
    )
    meant = parcels_meant(found_damages)
    caption = f"{metric_words(metric).label} by kind and severity: {meant}"
    return table("severity", caption, columns, rows) if rows else None


def flattened(mapping: Mapping[str, object], most: int = 120) -> tuple[tuple[str, str], ...]:
    """Flatten nested mappings and lists into dotted keys and texts, at most `most` of them."""
    found: list[tuple[str, str]] = []
    _flatten("", mapping, found, most)
    return tuple(found)


def _flatten(prefix: str, item: object, found: list[tuple[str, str]], most: int) -> None:
    if len(found) >= most:
        return
    if isinstance(item, Mapping):
        for key, inner in item.items():
            _flatten(f"{prefix}.{key}" if prefix else str(key), inner, found, most)
    elif isinstance(item, list | tuple):
        if all(isinstance(inner, str | int | float | bool) or inner is None for inner in item):
            found.append((prefix, _cut(", ".join(_said(inner) for inner in item))))
        else:
            for index, inner in enumerate(item):
                _flatten(f"{prefix}.{index}", inner, found, most)
    else:
        found.append((prefix, _cut(_said(item))))


def _said(item: object) -> str:
    if item is None:
        return "none"
    return {True: "yes", False: "no"}[item] if isinstance(item, bool) else str(item)


def _cut(text: str, most: int = 400) -> str:
    return text if len(text) <= most else text[: most - 1] + "\u2026"
