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
        Least time between two fronts at any point, for parcels that take up one pitch.
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
        self._clear_s = float("-inf")
        self._returning: deque[tuple[float, float]] = deque()

    def camera_at(self, first_s: float, lap: int) -> float:
        """When a parcel that first passed the camera at `first_s` does so on `lap`."""
        return first_s + (lap - 1) * self.loop_s

    def free_from(self, at_s: float, headway_s: float | None = None) -> float:
        """Earliest time from `at_s` on when a parcel may be placed, as far as is known now.

        The parcel ahead must be clear, and the next one to return must not run into this one:
        returning parcels have the right of way.

        Parameters
        ----------
        at_s : float
        headway_s : float, optional
            Time until this parcel is clear; by default that of one pitch.
        """
        headway = self.headway_s if headway_s is None else headway_s
        earliest = max(at_s, self._clear_s)
        for front, clear in self._returning:
            if front >= earliest + headway:
                break
            earliest = max(earliest, clear)
        return earliest

    def place(self, at_s: float, headway_s: float | None = None) -> None:
        """Note that a front passes the induction point at `at_s`, freshly placed."""
        while self._returning and self._returning[0][0] <= at_s:
            self._clear_s = max(self._clear_s, self._returning.popleft()[1])
        headway = self.headway_s if headway_s is None else headway_s
        self._clear_s = max(self._clear_s, at_s + headway)

    def keep_free(self, front_s: float, headway_s: float | None = None) -> None:
        """Note that a recirculating parcel's front will pass the induction point at `front_s`.

        Parcels pass the last diverter in the order of their fronts, so calls come in that order.
        """
        headway = self.headway_s if headway_s is None else headway_s
        self._returning.append((front_s, front_s + headway))
