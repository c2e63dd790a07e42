"""Parcels and cameras for tests of frames."""

import hashlib

import numpy as np
from stdnum.iso7064 import mod_11_10

from scenarios.degradations import KINDS
from scenarios.model import Camera
from sim.degradations.mix import Condition
from sim.sorting.parcel import MATERIALS, Parcel
from sim.sorting.symbols import SYMBOLS

FIELD_CAMERA = Camera(
    pixels_per_m=3200.0,
    sensor_width_px=1600,
    sensor_height_px=1280,
    overview_width_px=320,
    exposure_ms=0.06,
    full_well_electrons=10_000.0,
    read_noise_electrons=10.0,
)
SMALL_CAMERA = FIELD_CAMERA.model_copy(
    update={
        "pixels_per_m": 900.0,
        "sensor_width_px": 500,
        "sensor_height_px": 430,
        "overview_width_px": 100,
    }
)


def parcel(number: int, material: str | None = None) -> Parcel:
    rng = np.random.default_rng([11, number])
    body = "".join(str(digit) for digit in rng.integers(0, 10, size=11))
    kind = material or MATERIALS[number % len(MATERIALS)]
    return Parcel(
        parcel_id=f"P000-{number:06d}",
        number=number,
        lane=0,
        surge=False,
        tracking_id=body + mod_11_10.calc_check_digit(body),
        sort_code="".join(SYMBOLS[i] for i in rng.integers(0, 32, size=6)),
        chute=3,
        manifest="on_time",
        manifest_delay_s=0.0,
        material=kind,
        length_mm=float(rng.uniform(200.0, 420.0)),
        width_mm=float(rng.uniform(160.0, 300.0)),
        height_mm=float(rng.uniform(12.0, 70.0) if kind.endswith("bag") else rng.uniform(40, 280)),
        weight_g=float(rng.uniform(100.0, 9000.0)),
    )


def condition(kind: str, severity: int) -> Condition:
    return Condition(kind, severity, KINDS[kind].scope)


def digest(picture: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(picture).tobytes()).hexdigest()
