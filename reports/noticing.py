"""How long lasting faults went unnoticed: in words, and as a table."""

from collections.abc import Sequence

from metrics.lasting_faults import STOPS
from metrics.noticing import (
    DRIFT,
    EARLIER_NIGHTS,
    LEAST_POINTS,
    LIMIT,
    NOTHING,
    READINGS,
    Noticed,
    run_length,
)
from reports.quantities import count
from reports.tables import Column, Table, number_cell, table, text_cell
from reports.words import kind_words

__all__ = ["SIGNAL_WORDS", "fault_words", "how_watched", "noticing_table", "noticing_words"]

SIGNAL_WORDS = {
    "unsure": "how unsure the reader is",
    "no_read": "the share that it does not read",
    "desk_queue": "the queue of the review desk",
}
"""Words of `metrics.detection.SIGNALS`."""
_MOST = 8


def fault_words(kind: str) -> str:
    """``jam`` -> ``belt stopped by a jam``; damage as it is called elsewhere."""
    return (
        f"belt stopped by {'a jam' if kind == 'jam' else 'an outage'}"
        if kind in STOPS
        else (kind_words(kind))
    )


def how_watched() -> str:
    """What an alarm is, and how often one is false by design."""
    return (
        "Nobody on the floor knows which answers are wrong. What can be watched without labels is "
        "how unsure the reader is, how much it does not read, and the queue of the review desk: "
        f"each averaged over {READINGS} answers of a lane, its excess over {DRIFT:g} standard "
        f"deviations added up, and an alarm at {LIMIT:g} (CUSUM). Level (the upper end of its 95% "
        "interval) and spread come from before the onset alone: the same night where it had at "
        f"least {LEAST_POINTS} such averages, else other replications under load without damage. "
        "Were averages independent, normal and of known level, one would ring falsely once in "
        f"{run_length(DRIFT, LIMIT):,.0f} averages; those of a queue hang together and ring far "
        "more often. How often the charts did is counted on the same hours without the fault."
    )


def noticing_words(found: Sequence[Noticed], several_arms: bool) -> tuple[str, ...]:
    """A sentence or two for each kind of fault and lane, damage first; at most a few.

    Stops that no signal moved for are told together: a belt that stands brings no answers.
    """
    unseen = [each for each in found if each.kind in STOPS and not each.noticed]
    seen = [each for each in found if each not in unseen]
    order = sorted(seen, key=lambda each: (each.kind in STOPS, -each.faults))
    told = [_told(each, several_arms) for each in order[:_MOST]]
    if len(order) > _MOST:
        told.append(f"{len(order) - _MOST} more rows are in the table.")
    for arm, kind in dict.fromkeys((each.arm, each.kind) for each in unseen):
        alike = [each for each in unseen if (each.arm, each.kind) == (arm, kind)]
        lanes = len({each.lane for each in alike})
        told.append(
            f"{f'{arm}: ' if several_arms else ''}{fault_words(kind)}, "
            f"{_times(sum(each.faults for each in alike))} on {lanes} lane{'s'[: lanes > 1]}: no "
            "signal moved while it stood, as a belt that stands brings no answers; parcels that "
            f"came meanwhile and lost their trailer: {sum(each.late for each in alike):,}."
        )
    return tuple(told)


def _told(each: Noticed, several_arms: bool) -> str:
    whose = f"{each.arm}: " if several_arms else ""
    what = f"{whose}{fault_words(each.kind)} on lane {each.lane}, {_times(each.faults)}"
    cost = (
        f"accepted with a wrong text {each.wrong:,}, not accepted {each.unread:,}, parcels that "
        f"came and lost their trailer {each.late:,}"
    )
    if each.basis == NOTHING:
        return (
            f"{what}: fewer than {LEAST_POINTS} averages had been seen before it, and there was no "
            f"other night to hold it against, so nothing could ring. While it lasted: {cost}."
        )
    if not each.noticed:
        return f"{what}: no signal moved while it lasted. In that time: {cost}. {_false(each)}"
    if each.median_s is None:
        how = f"noticed {each.noticed:,} times only, after at most {_time(each.longest_s)}"
    else:
        how = (
            f"noticed {each.noticed:,} times, half of all within {_time(each.median_s)}, those "
            f"noticed within {_time(each.longest_s)}"
        )
    early = " (set on other nights)" if each.basis == EARLIER_NIGHTS else ""
    return (
        f"{what}: {how}, mostly by {SIGNAL_WORDS[each.signal]}{early}. Until then, or as long as "
        f"it lasted: {cost}. {_false(each)}"
    )


def _false(each: Noticed) -> str:
    told = [
        f"{alarms:,} of {watched:,} times {where}"
        for alarms, watched, where in (
            (each.lab_alarms, each.lab_watched, "in the calm lab"),
            (each.loaded_alarms, each.loaded_watched, "under the same load without damage"),
        )
        if watched
    ]
    if not told:
        return ""
    return f"Without it the same charts rang {' and '.join(told)}: that many alarms are false."


def noticing_table(found: Sequence[Noticed], several_arms: bool) -> Table | None:
    """Every kind of fault, lane and basis; None without any."""
    if not found:
        return None
    columns = [
        *([Column("Arm")] if several_arms else []),
        Column("Fault"),
        Column("Lane", True),
        Column("Limit set on"),
        Column("Times", True),
        Column("Noticed", True),
        Column("Half within", True),
        Column("Longest noticed", True),
        Column("Wrong until then", True),
        Column("Not accepted", True),
        Column("Lost their trailer", True),
        Column("False, lab", True),
        Column("False, load alone", True),
    ]
    rows = [
        [
            *([text_cell(each.arm)] if several_arms else []),
            text_cell(fault_words(each.kind)),
            number_cell(each.lane, count(each.lane)),
            text_cell(each.basis),
            number_cell(each.faults, count(each.faults)),
            number_cell(each.noticed, count(each.noticed)),
            number_cell(
                each.median_s, "not noticed" if each.median_s is None else (_time(each.median_s))
            ),
            number_cell(each.longest_s, _time(each.longest_s)),
            number_cell(each.wrong, count(each.wrong)),
            number_cell(each.unread, count(each.unread)),
            number_cell(each.late, count(each.late)),
            number_cell(each.lab_alarms, _share(each.lab_alarms, each.lab_watched)),
            number_cell(each.loaded_alarms, _share(each.loaded_alarms, each.loaded_watched)),
        ]
        for each in found
    ]
    return table("noticing", "Lasting faults and the first signal that moved", columns, rows)


def _share(alarms: int, watched: int) -> str:
    return f"{alarms:,} of {watched:,}" if watched else "\u2013"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "\u2013"
    return f"{seconds:.0f} s" if seconds < 120.0 else f"{seconds / 60.0:.1f} min"
