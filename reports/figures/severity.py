"""Severity curves: how a reader fades as one kind of damage grows."""

from reports.damage import ALONE, Damage, damages
from reports.figures.palette import ROLES, arm_role, marker
from reports.figures.svg import Drawing, bare_axes, drawing_style, inline_svg, new_figure
from reports.quantities import Unit, value
from reports.selection import Selection
from reports.words import metric_words, severity_level
from scenarios.degradations import SEVERITIES

__all__ = ["severity_curves"]


def severity_curves(selection: Selection, metric: str) -> tuple[tuple[Damage, Drawing], ...]:
    """Draw one panel a kind: the metric by severity in production, the lab dashed.

    The parcels are those that nothing else hits, where there are any; the lab's level is that of
    the same ones.  Panels share the scale from 0 to 100 %.
    """
    if metric_words(metric).unit is not Unit.SHARE:
        return ()
    drawings = []
    with drawing_style():
        for index, damage in enumerate(damages(selection, metric, by_severity=True)):
            drawing = _panel(selection, metric, damage, f"severity{index}")
            if drawing is not None:
                drawings.append((damage, drawing))
    return tuple(drawings)


def _panel(selection: Selection, metric: str, damage: Damage, name: str) -> Drawing | None:
    figure = new_figure(236.0)
    axes = bare_axes(figure, 44.0, 14.0, 10.0, 58.0)
    axes.set_xlim(0.6, 5.4)
    axes.set_ylim(-0.03, 1.05)
    axes.set_xticks(
        SEVERITIES,
        [f"{severity}\n{severity_level(damage.kind, severity)}".strip() for severity in SEVERITIES],
    )
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=ROLES["grid"].drawn, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel("severity", color=ROLES["mute"].drawn, fontsize=11, labelpad=2)
    several = len(selection.arms) > 1
    described = []
    for index, arm in enumerate(selection.arms):
        shift = 0.0 if not several else 0.3 * (index / (len(selection.arms) - 1) - 0.5)
        line, reference = _curve(selection, metric, arm, damage)
        if not line:
            continue
        role = arm_role(index) if several else ROLES["floor"]
        calm = arm_role(index) if several else ROLES["lab"]
        if reference:
            axes.plot(
                [severity + shift for severity, _ in reference],
                [level for _, level in reference],
                linestyle=(0, (4, 3)),
                linewidth=1.3,
                color=calm.drawn,
                zorder=2,
            )
        axes.plot(
            [point[0] + shift for point in line],
            [point[1] for point in line],
            marker=marker(index),
            markersize=6.5,
            linewidth=1.8,
            color=role.drawn,
            markeredgecolor=ROLES["card"].drawn,
            markeredgewidth=0.8,
            zorder=4,
        )
        for severity, _, low, high in line:
            if low is not None and high is not None:
                axes.plot(
                    [severity + shift] * 2, [low, high], color=role.drawn, linewidth=1.2, zorder=3
                )
        described.append(
            f"{arm}: " + ", ".join(f"severity {p[0]} {value(p[1], Unit.SHARE)}" for p in line)
        )
    if not described:
        return None
    label = metric_words(metric).label
    title = f"{label} by severity of {damage.words}"
    meant = f"In production, {damage.caveat or ALONE}. "
    return inline_svg(figure, name, title, meant + "; ".join(described) + ".")


def _curve(
    selection: Selection, metric: str, arm: str, damage: Damage
) -> tuple[list[tuple[int, float, float | None, float | None]], list[tuple[int, float]]]:
    line, reference = [], []
    for severity in SEVERITIES:
        group = damage.group(severity)
        record = selection.get(metric, arm, "production", group)
        if record is not None and record.value is not None:
            line.append((severity, record.value, record.low, record.high))
        calm = selection.value(metric, arm, "lab", group)
        if calm is not None:
            reference.append((severity, calm))
    return line, reference
