"""How long the centre takes to get over an incident, in words."""

from reports.quantities import Unit, value
from reports.selection import Selection

__all__ = ["CAUSE_WORDS", "recovery_words"]

CAUSE_WORDS = {
    "jam": "jam",
    "outage": "belt outage",
    "camera_outage": "camera out",
    "diverter_down": "diverter dead",
    "desk_full": "review desk full",
}
"""Words of `metrics.incidents.CAUSES`."""


def recovery_words(selection: Selection) -> tuple[str, ...]:
    """A sentence or two an arm; empty where nothing ever piled up or nobody counted."""
    found = []
    for arm in selection.arms:
        mean_s = selection.value("recovery.mean_s", arm, "production")
        longest_s = selection.value("recovery.longest_s", arm, "production")
        stood = selection.value("belt.stopped_share", arm, "production")
        if mean_s is None:
            continue
        whose = f"{arm}: " if len(selection.arms) > 1 else ""
        share = "" if stood is None else f" Belts stand {value(stood, Unit.SHARE)} of the time."
        longest = ""
        if longest_s is not None:
            longest = f", and {longest_s / 60.0:,.1f} min after the worst one of a night"
        found.append(
            f"{whose}Over all nights that had an incident, what piled up is gone "
            f"{mean_s / 60.0:,.1f} min after its end{longest}.{_by_cause(selection, arm)}{share}"
        )
    return tuple(found)


def _by_cause(selection: Selection, arm: str) -> str:
    told = []
    for cause, words in CAUSE_WORDS.items():
        mean_s, longest_s = (
            selection.value(f"recovery.{name}_s", arm, "production", f"cause={cause}")
            for name in ("mean", "longest")
        )
        if mean_s is not None and longest_s is not None:
            told.append(f"{words} {mean_s / 60.0:,.1f} min ({longest_s / 60.0:,.1f})")
    return f" By cause, with the worst of a night: {', '.join(told)}." if told else ""
