"""A parcel laid out in front of the cameras of a tunnel that do not hang over the belt."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from scenarios.degradations import Scope
from scenarios.model import Camera
from sim.degradations.exposure import Exposure
from sim.degradations.mix import Condition
from sim.frames.article import LabelArticle, label_grid_mm, visible_glyph_share
from sim.frames.body import LABELLED, UNDERSIDE, Body, Face, body_of
from sim.frames.lying import Lying, beyond_line
from sim.frames.parcel_art import ParcelArt, parcel_art
from sim.frames.pose import draw_pose
from sim.frames.prospect import Prospect, prospect
from sim.frames.scene import LabelPart, StagedParcel
from sim.frames.staging import damaged_label, dressed, exposure_of, label_density, lying_of, veiled
from sim.frames.tunnel import Station
from sim.sorting.parcel import Parcel
from sim.streams import Streams

__all__ = ["SideStage", "conditions_at"]


def conditions_at(
    conditions: Sequence[Condition], station: Station, first: bool
) -> tuple[Condition, ...]:
    """Conditions of a pass that hold for one camera.

    A dirty window or a failing sensor is that of one camera, the first of the tunnel; shadows of
    the hall reach none that looks up from under the belt.

    Parameters
    ----------
    conditions : sequence of Condition
    station : Station
    first : bool
        Whether no camera of the tunnel comes before it in `scenarios.camera_model.VIEWS`.
    """
    return tuple(
        condition
        for condition in conditions
        if (first or condition.scope is not Scope.CAMERA_HOUR)
        and (station.lit_by_hall or condition.kind != "shadow")
    )


class SideStage:
    """One pass of one parcel before one camera.

    Parameters
    ----------
    parcel : Parcel
        With the size that it has as it lies.
    lap : int
    conditions : sequence of Condition
        Those of this camera.
    station : Station
    camera : Camera
    streams : Streams
    rest : Lying
    """

    def __init__(
        self,
        parcel: Parcel,
        lap: int,
        conditions: Sequence[Condition],
        station: Station,
        camera: Camera,
        streams: Streams,
        rest: Lying,
    ) -> None:
        self._parcel, self._lap, self._conditions = parcel, lap, conditions
        self._station, self._camera, self._streams = station, camera, streams
        self._lying = lying_of(parcel, lap, conditions, streams, rest)
        pose = draw_pose(parcel, lap, camera, streams, lying=self._lying)
        self.body: Body = body_of(parcel, pose, self._lying, streams)
        self.prospect: Prospect = prospect(self.body, station, camera)

    @property
    def exposure(self) -> Exposure:
        """How this camera's picture is exposed."""
        nominal = Exposure(self._camera.exposure_ms)
        return exposure_of(
            self._parcel, self._lap, self._conditions, nominal, self._streams, self._station.name
        )

    @property
    def label(self) -> LabelArticle:
        """The label with its damage, as it would be seen from above it."""
        density = label_density(self._camera)
        return damaged_label(self._parcel, self._lap, self._conditions, self._streams, density)

    def staged(self) -> StagedParcel:
        """The parcel as the camera has it, in the camera's axes."""
        pieces, exposure = self.prospect.pieces, self.exposure
        return StagedParcel(
            pose=self.prospect.pose,
            art=_art(self.body, self.prospect.front, self._streams),
            label=self.label if pieces else None,
            veil=exposure.veil if pieces else None,
            shade=exposure.shade if pieces else None,
            overlap=(
                dressed(self._lying.cover, self._parcel, self._lap, self._streams)
                if self._lying.cover is not None and self._covered()
                else None
            ),
            parts=tuple(
                LabelPart(seen.plane, None if seen.piece.face == self.prospect.front else seen.face)
                for seen in pieces
            ),
        )

    def _covered(self) -> bool:
        """Whether what lies on top of the parcel lies on a label that the camera has."""
        pieces = self.prospect.pieces
        return self.body.label_up and bool(pieces) and pieces[0].piece.face == LABELLED

    def visible_share(self, label: LabelArticle, within_deg: float) -> float:
        """Share of the glyphs that geometry lets this camera have, in [0, 1].

        Parameters
        ----------
        label : LabelArticle
            With its damage, at any density.
        within_deg : float
            Pieces seen at a greater angle do not count.
        """
        x, y = label_grid_mm(label)
        shown = np.zeros(label.hidden.shape, np.bool_)
        for seen in self.prospect.pieces:
            if seen.angle_deg <= within_deg:
                here = seen.piece.within(x, y, self.body.size)
                cover = self._lying.cover
                if cover is not None and self.body.label_up and seen.piece.face == LABELLED:
                    here &= ~beyond_line(x, y, cover.angle, cover.share)
                shown |= here
        veil = self.exposure.veil
        return visible_glyph_share(label, ~shown if veil is None else ~shown | veiled(label, veil))


def _art(body: Body, front: Face, streams: Streams) -> ParcelArt:
    """What a face looks like: the labelled one as ever, others plain, tape beneath as on top."""
    if front == LABELLED:
        return parcel_art(body.parcel, streams)
    _, wide, high = body.face_plane(front)
    shown = replace(body.parcel, length_mm=wide, width_mm=high)
    art = parcel_art(shown, streams, f"face {front.axis} {front.sign}")
    return art if front == UNDERSIDE else replace(art, tape=None)
