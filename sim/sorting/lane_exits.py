"""The ways off a belt: diverters that may fail, chutes that may be full, the exception station."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from scenarios.events import ParcelDiverted, ParcelExcepted
from scenarios.floor_events import ChuteEmptied, ChuteFilled, ParcelSlipped
from sim.clock import Appointment
from sim.sorting.conveyor import Conveyor
from sim.sorting.machine_faults import MachineFaults
from sim.sorting.parcel import Parcel
from sim.sorting.transit import Transit

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["HINDRANCES", "LaneExits"]

HINDRANCES = frozenset({"diverter_down", "lost_track", "chute_full"})
"""Reasons to pass a diverter that lie in the machine, whatever was read."""

_NOWHERE = -1


class LaneExits:
    """Takes parcels whose destination is known off the belt, if the machine can.

    A diverter that is down or a chute that is full sends a parcel round again; one that slips
    drops into the next chute or is lost to the control, which reads it anew on its next lap.  What
    rides with a parcel goes wherever it goes.

    Parameters
    ----------
    number : int
        Of the lane.
    conveyor : Conveyor
    clock_s : callable
        From running time of the belt to the clock (`sim.sorting.belt_clock.StoppingBelt`).
    exception : int
        The destination that stands for the exception station.
    faults : MachineFaults or None
    chutes_fill : bool
        Whether chutes say when they are full.

    Attributes
    ----------
    certain : bool
        Whether a parcel that is known in time gets where it is sent, whatever happens.
    left : int
        Parcels that have left the belt, or are certain to.
    last_s : float
        When the last of those leaves.
    """

    def __init__(
        self,
        number: int,
        conveyor: Conveyor,
        clock_s: Callable[[float], float],
        exception: int,
        faults: MachineFaults | None,
        chutes_fill: bool,
    ) -> None:
        self._number = number
        self._conveyor = conveyor
        self._clock_s = clock_s
        self._exception = exception
        self._faults = faults
        self._chutes_fill = chutes_fill
        self._full: set[int] = set()
        self.certain = not chutes_fill and (faults is None or not faults.hinder_diverting)
        self.left = 0
        self.last_s = 0.0

    def start(
        self,
        world: "World",
        look_out: Callable[[Transit], None],
        seen_off: Callable[[Transit], None],
    ) -> None:
        """Listen to the chutes.

        Parameters
        ----------
        world : World
        look_out : callable
            Told of a parcel that stays on the belt to the end of its lap.
        seen_off : callable
            Told of one whose time at its diverter has come, whether it left there or not.
        """
        self._world = world
        self._announce = world.announce
        self._look_out = look_out
        self._seen_off = seen_off
        if self._chutes_fill:
            world.bus.subscribe(ChuteFilled, self._on_filled)
            world.bus.subscribe(ChuteEmptied, self._on_emptied)

    def divert(self, transit: Transit) -> None:
        """Send a parcel that is still before its diverter off the belt, if the machine can."""
        chute, lap = transit.chute, transit.lap
        assert chute is not None
        camera_at = self._conveyor.camera_at(transit.front_s, lap)
        passage_s = self._clock_s(camera_at + self._conveyor.passage_s[chute])
        if self._faults is not None and chute != self._exception:
            if self._faults.diverter_down(self._number, chute, passage_s):
                self._pass_by(transit, "diverter_down")
                return
            slip = self._faults.slip(transit.parcel.number, lap)
            if slip is not None:
                lands = chute + 1
                if slip == "lost" or lands == self._exception:
                    self._announce_slip(transit, passage_s, _NOWHERE)
                    transit.chute, transit.known_lap = None, lap + 1
                    self._pass_by(transit, "lost_track")
                    return
                self._announce_slip(transit, passage_s, lands)
                chute = lands
                passage_s = self._clock_s(camera_at + self._conveyor.passage_s[chute])
        if self._chutes_fill and chute != self._exception:
            self._world.env.call_at(passage_s, self._on_diverter, (transit, chute))
        else:
            self._leave_open(transit, passage_s, chute)

    def leave(
        self, parcel: Parcel, at_s: float, lap: int, chute: int, by: str, lookup: str
    ) -> None:
        """Let a parcel leave into a chute or to the exception station, at a certain time."""
        if chute == self._exception:
            self._except(parcel, at_s, lap, lookup)
            return
        self._gone(at_s)
        event = ParcelDiverted(at_s, parcel.parcel_id, self._number, lap, chute, by)
        if self._chutes_fill:  # the chute must know before anything else happens
            self._world.bus.publish(event)
        else:
            self._announce(event)

    def give_up(self, transit: Transit, at_s: float, why: str) -> None:
        """Send a parcel whose laps are used up, and what rides on it, to the exception station."""
        self._except(transit.parcel, at_s, transit.lap, why)
        if transit.rider is not None:
            self._except(transit.rider, at_s, transit.lap, "double")
        transit.left = True

    def _on_filled(self, event: ChuteFilled) -> None:
        if event.lane == self._number:
            self._full.add(event.chute)

    def _on_emptied(self, event: ChuteEmptied) -> None:
        if event.lane == self._number:
            self._full.discard(event.chute)

    def _announce_slip(self, transit: Transit, at_s: float, chute: int) -> None:
        for parcel in (transit.parcel, transit.rider):
            if parcel is not None:
                self._announce(
                    ParcelSlipped(at_s, parcel.parcel_id, self._number, transit.lap, chute)
                )

    def _pass_by(self, transit: Transit, reason: str) -> None:
        transit.reason = reason
        self._look_out(transit)

    def _on_diverter(self, appointment: Appointment) -> None:
        transit, chute = appointment.item
        if chute in self._full:
            self._pass_by(transit, "chute_full")
        else:
            self._leave_open(transit, appointment.at_s, chute)
        self._seen_off(transit)

    def _leave_open(self, transit: Transit, at_s: float, chute: int) -> None:
        transit.left = True
        lap = transit.lap
        self.leave(transit.parcel, at_s, lap, chute, transit.decided_by, transit.lookup)
        if transit.rider is not None:
            self.leave(transit.rider, at_s, lap, chute, "double", "double")

    def _except(self, parcel: Parcel, at_s: float, lap: int, reason: str) -> None:
        self._gone(at_s)
        self._announce(ParcelExcepted(at_s, parcel.parcel_id, self._number, lap, reason))

    def _gone(self, at_s: float) -> None:
        self.left += 1
        self.last_s = max(self.last_s, at_s)
