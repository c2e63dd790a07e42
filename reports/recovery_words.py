"""How long the centre takes to get over a stop, in words."""

from reports.quantities import Unit, value
from reports.selection import Selection

__all__ = ["recovery_words"]


def recovery_words(selection: Selection) -> tuple[str, ...]:
    """A sentence an arm; empty where no belt ever stood or nobody counted."""
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
            longest = f", and {longest_s / 60.0:,.1f} min after the worst stop of a night"
        found.append(
            f"{whose}Over all replications, what piled up behind a stop is gone "
            f"{mean_s / 60.0:,.1f} min after the belt runs again{longest}.{share}"
        )
    return tuple(found)
