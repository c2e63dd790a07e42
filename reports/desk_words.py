"""The people of the review desk, in words first."""

from dataclasses import dataclass

from reports.quantities import Unit, value
from reports.selection import Selection
from reports.tables import Table, comparison_table

__all__ = ["DeskWords", "desk_table", "desk_words"]

_METRICS = (
    "utilisation.review_desk",
    "desk.pace_per_h",
    "desk.error_rate",
    "wait.review_mean_s",
    "desk.overtime_s",
    "desk.breaks_missed",
    "desk.break_delay_s",
)


@dataclass(frozen=True, slots=True)
class DeskWords:
    """What is said of the desk under one arm."""

    arm: str
    sentences: tuple[str, ...]


def desk_words(selection: Selection) -> tuple[DeskWords, ...]:
    """Sentences on every arm; empty for runs from before the desk's people were counted."""
    if not any(name.startswith("desk.") for name in selection.metrics):
        return ()
    return tuple(
        DeskWords(arm, sentences)
        for arm in selection.arms
        if (sentences := tuple(filter(None, _sentences(selection, arm))))
    )


def desk_table(selection: Selection) -> Table | None:
    """The desk's figures in both worlds; None where `desk_words` has nothing to say."""
    if not any(name.startswith("desk.") for name in selection.metrics):
        return None
    metrics = [name for name in _METRICS if name in selection.metrics]
    return comparison_table(
        "desk", "The people at the review desk, in both worlds", selection, metrics, ("all",)
    )


def _sentences(selection: Selection, arm: str) -> tuple[str, ...]:
    return (
        _use(selection, arm),
        _slips(selection, arm),
        _waits(selection, arm),
        _overtime(selection, arm),
        _breaks(selection, arm),
    )


def _use(selection: Selection, arm: str) -> str:
    use, before = _both(selection, arm, "utilisation.review_desk")
    pace = selection.value("desk.pace_per_h", arm, "production")
    if use is None:
        return ""
    calm = "" if before is None else f", {value(before, Unit.SHARE)} of it in the lab"
    keyed = "" if pace is None else f" They key {pace:,.0f} images an hour while they do."
    return f"They key {value(use, Unit.SHARE)} of their time in production{calm}.{keyed}"


def _slips(selection: Selection, arm: str) -> str:
    rate, before = _both(selection, arm, "desk.error_rate")
    if rate is None:
        return ""
    calm = "" if before is None else f" (lab: {value(before, Unit.SHARE)})"
    return f"{value(rate, Unit.SHARE)} of the codes they key are wrong{calm}."


def _waits(selection: Selection, arm: str) -> str:
    wait, before = _both(selection, arm, "wait.review_mean_s")
    if wait is None:
        return ""
    calm = "" if before is None else f", {value(before, Unit.SECONDS)} in the lab"
    return f"An image waits {value(wait, Unit.SECONDS)} for one of them on average{calm}."


def _overtime(selection: Selection, arm: str) -> str:
    over_s = selection.value("desk.overtime_s", arm, "production")
    if over_s is None:
        return ""
    if over_s <= 0.0:
        return "Nobody stays beyond the end of the shift."
    return f"Together they stay {over_s / 60.0:,.0f} min a night beyond the end of their shifts."


def _breaks(selection: Selection, arm: str) -> str:
    lost = selection.value("desk.breaks_missed", arm, "production")
    late_s = selection.value("desk.break_delay_s", arm, "production")
    if lost is None:
        return ""
    said = (
        "No break is lost" if lost <= 0.0 else f"{value(lost, Unit.SHARE)} of the breaks are lost"
    )
    if late_s is None:
        return f"{said}."
    return f"{said}; those they have begin {late_s / 60.0:.1f} min late on average."


def _both(selection: Selection, arm: str, metric: str) -> tuple[float | None, float | None]:
    return (selection.value(metric, arm, "production"), selection.value(metric, arm, "lab"))
