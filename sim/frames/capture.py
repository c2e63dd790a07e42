"""One pass of one parcel under the camera."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from scenarios.model import Camera
from sim.degradations.exposure import Exposure
from sim.degradations.glare import saturated
from sim.degradations.mains_flicker import brightness
from sim.degradations.mix import Condition, scope_instance
from sim.degradations.registry import degrade_exposure, degrade_label, degrade_lying
from sim.frames.article import LabelArticle, label_article, label_grid_mm, visible_glyph_share
from sim.frames.label import LabelText
from sim.frames.lying import Cover, Lying, beyond_line
from sim.frames.overlap_layers import Overlap
from sim.frames.parcel_art import parcel_art
from sim.frames.pose import AS_IT_SHOULD, draw_pose, edge_direction
from sim.frames.printing import DOTS_PER_MM, print_label
from sim.frames.scene import Scene, StagedParcel
from sim.frames.sensor import NOISE_PX, Sensor
from sim.frames.veil import VEIL_PX_PER_MM, Veil
from sim.frames.view import SensorView
from sim.identifiers import opaque
from sim.sorting.parcel import MATERIALS, STANDARD_LABEL, Parcel
from sim.streams import Streams
from systems.contracts.vision import Capture

__all__ = ["MAX_LABEL_ANGLE_DEG", "MIN_VISIBLE_GLYPHS", "capture", "is_readable", "stage"]

MIN_VISIBLE_GLYPHS = 0.70
MAX_LABEL_ANGLE_DEG = 75.0


@dataclass(frozen=True, slots=True)
class _Pass:
    """All that a picture follows from."""

    parcel: Parcel
    lap: int
    conditions: tuple[Condition, ...]
    camera: Camera
    belt_speed_mps: float
    seed: int
    replication: int
    rest: Lying


def capture(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    belt_speed_mps: float,
    streams: Streams,
    rest: Lying = AS_IT_SHOULD,
) -> Capture:
    """What the tunnel gives a system of one parcel on one pass.

    The capture is light: its pictures are painted when they are looked at, from the same draws
    whichever process looks.

    Parameters
    ----------
    parcel : Parcel
    lap : int
        1 is the first pass.
    conditions : sequence of Condition
        Empty in the lab.
    camera : Camera
    belt_speed_mps : float
    streams : Streams
    rest : Lying
        How it came to rest before any condition, where physics says so; the parcel then has the
        size that it has as it lies.

    Returns
    -------
    systems.contracts.vision.Capture
        Its id is a hash that also covers the conditions and the rest: it carries no text of the
        label, and differs between the lab and production where something degrades the parcel.
    """
    held = _Pass(
        parcel,
        lap,
        tuple(sorted(conditions, key=lambda condition: condition.kind)),
        camera,
        belt_speed_mps,
        streams.seed,
        streams.replication,
        rest,
    )
    names = [
        f"{condition.kind}:{condition.severity}"
        + (f":{condition.instance}" * bool(condition.instance))
        for condition in held.conditions
    ]
    if rest != AS_IT_SHOULD:
        names.append(f"rest:{rest}")
    if parcel.label != STANDARD_LABEL:
        names.append(f"label:{parcel.label.template}:{parcel.label.font}")
    view = SensorView(
        name="top",
        sensor_scale=camera.sensor_width_px / camera.overview_width_px,
        sensor_size=(camera.sensor_width_px, camera.sensor_height_px),
        sensor=lambda: _sensor(held),
    )
    return Capture(
        capture_id=opaque(
            "capture", streams.seed, streams.replication, parcel.parcel_id, lap, *names
        ),
        views=(view,),
        dimensions_mm=(parcel.length_mm, parcel.width_mm, parcel.height_mm),
        weight_g=parcel.weight_g,
    )


def is_readable(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    rest: Lying = AS_IT_SHOULD,
) -> bool:
    """Whether the label can be read as far as geometry goes.

    At least 70 % of the ink of the sort code and the printed tracking id shows (not torn away,
    not under tape, ink or another parcel, not over an edge, not saturated by glare), and the
    label's normal is within 75 degrees of the ray to the camera.  Blur, noise and missing light
    do not count: they are what readers differ in.

    Parameters
    ----------
    parcel : Parcel
    lap : int
    conditions : sequence of Condition
    camera : Camera
    streams : Streams
    rest : Lying
    """
    lying = _lying(parcel, lap, conditions, streams, rest)
    if draw_pose(parcel, lap, camera, streams, lying=lying).angle_deg > MAX_LABEL_ANGLE_DEG:
        return False
    if not conditions and rest == AS_IT_SHOULD:
        return True
    label = _damaged_label(parcel, lap, conditions, streams, px_per_mm=4.0)
    exposure = _exposure(parcel, lap, conditions, Exposure(camera.exposure_ms), streams)
    hidden = _out_of_sight(label, parcel, lying, streams)
    if exposure.veil is not None:
        veiled = _veiled(label, exposure.veil)
        hidden = veiled if hidden is None else hidden | veiled
    return visible_glyph_share(label, hidden) >= MIN_VISIBLE_GLYPHS


def stage(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    centre_mm: tuple[float, float] | None = None,
    rest: Lying = AS_IT_SHOULD,
) -> tuple[StagedParcel, Exposure]:
    """Lay a parcel with its label, damage and light in front of the camera.

    Parameters
    ----------
    parcel, lap, conditions, camera, streams
        As for `capture`.
    centre_mm : (x, y), optional
        Where it lies, for scenes of several parcels; by default as drawn.
    rest : Lying
        As for `capture`.
    """
    lying = _lying(parcel, lap, conditions, streams, rest)
    pose = draw_pose(parcel, lap, camera, streams, centre_mm, lying)
    density = 4.0 if camera.pixels_per_m <= 4000.0 else float(DOTS_PER_MM)
    label = _damaged_label(parcel, lap, conditions, streams, density)
    exposure = _exposure(parcel, lap, conditions, Exposure(camera.exposure_ms), streams)
    art = parcel_art(parcel, streams)
    staged = StagedParcel(
        pose=pose,
        art=art,
        label=label,
        veil=exposure.veil,
        shade=exposure.shade,
        overlap=None if lying.cover is None else _overlap(lying.cover, parcel, lap, streams),
    )
    return staged, exposure


@lru_cache(maxsize=4)
def _sensor(held: _Pass) -> Sensor:
    streams = Streams(held.seed, held.replication)
    staged, exposure = stage(
        held.parcel, held.lap, held.conditions, held.camera, streams, rest=held.rest
    )
    rng = streams.generator("frames", "exposure", held.parcel.parcel_id, held.lap)
    belt_x, belt_y, noise_x, noise_y = (int(value) for value in rng.integers(0, NOISE_PX, size=4))
    light = 1.0
    if held.camera.strobe:
        exposure = replace(exposure, lost_stops=0.0)
    elif exposure.flicker > 0.0:
        light = brightness(exposure.flicker, exposure.exposure_ms, rng.random())
    scene = Scene(
        parcels=(staged,),
        camera=held.camera,
        belt_speed_mps=held.belt_speed_mps,
        exposure_ms=exposure.exposure_ms,
        belt_offset=(belt_x, belt_y),
        defocus_mm=exposure.defocus_mm,
    )
    return Sensor(scene, held.camera, (noise_x, noise_y), exposure, light)


def _ordered(conditions: Sequence[Condition]) -> list[Condition]:
    """In the order of KINDS: tape over a tear, whatever the order of the scenario."""
    order = list(KINDS)
    return sorted(conditions, key=lambda condition: order.index(condition.kind))


def _rng(condition: Condition, parcel: Parcel, lap: int, streams: Streams) -> np.random.Generator:
    instance = scope_instance(condition.scope, parcel.parcel_id, lap, condition.instance)
    return streams.generator("degradation", condition.kind, "apply", *instance)


def _damaged_label(
    parcel: Parcel, lap: int, conditions: Sequence[Condition], streams: Streams, px_per_mm: float
) -> LabelArticle:
    rng = streams.generator("frames", "label", parcel.parcel_id)
    printed = print_label(LabelText(parcel.sort_code, parcel.tracking_id), rng, parcel.label)
    white = rng.uniform(222.0, 240.0)
    paper = (
        round(white),
        round(white - rng.uniform(0.0, 3.0)),
        round(white - rng.uniform(2.0, 9.0)),
    )
    label = label_article(printed, paper, px_per_mm)
    for condition in _ordered(conditions):
        rng = _rng(condition, parcel, lap, streams)
        label = degrade_label(label, condition.kind, condition.severity, rng)
    return label


def _exposure(
    parcel: Parcel, lap: int, conditions: Sequence[Condition], nominal: Exposure, streams: Streams
) -> Exposure:
    exposure = nominal
    for condition in _ordered(conditions):
        rng = _rng(condition, parcel, lap, streams)
        exposure = degrade_exposure(exposure, condition.kind, condition.severity, rng)
    return exposure


def _lying(
    parcel: Parcel, lap: int, conditions: Sequence[Condition], streams: Streams, rest: Lying
) -> Lying:
    lying = rest
    for condition in _ordered(conditions):
        rng = _rng(condition, parcel, lap, streams)
        lying = degrade_lying(lying, condition.kind, condition.severity, rng)
    return lying


def _overlap(cover: Cover, parcel: Parcel, lap: int, streams: Streams) -> Overlap:
    """Dress the parcel on top: any body that covers the label from edge to edge."""
    rng = np.random.default_rng(cover.body)
    body = replace(
        parcel,
        parcel_id=f"{parcel.parcel_id} under lap {lap}",
        material=MATERIALS[int(rng.integers(len(MATERIALS)))],
        length_mm=float(rng.uniform(270.0, 380.0)),
        width_mm=float(rng.uniform(190.0, 280.0)),
    )
    return Overlap(cover, parcel_art(body, streams))


def _out_of_sight(
    label: LabelArticle, parcel: Parcel, lying: Lying, streams: Streams
) -> NDArray[np.bool_] | None:
    """Part of the label's canvas that lies over an edge or under another parcel."""
    x, y = label_grid_mm(label)
    hidden = None
    if lying.cover is not None:
        hidden = beyond_line(x, y, lying.cover.angle, lying.cover.share)
    if lying.over_edge > 0.0:
        over = beyond_line(x, y, edge_direction(parcel, lying, streams), lying.over_edge)
        hidden = over if hidden is None else hidden | over
    return hidden


def _veiled(label: LabelArticle, veil: Veil) -> NDArray[np.bool_]:
    """Saturated part of the veil on the label's canvas."""
    x, y = label_grid_mm(label)
    full = saturated(veil)
    columns = ((x[0] + veil.margin_mm) * VEIL_PX_PER_MM).astype(np.int64)
    rows = ((y[:, 0] + veil.margin_mm) * VEIL_PX_PER_MM).astype(np.int64)
    return np.asarray(full[np.ix_(rows, columns)])
