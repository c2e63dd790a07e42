"""One pass of one parcel through the tunnel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

import psutil

from scenarios.camera_model import VIEWS
from scenarios.model import Camera
from sim.degradations.exposure import Exposure
from sim.degradations.mains_flicker import brightness
from sim.degradations.mix import Condition
from sim.frames.article import LabelArticle, visible_glyph_share
from sim.frames.backdrop import Backdrop
from sim.frames.lying import Lying
from sim.frames.pose import AS_IT_SHOULD, draw_pose
from sim.frames.scene import MovingScene, Scene, StagedParcel
from sim.frames.sensor import NOISE_PX, Sensor
from sim.frames.side_staging import SideStage, conditions_at
from sim.frames.staging import damaged_label, hidden_from_above, lying_of, stage
from sim.frames.tunnel import STATIONS
from sim.frames.view import SensorView
from sim.identifiers import opaque
from sim.sorting.parcel import STANDARD_LABEL, Parcel
from sim.streams import Streams
from systems.contracts.vision import Capture

__all__ = ["MAX_LABEL_ANGLE_DEG", "MIN_VISIBLE_GLYPHS", "ONE_CAMERA", "capture", "is_readable"]

ONE_CAMERA = VIEWS[:1]
"""The camera over the belt alone."""
MIN_VISIBLE_GLYPHS = 0.70
MAX_LABEL_ANGLE_DEG = 75.0
SENSORS = 40 if psutil.virtual_memory().total >= 12 * 2**30 else 8
"""Sensors kept, of some 50 MB each: where memory allows more than a block has parcels, for systems
that take it stage by stage.  What is forgotten is painted again, pixel by pixel the same."""


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
        One view a camera, called after it and nothing else.  Its id is a hash that also covers the
        conditions, the rest and the cameras: it carries no text of the label, and differs between
        the lab and production where something degrades the parcel.
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
    if camera.renderer != "layers":
        names.append(f"renderer:{camera.renderer}")
    if camera.views != ONE_CAMERA:
        names.append(f"views:{' '.join(camera.views)}")
    views = tuple(
        SensorView(
            name=name,
            sensor_scale=camera.sensor_width_px / camera.overview_width_px,
            sensor_size=(camera.sensor_width_px, camera.sensor_height_px),
            sensor=partial(_sensor, held, name),
        )
        for name in camera.views
    )
    return Capture(
        capture_id=opaque(
            "capture", streams.seed, streams.replication, parcel.parcel_id, lap, *names
        ),
        views=views,
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
    """Whether at least one camera can read the label as far as geometry goes.

    At least 70 % of the ink of the sort code and the printed tracking id shows in its view (not
    torn away, not under tape, ink or another parcel, not on a face turned away, not saturated by
    glare), and the label's normal is within 75 degrees of the ray to the camera.  Blur, noise and
    missing light do not count: they are what readers differ in.

    Parameters
    ----------
    parcel : Parcel
    lap : int
    conditions : sequence of Condition
    camera : Camera
    streams : Streams
    rest : Lying
    """

    @cache
    def label() -> LabelArticle:
        return damaged_label(parcel, lap, conditions, streams, px_per_mm=4.0)

    for number, name in enumerate(camera.views):
        if name == "top":
            if _is_readable_from_above(parcel, lap, conditions, camera, streams, rest, label):
                return True
            continue
        station = STATIONS[name]
        own = conditions_at(conditions, station, first=number == 0)
        before = SideStage(parcel, lap, own, station, camera, streams, rest)
        near = any(seen.angle_deg <= MAX_LABEL_ANGLE_DEG for seen in before.prospect.pieces)
        if near and before.visible_share(label(), MAX_LABEL_ANGLE_DEG) >= MIN_VISIBLE_GLYPHS:
            return True
    return False


def _is_readable_from_above(
    parcel: Parcel,
    lap: int,
    conditions: Sequence[Condition],
    camera: Camera,
    streams: Streams,
    rest: Lying,
    label: Callable[[], LabelArticle],
) -> bool:
    lying = lying_of(parcel, lap, conditions, streams, rest)
    if draw_pose(parcel, lap, camera, streams, lying=lying).angle_deg > MAX_LABEL_ANGLE_DEG:
        return False
    if not conditions and rest == AS_IT_SHOULD:
        return True
    hidden = hidden_from_above(label(), parcel, lap, conditions, camera, streams, lying)
    return visible_glyph_share(label(), hidden) >= MIN_VISIBLE_GLYPHS


@lru_cache(maxsize=SENSORS)
def _sensor(held: _Pass, name: str = "top") -> Sensor:
    """One camera's sensor; painted again when it was forgotten, pixel by pixel the same."""
    streams = Streams(held.seed, held.replication)
    staged, exposure, backdrop = _laid(held, name, streams)
    of_its_own = () if name == "top" else (name,)
    rng = streams.generator("frames", "exposure", held.parcel.parcel_id, held.lap, *of_its_own)
    belt_x, belt_y, noise_x, noise_y = (int(value) for value in rng.integers(0, NOISE_PX, size=4))
    light = 1.0
    if held.camera.strobe:
        exposure = replace(exposure, lost_stops=0.0)
    elif exposure.flicker > 0.0:
        light = brightness(exposure.flicker, exposure.exposure_ms, rng.random())
    laid: dict[str, Any] = {
        "parcels": (staged,),
        "camera": held.camera,
        "belt_speed_mps": held.belt_speed_mps * STATIONS[name].motion,
        "exposure_ms": exposure.exposure_ms,
        "belt_offset": (belt_x, belt_y),
        "defocus_mm": exposure.defocus_mm,
    }
    scene: MovingScene
    if held.camera.renderer == "pybullet":
        from sim.frames.raster_scene import RasterScene

        scene = RasterScene(**laid)
    else:
        scene = Scene(**laid, backdrop=backdrop)
    return Sensor(scene, held.camera, (noise_x, noise_y), exposure, light)


def _laid(
    held: _Pass, name: str, streams: Streams
) -> tuple[StagedParcel, Exposure, Backdrop | None]:
    """The parcel, the light and what is behind it, for one camera."""
    camera, rest = held.camera, held.rest
    if name == "top":
        return *stage(held.parcel, held.lap, held.conditions, camera, streams, rest=rest), None
    station = STATIONS[name]
    own = conditions_at(held.conditions, station, first=camera.views[0] == name)
    before = SideStage(held.parcel, held.lap, own, station, camera, streams, rest)
    backdrop = Backdrop(station, camera, float(before.body.centre[2]))
    return before.staged(), before.exposure, backdrop
