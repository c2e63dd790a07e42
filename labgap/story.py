"""One parcel of a run, drawn again from its id, with what every arm read and what came of it."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from labgap.errors import InvalidUse
from labgap.gallery import outcome_of
from labgap.replication import Replication, replication_of
from labgap.resting_poses import resting_words
from labgap.run_contents import scenario_of
from labgap.run_folder import RunFolder
from labgap.tasks import CELLS
from labgap.unanswered import cause_of
from scenarios.camera_model import VIEWS, View
from scenarios.events import EVENTS, event_schema, topic
from scenarios.floor_events import FLOOR_EVENTS
from scenarios.model import Scenario
from sim.frames.side_by_side import side_by_side
from sim.sorting.parcel import Parcel

__all__ = ["Story", "draw_story", "parcel_story", "story_lines"]

PARCEL_ID = re.compile(r"^P(\d{3,})-(\d{6,})$")
STATES = {"correct": "right", "misread": "wrong", "review": "review", "no_read": "none"}
WORLDS = (("lab", False), ("production", True))


@dataclass(frozen=True)
class Story:
    """What is known of one parcel.

    Attributes
    ----------
    parcel : Parcel
    lap : int
        The pass that is drawn.
    conditions : list of (kind, severity)
        What hit it on that pass in production.
    answers : list of dict
        One a world and arm: ``world, arm, outcome, decision, tracking_id, sort_code, confidence,
        source, stages``.
    events : list of dict
        One an event: ``arm, cell, at_s, event`` and what else the event says.
    lying : list of str
        How physics left it in production, in words; empty where the scenario leaves that to chance.
    """

    parcel: Parcel
    replication: int
    lap: int
    conditions: list[tuple[str, int]]
    answers: list[dict[str, Any]]
    events: list[dict[str, Any]]
    lying: list[str]

    def record(self) -> dict[str, Any]:
        """As a JSON-ready mapping."""
        return asdict(self)


def _find(folder: RunFolder, parcel_id: str) -> tuple[Replication, Parcel]:
    scenario = scenario_of(folder.read_manifest())
    match = PARCEL_ID.match(parcel_id)
    if match is None:
        raise InvalidUse(
            "this is no parcel id",
            where=parcel_id,
            fix="ids look like P003-000042: replication, number",
        )
    number = int(match.group(1))
    if number < scenario.replications:
        replication = replication_of(scenario, number)
        for parcel in replication.population.parcels:
            if parcel.parcel_id == parcel_id:
                return replication, parcel
        last = replication.population.parcels[-1].parcel_id
        raise InvalidUse(
            "the run has no such parcel",
            where=parcel_id,
            fix=f"the last of its replication is {last}",
        )
    raise InvalidUse(
        "the run has no such replication",
        where=parcel_id,
        fix=f"replications are 000 to {scenario.replications - 1:03d}",
    )


def parcel_story(folder: RunFolder, parcel_id: str, lap: int) -> Story:
    """Gather a parcel's story from a run.

    Raises
    ------
    InvalidUse
        If the run has no such parcel.
    """
    replication, parcel = _find(folder, parcel_id)
    answers, events = [], []
    for path in sorted(folder.path.glob(f"events/arm=*/rep={replication.number:04d}")):
        arm = path.parent.name.removeprefix("arm=")
        rows = folder.read_table(
            path / "readings.parquet", [("parcel_id", "=", parcel_id), ("lap", "=", lap)]
        ).to_pylist()
        for row in rows:
            world = "production" if row.pop("degraded") else "lab"
            outcome = outcome_of(row, parcel)
            answers.append({"world": world, "arm": arm, "outcome": outcome, **row})
        for event in EVENTS:
            if "parcel_id" not in event_schema(event).names:
                continue  # of a person, a belt or a chute
            table = path / f"{topic(event)}.parquet"
            if event in FLOOR_EVENTS and not table.exists():
                continue  # the run is older than the event
            for row in folder.read_table(table, [("parcel_id", "=", parcel_id)]).to_pylist():
                cell = row.pop("cell")
                if cell in {world for world, _ in WORLDS}:
                    events.append({"arm": arm, "cell": cell, "event": topic(event), **row})
    events.sort(key=lambda row: (row["arm"], list(CELLS).index(row["cell"]), row["at_s"]))
    conditions = [
        (condition.kind, condition.severity)
        for condition in replication.conditions(parcel, lap, degraded=True)
    ]
    lying = resting_words(replication.lain(parcel, lap, degraded=True)[1])
    return Story(parcel, replication.number, lap, conditions, answers, events, lying)


def draw_story(folder: RunFolder, story: Story) -> Any:
    """Draw both worlds side by side, with every view of any arm: RGB, shape (height, width, 3).

    What befalls one camera of a tunnel befalls its first, so arms whose first cameras differ saw
    different pictures, and have pictures of their own here.
    """
    scenario = scenario_of(folder.read_manifest())
    replication = replication_of(scenario, story.replication)
    cameras = _cameras(scenario)
    panels = []
    for world, degraded in WORLDS:
        damage = [f"{kind} {severity}" for kind, severity in story.conditions]
        applied = ", ".join(damage + story.lying)
        caption = f"{world}: {applied or 'nothing applied'}" if degraded else f"{world}: clean"
        for arms, views in cameras.items():
            whose = f" ({', '.join(arms)})" * (len(cameras) > 1)
            readings = [
                (answer["arm"], _words(answer), STATES[answer["outcome"]])
                for answer in story.answers
                if answer["world"] == world and answer["arm"] in arms
            ]
            capture = replication.capture(story.parcel, story.lap, degraded, views)
            panels.append((caption + whose, capture, readings))
    return side_by_side(panels)


def _cameras(scenario: Scenario) -> dict[tuple[str, ...], tuple[View, ...]]:
    """Every view of the arms whose tunnels begin with the same camera, by their names."""
    own = scenario.sorting.camera.views
    looks = {arm.name: arm.views or own for arm in scenario.arms}
    found = {}
    for first in dict.fromkeys(views[0] for views in looks.values()):
        arms = tuple(name for name, views in looks.items() if views[0] == first)
        found[arms] = tuple(view for view in VIEWS if any(view in looks[name] for name in arms))
    return found


def _words(answer: dict[str, Any]) -> str:
    texts = [answer[name] for name in ("sort_code", "tracking_id") if answer[name]]
    cause = cause_of(answer["stages"])
    if cause is not None:
        return f"{answer['outcome']}: no answer from the server ({cause})"
    return f"{answer['outcome']}: {' / '.join(texts) or 'nothing'} ({answer['confidence']:.2f})"


def story_lines(story: Story) -> list[str]:
    """Tell the story in lines of text."""
    parcel = story.parcel
    lines = [
        f"{parcel.parcel_id}: truth {parcel.sort_code} / {parcel.tracking_id}, "
        f"chute {parcel.chute}, lane {parcel.lane}, {parcel.material}, "
        f"{parcel.length_mm:.0f} x {parcel.width_mm:.0f} x {parcel.height_mm:.0f} mm, "
        f"manifest {parcel.manifest}{', surge' if parcel.surge else ''}",
        "in production: "
        + (
            ", ".join(
                [f"{kind} severity {level}" for kind, level in story.conditions] + story.lying
            )
            or "clean"
        )
        + f" on lap {story.lap}",
    ]
    lines += [
        f"  {answer['arm']:<14} {answer['world']:<11} {_words(answer)}"
        for answer in sorted(story.answers, key=lambda answer: (answer["arm"], answer["world"]))
    ]
    shown = ("at_s", "arm", "cell", "event", "parcel_id")
    for event in story.events:
        details = ", ".join(
            f"{key} {value:.1f}" if isinstance(value, float) else f"{key} {value}"
            for key, value in event.items()
            if key not in shown and value is not None
        )
        lines.append(
            f"  {event['at_s']:>9.1f} s  {event['arm']:<14} {event['cell']:<11} "
            f"{event['event'].replace('_', ' ')}: {details}"
        )
    return lines
