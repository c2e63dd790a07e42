"""The belt loop: how long its stretches take, and where its surface is free."""

from collections import deque

from scenarios.model import Lane as LaneModel

__all__ = ["Conveyor"]


class Conveyor:
    """A loop at constant speed; parcels never slip, so a front keeps its place on the belt.

    Positions along the loop: induction point, camera, diverter of chute 0, 1, ..., the exception
    station at the last diverter, and back to the induction point.

    Parameters
    ----------
    lane : scenarios.model.Lane
        Geometry and speed.  ``return_distance_m`` must be at least ``pitch_m``: then whatever
        comes back is past the last diverter, and so is known to come, in time to keep its place
        free.

    Attributes
    ----------
    headway_s : float
        Least time between two fronts at any point.
    camera_s : float
        From the induction point to the camera.
    passage_s : tuple of float
        From the camera to the diverter of each chute, and last to the exception station.
    exit_s : float
        From the camera to the end of the last diverter.
    loop_s : float
        Once round.

    Raises
    ------
    ValueError
        If ``return_distance_m`` is less than ``pitch_m``.
    """

    def __init__(self, lane: LaneModel) -> None:
        if lane.return_distance_m < lane.pitch_m:
            raise ValueError("return_distance_m must be at least pitch_m")
        speed = lane.belt_speed_mps
        diverters_m = [
            lane.diverter_distance_m + chute * lane.chute_spacing_m for chute in range(lane.chutes)
        ]
        exit_m = diverters_m[-1]
        self.headway_s = lane.pitch_m / speed
        self.camera_s = lane.camera_distance_m / speed
        self.passage_s = (*(distance / speed for distance in diverters_m), exit_m / speed)
        self.exit_s = exit_m / speed
        self.loop_s = (lane.camera_distance_m + exit_m + lane.return_distance_m) / speed
        self._last_front_s = float("-inf")
        self._returning: deque[float] = deque()

    def free_from(self, at_s: float) -> float:
        """Earliest time from `at_s` on when a parcel may be placed, as far as is known now.

        Every front within a headway before or after blocks the place: returning parcels have the
        right of way.
        """
        headway = self.headway_s
        earliest = max(at_s, self._last_front_s + headway)
        for front in self._returning:
            if front >= earliest + headway:
                break
            earliest = max(earliest, front + headway)
        return earliest

    def place(self, at_s: float) -> None:
        """Note that a front passes the induction point at `at_s`, freshly placed."""
        while self._returning and self._returning[0] <= at_s:
            self._returning.popleft()
        self._last_front_s = at_s

    def keep_free(self, front_s: float) -> None:
        """Note that a recirculating parcel's front will pass the induction point at `front_s`.

        Parcels pass the last diverter in the order of their fronts, so calls come in that order.
        """
        self._returning.append(front_s)
