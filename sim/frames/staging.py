"""What befalls a parcel on a pass, laid out in front of the camera over the belt."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.degradations import KINDS
from scenarios.model import Camera
from sim.degradations.exposure import Exposure
from sim.degradations.glare import saturated
from sim.degradations.mix import Condition, scope_instance
from sim.degradations.registry import degrade_exposure, degrade_label, degrade_lying
from sim.frames.article import LabelArticle, label_article, label_grid_mm
from sim.frames.label import LabelText
from sim.frames.label_templates import DOTS_PER_MM
from sim.frames.lying import Cover, Lying, beyond_line
from sim.frames.overlap_layers import Overlap
from sim.frames.parcel_art import parcel_art
from sim.frames.pose import AS_IT_SHOULD, draw_pose, edge_direction
from sim.frames.printing import print_label
from sim.frames.scene import StagedParcel
from sim.frames.veil import VEIL_PX_PER_MM, Veil
from sim.sorting.parcel import MATERIALS, Parcel
from sim.streams import Streams

__all__ = [
    "damaged_label",
    "dressed",
    "exposure_of",
    "hidden_from_above",
    "label_density",
    "lying_of",
    "out_of_sight",
    "stage",
    "veiled",
]


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
    lying = lying_of(parcel, lap, conditions, streams, rest)
    pose = draw_pose(parcel, lap, camera, streams, centre_mm, lying)
    label = damaged_label(parcel, lap, conditions, streams, label_density(camera))
    exposure = exposure_of(parcel, lap, conditions, Exposure(camera.exposure_ms), streams)
    art = parcel_art(parcel, streams)
    staged = StagedParcel(
        pose=pose,
        art=art,
        label=label,
        veil=exposure.veil,
        shade=exposure.shade,
        overlap=None if lying.cover is None else dressed(lying.cover, parcel, lap, streams),
    )
    return staged, exposure


def label_density(camera: Camera) -> float:
    """Pixels for a mm of a label's article: enough for the camera."""
    return 4.0 if camera.pixels_per_m <= 4000.0 else float(DOTS_PER_MM)


def _ordered(conditions: Sequence[Condition]) -> list[Condition]:
    """In the order of KINDS: tape over a tear, whatever the order of the scenario."""
    order = list(KINDS)
    return sorted(conditions, key=lambda condition: order.index(condition.kind))


def _rng(
    condition: Condition, parcel: Parcel, lap: int, streams: Streams, camera: str = "top"
) -> np.random.Generator:
    instance = scope_instance(condition.scope, parcel.parcel_id, lap, condition.instance)
    if camera != "top":
        instance = (*instance, camera)
    return streams.generator("degradation", condition.kind, "apply", *instance)


def damaged_label(
    parcel: Parcel, lap: int, conditions: Sequence[Condition], streams: Streams, px_per_mm: float
) -> LabelArticle:
    """Print the label and do to it what the conditions say; it is the same for every camera."""
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


def exposure_of(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    nominal: Exposure,
    streams: Streams,
    camera: str = "top",
) -> Exposure:
    """What the conditions make of a nominal exposure; each camera of a tunnel has its own draws."""
    exposure = nominal
    for condition in _ordered(conditions):
        rng = _rng(condition, parcel, lap, streams, camera)
        exposure = degrade_exposure(exposure, condition.kind, condition.severity, rng)
    return exposure


def lying_of(
    parcel: Parcel, lap: int, conditions: Sequence[Condition], streams: Streams, rest: Lying
) -> Lying:
    """How the parcel lies once the conditions have been at it."""
    lying = rest
    for condition in _ordered(conditions):
        rng = _rng(condition, parcel, lap, streams)
        lying = degrade_lying(lying, condition.kind, condition.severity, rng)
    return lying


def dressed(cover: Cover, parcel: Parcel, lap: int, streams: Streams) -> Overlap:
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


def out_of_sight(
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


def hidden_from_above(
    label: LabelArticle,
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    lying: Lying,
) -> NDArray[np.bool_] | None:
    """Part of the label that edge, neighbour or glare keep from the camera over the belt."""
    exposure = exposure_of(parcel, lap, conditions, Exposure(camera.exposure_ms), streams)
    hidden = out_of_sight(label, parcel, lying, streams)
    if exposure.veil is None:
        return hidden
    light = veiled(label, exposure.veil)
    return light if hidden is None else hidden | light


def veiled(label: LabelArticle, veil: Veil) -> NDArray[np.bool_]:
    """Saturated part of the veil on the label's canvas."""
    x, y = label_grid_mm(label)
    full = saturated(veil)
    columns = ((x[0] + veil.margin_mm) * VEIL_PX_PER_MM).astype(np.int64)
    rows = ((y[:, 0] + veil.margin_mm) * VEIL_PX_PER_MM).astype(np.int64)
    return np.asarray(full[np.ix_(rows, columns)])
