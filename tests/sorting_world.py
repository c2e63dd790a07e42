"""A small sorting centre and synthetic answers for the tests of the lane."""

from typing import Any

import numpy as np

from scenarios.model import (
    Arrivals,
    Camera,
    Chutes,
    ExceptionDesk,
    Faults,
    Lane,
    LineHaul,
    Manifest,
    ReviewDesk,
    Sorting,
)
from sim.sorting.parcel import Parcel
from sim.sorting.population import Population
from sim.sorting.readings import LaneReading

__all__ = ["DictReadings", "lane", "noisy", "sorting"]


def lane(**changes: Any) -> Lane:
    fields: dict[str, Any] = {
        "belt_speed_mps": 2.0,
        "pitch_m": 1.0,
        "induction_rate_per_h": 1800.0,
        "induction_cv": 0.3,
        "camera_distance_m": 4.0,
        "diverter_distance_m": 6.0,
        "chute_spacing_m": 1.2,
        "chutes": 32,
        "return_distance_m": 20.0,
        "max_laps": 3,
    }
    return Lane(**{**fields, **changes})


def sorting(
    *,
    arrivals: dict[str, Any] | None = None,
    lanes: int = 1,
    belt: dict[str, Any] | None = None,
    manifest: dict[str, Any] | None = None,
    desk: dict[str, Any] | None = None,
    faults: dict[str, Any] | None = None,
    chutes: dict[str, Any] | None = None,
    exceptions: dict[str, Any] | None = None,
    line_haul: dict[str, Any] | None = None,
) -> Sorting:
    return Sorting(
        lanes=lanes,
        arrivals=Arrivals(**{"duration_s": 1800.0, "rate_per_h": 1000.0, **(arrivals or {})}),
        lane=lane(**(belt or {})),
        camera=Camera(
            pixels_per_m=2000.0,
            sensor_width_px=1000,
            sensor_height_px=800,
            overview_width_px=500,
            exposure_ms=0.05,
            full_well_electrons=10_000.0,
            read_noise_electrons=10.0,
        ),
        manifest=Manifest(
            **{"late_share": 0.02, "missing_share": 0.01, "late_mean_s": 600.0, **(manifest or {})}
        ),
        review_desk=ReviewDesk(
            **{
                "operators": 1,
                "images_per_h": 900.0,
                "service_cv": 0.5,
                "error_rate": 0.01,
                "queue_limit": 20,
                **(desk or {}),
            }
        ),
        faults=None if faults is None else Faults(**faults),
        chutes=None if chutes is None else Chutes(**chutes),
        exception_desk=None if exceptions is None else ExceptionDesk(**exceptions),
        line_haul=None if line_haul is None else LineHaul(**line_haul),
    )


class DictReadings:
    """A ReadingSource backed by a dictionary; counts what it is asked."""

    def __init__(self, answers: dict[tuple[int, int], LaneReading]) -> None:
        self._answers = answers
        self.asked: list[tuple[int, int]] = []

    def reading(self, parcel: Parcel, lap: int) -> LaneReading:
        self.asked.append((parcel.number, lap))
        return self._answers[parcel.number, lap]


def noisy(
    population: Population,
    *,
    review: float = 0.1,
    no_read: float = 0.1,
    misread: float = 0.05,
    latency_s: float = 0.25,
    seed: int = 1,
    laps: int = 10,
) -> DictReadings:
    """Answers of a reader of the given shares; accepted ones offer id, code or both, or slip."""
    rng = np.random.default_rng(seed)
    answers = {}
    for parcel in population.parcels:
        for lap in range(1, laps + 1):
            kind, offer = rng.random(2)
            late = float(latency_s * rng.lognormal(0.0, 0.5))
            tracking_id: str | None = parcel.tracking_id
            code: str | None = parcel.sort_code
            if kind < review:
                decision = "review"
            elif kind < review + no_read:
                decision, tracking_id, code = "no_read", None, None
            else:
                decision = "accept"
                wrong = kind < review + no_read + misread
                if wrong and offer < 0.4:
                    tracking_id, code = None, parcel.sort_code[::-1]
                elif wrong and offer < 0.7:
                    code = parcel.sort_code[::-1]
                elif wrong:
                    tracking_id = parcel.tracking_id[::-1]
                elif offer < 0.2:
                    tracking_id = None
                elif offer < 0.4:
                    code = None
            answers[parcel.number, lap] = LaneReading(
                decision, tracking_id, code, 0.9, late, "model"
            )
    return DictReadings(answers)
