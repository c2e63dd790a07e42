"""Small invented runs for tests of metrics and reports: tables that obey the published schemas.

The numbers come from a few coin tosses, not from the world; only the shape is real.  ``make_run``
returns ``{(arm, replication): {table name: Arrow table}}``, where a table name is an event topic
(with a trailing ``cell`` column), ``readings``, ``parcels`` or ``conditions``; ``write_run`` lays
the same tables out as a run folder.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.degradations import KINDS
from scenarios.events import (
    EVENTS,
    READINGS,
    TRUTH_CONDITIONS,
    TRUTH_PARCELS,
    DeadlineMissed,
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewQueued,
    ReviewRequested,
    ReviewStarted,
    event_schema,
    topic,
)
from scenarios.model import Scenario

CELLS = (
    ("lab", False, False),
    ("degraded", True, False),
    ("loaded", False, True),
    ("production", True, True),
)
"""Name, degradation on, load on."""

HITS = ("torn", "taped", "glare", "motion_blur")
"""Kinds that hit invented parcels."""

Tables = dict[str, pa.Table]
Run = dict[tuple[str, int], Tables]


def make_scenario(
    *,
    arms: tuple[str, ...] = ("barcode",),
    replications: int = 3,
    lanes: int = 2,
    duration_s: float = 5400.0,
) -> Scenario:
    """Return a valid scenario whose arms, replications, lanes and duration a test chooses."""
    return Scenario.model_validate(
        {
            "schema_version": 1,
            "name": "synthetic",
            "title": "Synthetic run",
            "description": "Coin tosses in the shape of a run.",
            "seed": 7,
            "replications": replications,
            "fidelity": {"kind": "full"},
            "arms": tuple({"name": arm, "vision": {"name": "barcode"}} for arm in arms),
            "sorting": {
                "lanes": lanes,
                "arrivals": {"duration_s": duration_s, "rate_per_h": 600.0},
                "lane": {
                    "belt_speed_mps": 2.0,
                    "pitch_m": 1.0,
                    "induction_rate_per_h": 2000.0,
                    "induction_cv": 0.3,
                    "camera_distance_m": 5.0,
                    "diverter_distance_m": 10.0,
                    "chute_spacing_m": 2.0,
                    "chutes": 8,
                    "return_distance_m": 20.0,
                    "max_laps": 3,
                },
                "camera": {
                    "pixels_per_m": 2000.0,
                    "sensor_width_px": 1600,
                    "sensor_height_px": 1200,
                    "overview_width_px": 400,
                    "exposure_ms": 0.1,
                    "full_well_electrons": 8000.0,
                    "read_noise_electrons": 10.0,
                },
                "manifest": {"late_share": 0.01, "missing_share": 0.01, "late_mean_s": 60.0},
                "review_desk": {
                    "operators": 2,
                    "images_per_h": 900.0,
                    "service_cv": 0.4,
                    "error_rate": 0.01,
                    "queue_limit": 50,
                },
            },
        }
    )


@dataclass(frozen=True)
class Reader:
    """How often the invented reader is right, sure and late.

    Attributes
    ----------
    right : float
        Probability that its text is right on an undegraded parcel.
    loss : float
        Taken off `right` for every step of severity of every kind that hit the parcel.
    sure : float
        Probability of ``accept`` when right; when wrong it accepts half as often.
    late : float
        Probability that its answer misses the diverter on the first lap of a loaded cell.
    """

    right: float = 0.98
    loss: float = 0.08
    sure: float = 0.95
    late: float = 0.0


@dataclass
class EventRows:
    """Events by class, each with the cell it happened in."""

    rows: dict[type, list[tuple[object, ...]]] = field(
        default_factory=lambda: {event: [] for event in EVENTS}
    )

    def add(self, cell: str, event: tuple[object, ...]) -> None:
        self.rows[type(event)].append((*event, cell))

    def tables(self) -> Tables:
        tables = {}
        for event, rows in self.rows.items():
            published = event_schema(event)
            schema = pa.schema(
                [*published, pa.field("cell", pa.dictionary(pa.int32(), pa.string()))],
                metadata=published.metadata,
            )
            columns = list(zip(*rows, strict=True)) or [()] * len(schema)
            arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
            tables[topic(event)] = pa.Table.from_arrays(arrays, schema=schema)
        return tables


def make_tables(
    log: EventRows,
    *,
    parcels: Sequence[tuple[object, ...]],
    conditions: Sequence[tuple[object, ...]] = (),
    readings: Sequence[tuple[object, ...]] = (),
) -> Tables:
    """Tables of one arm and replication from rows given by hand, fields in schema order."""
    tables = log.tables()
    for table, rows, schema in (
        ("parcels", parcels, TRUTH_PARCELS),
        ("conditions", conditions, TRUTH_CONDITIONS),
        ("readings", readings, READINGS),
    ):
        tables[table] = pa.Table.from_pylist(
            # rows written by hand may leave out what nobody has to know, at the end
            [dict(zip(schema.names, row, strict=False)) for row in rows],
            schema=schema,
        )
    return tables


def make_replication(
    seed: int,
    replication: int,
    *,
    reader: Reader = Reader(),
    parcels: int = 60,
    surge: int = 5,
    lanes: int = 2,
    duration_s: float = 5400.0,
    share: float = 0.3,
) -> Tables:
    """Draw the tables of one arm and replication; `share` is that of every degradation kind."""
    rng = np.random.default_rng([seed, replication])
    truth, conditions, readings, log = [], [], [], EventRows()
    for number in range(parcels + surge):
        name, base = f"P{replication:03d}-{number:06d}", number < parcels
        lane, chute = number % lanes, int(rng.integers(8))
        tracking_id, sort_code = f"{number:012d}", f"C{number:05d}"
        row = (name, lane, "base" if base else "surge", tracking_id, sort_code, chute)
        truth.append((*row, "on_time", "kraft", 300.0, 200.0, 100.0, 900.0, True, "S01"))
        hits = [KINDS[name] for name in HITS if rng.random() < share]
        severities = {k.name: int(rng.integers(1, 6)) for k in hits}
        conditions += [(name, 1, k.name, severities[k.name], k.scope.value) for k in hits]
        luck, sure, late = rng.random(3)
        answers = {}
        for degraded in (False, True):
            steps = sum(severities.values()) if degraded else 0
            right = luck < reader.right - reader.loss * steps
            accept = sure < (reader.sure if right else reader.sure / 2)
            decision = "accept" if accept else ("review" if sure < 0.97 else "no_read")
            code = sort_code if right else "WRONG1"
            answers[degraded] = (right, decision, code)
            readable = steps <= 6
            answer = (None, code, 0.9 if right else 0.4, decision, readable, "[]")
            readings.append((name, 1, degraded, "model", *answer))
        arrived = float(rng.random() * 0.9 * duration_s)
        for cell, soiled, loaded in CELLS:
            if base or loaded:
                _pass_through(
                    log,
                    cell,
                    (arrived, name, lane),
                    answers[soiled],
                    chute,
                    wait=float(rng.exponential(20.0 if loaded else 2.0)),
                    late=loaded and late < reader.late,
                )
    return make_tables(log, parcels=truth, conditions=conditions, readings=readings)


def _pass_through(
    log: EventRows,
    cell: str,
    arrival: tuple[float, str, int],
    answer: tuple[bool, str, str],
    chute: int,
    *,
    wait: float,
    late: bool,
) -> None:
    arrived, name, lane = arrival
    right, decision, code = answer
    at = arrived + wait
    log.add(cell, ParcelArrived(arrived, name, lane))
    log.add(cell, ParcelInducted(at, name, lane, wait, 0.0))
    log.add(cell, ParcelCaptured(at + 2.5, name, lane, 1))
    lookup = "code" if decision == "accept" else decision
    log.add(cell, ParcelRead(at + 3, name, lane, 1, decision, None, code, 0.9, lookup, "model"))
    lap = 1
    if late:
        log.add(cell, DeadlineMissed(at + 9, name, lane, 1, 0.4, "reader"))
        log.add(cell, ParcelRecirculated(at + 20, name, lane, 1, "deadline_missed"))
        at, lap = at + 30, 2
    if decision == "accept":
        out = chute if right else (chute + 1) % 8
        log.add(cell, ParcelDiverted(at + 8, name, lane, lap, out, "reader"))
    elif decision == "review":
        log.add(cell, ReviewRequested(at + 3, name, lane, lap))
        log.add(cell, ReviewQueued(at + 3, name, lane, lap, 0))
        log.add(cell, ReviewStarted(at + 4, name, lane, lap, 0, 1.0))
        log.add(cell, ReviewAnswered(at + 8, name, lane, lap, 0, 4.0, code))
        log.add(cell, ParcelDiverted(at + 9, name, lane, lap, chute, "operator"))
    else:
        log.add(cell, ParcelRecirculated(at + 20, name, lane, lap, "no_read"))
        log.add(cell, ParcelExcepted(at + 50, name, lane, lap + 1, "max_laps"))


def make_run(
    scenario: Scenario,
    *,
    seed: int = 1,
    readers: Mapping[str, Reader] | None = None,
    parcels: int = 60,
    surge: int = 5,
    share: float = 0.3,
) -> Run:
    """Draw every arm and replication of `scenario`; arms share their draws."""
    return {
        (arm.name, replication): make_replication(
            seed,
            replication,
            reader=(readers or {}).get(arm.name, Reader()),
            parcels=parcels,
            surge=surge,
            lanes=scenario.sorting.lanes,
            duration_s=scenario.sorting.arrivals.duration_s,
            share=share,
        )
        for arm in scenario.arms
        for replication in range(scenario.replications)
    }


def write_run(folder: Path, scenario: Scenario, run: Run) -> Path:
    """Lay `run` out as a run folder and return it."""
    for (arm, replication), tables in run.items():
        events = folder / "events" / f"arm={arm}" / f"rep={replication:04d}"
        truth = folder / "truth" / f"rep={replication:04d}"
        events.mkdir(parents=True)
        truth.mkdir(parents=True, exist_ok=True)
        for name, table in tables.items():
            home = truth if name in ("parcels", "conditions") else events
            pq.write_table(table, home / f"{name}.parquet")
    manifest = {"schema_version": 1, "scenario": scenario.model_dump(mode="json")}
    (folder / "manifest.json").write_text(json.dumps(manifest, sort_keys=True), encoding="utf-8")
    return folder
