"""What happened at one centre of a network run."""

from collections.abc import Iterator
from typing import Any

from labgap.errors import InvalidUse
from labgap.network_conclusion import network_scenario_of, read_network_tables
from labgap.run_folder import RunFolder
from metrics.network import mean_over_replications
from metrics.network_catalogue import STATION_WORDS
from scenarios.network_tables import NETWORK_STATIONS, WORLDS

__all__ = ["centre_lines", "centre_story"]

_COLUMNS = (
    "rate_per_h",
    "parcels",
    "base_parcels",
    "late_base_parcels",
    "backlog_peak",
    "time_in_centre_mean_s",
    "time_in_centre_p95_s",
    *(f"{name}_servers" for name in NETWORK_STATIONS),
    *(f"{name}_wait_{word}_s" for name in NETWORK_STATIONS for word in ("mean", "p95")),
)


def centre_story(folder: RunFolder, centre: str) -> dict[str, Any]:
    """Figures of one centre in both worlds, means over replications.

    Raises
    ------
    InvalidUse
        If the run has no such centre.
    """
    scenario = network_scenario_of(folder.read_manifest())
    last = scenario.network.centres - 1
    if not (centre.isascii() and centre.isdigit() and len(centre) < 6 and int(centre) <= last):
        raise InvalidUse(
            f"the run has no centre {centre!r}",
            where=str(folder.path),
            fix=f"a network run has no parcels to draw: name a centre by its number, 0 to {last}",
        )
    tables = read_network_tables(folder, scenario).centres
    number = int(centre)
    worlds: dict[str, dict[str, float | None]] = {}
    for world in WORLDS:
        means = mean_over_replications(tables, world, _COLUMNS)
        levels = {name: float(column[number]) for name, column in means.items()}
        # Not a number is not equal to itself: nobody came.
        worlds[world] = {name: at if at == at else None for name, at in levels.items()}
    return {"centre": number, "replications": scenario.replications, "worlds": worlds}


def centre_lines(story: dict[str, Any]) -> Iterator[str]:
    """Tell a story of `centre_story` as a small table."""
    lab, floor = story["worlds"]["lab"], story["worlds"]["production"]
    yield (
        f"centre {story['centre']}: {lab['rate_per_h']:,.0f} base parcels an hour; means over "
        f"{story['replications']} replications; array tier, no model was run"
    )
    yield f"{'':<34} {'lab':>12} {'production':>12}"
    rows = [
        ("parcels", "parcels"),
        ("base parcels past the cut-off", "late_base_parcels"),
        ("most inside at a full hour", "backlog_peak"),
        ("mean time inside, s", "time_in_centre_mean_s"),
        ("95 % time inside, s", "time_in_centre_p95_s"),
    ]
    for name in NETWORK_STATIONS:
        at = STATION_WORDS[name]
        rows.append((f"95 % wait at {at}, s", f"{name}_wait_p95_s"))
    for label, column in rows:
        yield f"{label:<34} {_told(lab[column]):>12} {_told(floor[column]):>12}"
    people = ", ".join(f"{STATION_WORDS[n]} {lab[f'{n}_servers']:.0f}" for n in NETWORK_STATIONS)
    yield f"servers: {people}"


def _told(level: float | None) -> str:
    return "-" if level is None else f"{level:,.1f}"
