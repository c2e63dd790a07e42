"""Effects on a terminal."""

from collections.abc import Sequence

from metrics.gate.effects import Effect
from reports.escaping import visible
from reports.quantities import difference, interval, value
from reports.words import group_words, metric_words

__all__ = ["render_effects"]


def render_effects(
    effects: Sequence[Effect], base: str, candidate: str, identical: bool, remarks: Sequence[str]
) -> str:
    """A table: candidate less base, with the 95 % interval."""
    lines = [f"base       {visible(base)}", f"candidate  {visible(candidate)}", ""]
    if identical:
        lines += ["identical: every outcome and sum of the two arms is the same", ""]
    lines.append(
        f"{'metric':<38} {'world':<11} {'base':>12} {'candidate':>12} {'change':>12}  95 % interval"
    )
    for effect in effects:
        words = metric_words(effect.metric)
        unit = words.unit
        name = words.label
        if effect.group != "all":
            name += f", {group_words(effect.group)}"
        level = difference if effect.condition == "gap" else value
        ends = interval(effect.low, effect.high, unit, True)
        lines.append(
            f"{visible(name):<38} {effect.condition:<11} {level(effect.base, unit):>12} "
            f"{level(effect.candidate, unit):>12} {difference(effect.change, unit):>12}  {ends}"
        )
    lines += [f"note: {visible(remark)}" for remark in remarks]
    return "\n".join(lines)
