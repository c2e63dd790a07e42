"""A sorting lane: from the induction queue to a chute or the exception station."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scenarios.events import (
    DeadlineMissed,
    ParcelArrived,
    ParcelCaptured,
    ParcelDiverted,
    ParcelExcepted,
    ParcelInducted,
    ParcelRead,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewRefused,
    ReviewRequested,
)
from scenarios.model import Lane as LaneModel
from sim.clock import DECISION, Appointment
from sim.sorting.control import LaneControl, Verdict
from sim.sorting.conveyor import Conveyor
from sim.sorting.induction import Induction
from sim.sorting.parcel import Parcel
from sim.sorting.readings import LaneReading, ReadingSource
from sim.sorting.sort_plan import SortPlan
from sim.sorting.transit import Transit
from sim.world import ConservationError

if TYPE_CHECKING:
    from sim.world import World

__all__ = ["SortingLane"]


class _Answer(NamedTuple):
    """A reading on its way from the camera of lap `lap` to the lane control."""

    transit: Transit
    lap: int
    reading: LaneReading
    verdict: Verdict


class SortingLane:
    """One belt loop with its induction station, camera, diverters and control.

    On every lap a parcel without a destination is captured and read.  An answer that names a
    destination before the parcel passes its diverter diverts it; one that comes later is a missed
    deadline, and is kept for the next lap.  A parcel that reaches the last diverter without
    leaving recirculates, or leaves to the exception station on lap `max_laps`.  A parcel whose
    destination is known is captured again but not read again.  A second image of a parcel is
    never sent to the review desk while one is there.  An answer may reach the control after its
    parcel has left.

    The usual parcel, read in time on its first lap, costs a single entry in the calendar: from
    its placing on the belt on, all its times are certain.

    Parameters
    ----------
    number : int
    lane : scenarios.model.Lane
    parcels : sequence of Parcel
        In order of arrival on this lane.
    arrival_s, induction_s : sequence of float
        Arrival and induction times, aligned with `parcels`.
    control : LaneControl
    plan : SortPlan
    readings : ReadingSource
    """

    def __init__(
        self,
        number: int,
        lane: LaneModel,
        parcels: Sequence[Parcel],
        arrival_s: Sequence[float],
        induction_s: Sequence[float],
        control: LaneControl,
        plan: SortPlan,
        readings: ReadingSource,
    ) -> None:
        self.name = f"lane-{number}"
        self._number = number
        self._max_laps = lane.max_laps
        self._parcels = parcels
        self._arrival_s = arrival_s
        self._induction_s = induction_s
        self._control = control
        self._plan = plan
        self._readings = readings
        self._conveyor = Conveyor(lane)
        self._open: dict[str, Transit] = {}
        self._left = 0

    def start(self, world: "World") -> None:
        """Announce the arrivals, listen to the review desk, begin to induct."""
        self._world = world
        self._announce = world.announce
        for parcel, at_s in zip(self._parcels, self._arrival_s, strict=True):
            world.announce(ParcelArrived(at_s, parcel.parcel_id, self._number))
        world.bus.subscribe(ReviewAnswered, self._on_keyed)
        world.bus.subscribe(ReviewRefused, self._on_refused)
        self._induction = Induction(
            world.env, self._conveyor, self._arrival_s, self._induction_s, self._on_placed
        )
        self._induction.start()

    def _on_placed(self, position: int, at_s: float, wait_s: float, blocked_s: float) -> None:
        parcel = self._parcels[position]
        self._announce(ParcelInducted(at_s, parcel.parcel_id, self._number, wait_s, blocked_s))
        camera_s = at_s + self._conveyor.camera_s
        self._announce(ParcelCaptured(camera_s, parcel.parcel_id, self._number, 1))
        reading = self._readings.reading(parcel, 1)
        answer_s = camera_s + reading.latency_s
        verdict = self._control.judge(reading, answer_s)
        chute = verdict.chute
        if chute is not None and answer_s <= camera_s + self._conveyor.passage_s[chute]:
            self._announce(self._read_event(parcel, answer_s, 1, reading, verdict.lookup))
            self._leave(parcel, camera_s, 1, chute, "reader", verdict.lookup)
            return
        transit = Transit(parcel, camera_s)
        self._open[parcel.parcel_id] = transit
        self._await(transit, camera_s, answer_s, reading, verdict)

    def _await(
        self,
        transit: Transit,
        camera_s: float,
        answer_s: float,
        reading: LaneReading,
        verdict: Verdict,
    ) -> None:
        """Make the appointments of a lap on which the parcel may not leave."""
        transit.readings += 1
        answer = _Answer(transit, transit.lap, reading, verdict)
        self._world.env.call_at(answer_s, self._on_answer, answer)
        self._world.env.call_at(camera_s + self._conveyor.exit_s, self._on_exit, transit, DECISION)

    def _on_answer(self, appointment: Appointment) -> None:
        transit, lap, reading, verdict = appointment.item
        at_s, parcel = appointment.at_s, transit.parcel
        transit.readings -= 1
        self._world.bus.publish(self._read_event(parcel, at_s, lap, reading, verdict.lookup))
        if verdict.chute is not None:
            self._settle(transit, at_s, lap, verdict.chute, "reader", verdict.lookup)
        elif not verdict.review:
            if not transit.image:
                transit.reason = verdict.lookup
        elif not (transit.image or transit.left or transit.chute is not None):
            transit.image = True
            transit.reason = "review_pending"
            self._world.bus.publish(ReviewRequested(at_s, parcel.parcel_id, self._number, lap))
        self._forget_if_done(transit)

    def _on_refused(self, event: ReviewRefused) -> None:
        if event.lane == self._number:
            transit = self._open[event.parcel_id]
            transit.image = False
            transit.reason = "review_refused"

    def _on_keyed(self, event: ReviewAnswered) -> None:
        if event.lane != self._number:
            return
        transit = self._open[event.parcel_id]
        transit.image = False
        chute = None if event.sort_code is None else self._plan.chute(event.sort_code)
        if chute is None:
            transit.reason = "illegible"
        else:
            self._settle(transit, event.at_s, event.lap, chute, "operator", "review")
        self._forget_if_done(transit)

    def _settle(
        self, transit: Transit, at_s: float, asked_lap: int, chute: int, by: str, lookup: str
    ) -> None:
        """Make `chute` the destination, unless there is one; divert on this lap if it can be."""
        if transit.chute is not None:
            return
        passage_s = self._conveyor.passage_s[chute]
        parcel = transit.parcel
        late_s = at_s - (self._camera_s(transit, asked_lap) + passage_s)
        if late_s > 0.0:
            waited_for = "reader" if by == "reader" else "review_desk"
            self._world.bus.publish(
                DeadlineMissed(at_s, parcel.parcel_id, self._number, asked_lap, late_s, waited_for)
            )
        transit.chute, transit.decided_by, transit.lookup = chute, by, lookup
        transit.reason = "deadline_missed"
        camera_s = self._camera_s(transit, transit.lap)
        if not transit.left and at_s <= camera_s + passage_s:
            self._leave_open(transit, camera_s)

    def _on_exit(self, appointment: Appointment) -> None:
        transit: Transit = appointment.item
        if transit.left:
            return
        at_s, parcel_id, lap = appointment.at_s, transit.parcel.parcel_id, transit.lap
        if lap == self._max_laps:
            self._announce(ParcelExcepted(at_s, parcel_id, self._number, lap, "max_laps"))
            self._left += 1
            transit.left = True
            self._forget_if_done(transit)
            return
        self._world.bus.publish(
            ParcelRecirculated(at_s, parcel_id, self._number, lap, transit.reason)
        )
        next_camera_s = self._camera_s(transit, lap + 1)
        self._conveyor.keep_free(next_camera_s - self._conveyor.camera_s)
        self._world.env.call_at(next_camera_s, self._on_camera_again, transit, DECISION)

    def _on_camera_again(self, appointment: Appointment) -> None:
        transit: Transit = appointment.item
        camera_s, parcel = appointment.at_s, transit.parcel
        transit.lap += 1
        self._announce(ParcelCaptured(camera_s, parcel.parcel_id, self._number, transit.lap))
        if transit.chute is not None:
            self._leave_open(transit, camera_s)
            self._forget_if_done(transit)
            return
        transit.reason = "review_pending" if transit.image else "reading_pending"
        reading = self._readings.reading(parcel, transit.lap)
        answer_s = camera_s + reading.latency_s
        verdict = self._control.judge(reading, answer_s)
        self._await(transit, camera_s, answer_s, reading, verdict)

    def _leave_open(self, transit: Transit, camera_s: float) -> None:
        assert transit.chute is not None
        transit.left = True
        self._leave(
            transit.parcel, camera_s, transit.lap, transit.chute, transit.decided_by, transit.lookup
        )

    def _leave(
        self, parcel: Parcel, camera_s: float, lap: int, chute: int, by: str, lookup: str
    ) -> None:
        at_s = camera_s + self._conveyor.passage_s[chute]
        self._left += 1
        if chute == self._control.exception:
            self._announce(ParcelExcepted(at_s, parcel.parcel_id, self._number, lap, lookup))
        else:
            self._announce(ParcelDiverted(at_s, parcel.parcel_id, self._number, lap, chute, by))

    def _camera_s(self, transit: Transit, lap: int) -> float:
        return transit.front_s + (lap - 1) * self._conveyor.loop_s

    def _read_event(
        self, parcel: Parcel, at_s: float, lap: int, reading: LaneReading, lookup: str
    ) -> ParcelRead:
        return ParcelRead(
            at_s,
            parcel.parcel_id,
            self._number,
            lap,
            reading.decision,
            reading.tracking_id,
            reading.sort_code,
            reading.confidence,
            lookup,
            reading.source,
        )

    def _forget_if_done(self, transit: Transit) -> None:
        if transit.left and not transit.readings and not transit.image:
            del self._open[transit.parcel.parcel_id]

    def drain(self) -> None:
        """Check that the queue and the belt are empty and that as many left as arrived.

        Raises
        ------
        ConservationError
        """
        if self._induction.waiting or self._open or self._left != len(self._parcels):
            raise ConservationError(
                f"{self.name}: {len(self._parcels)} parcels arrived, {self._left} left, "
                f"{self._induction.waiting} wait for induction, {len(self._open)} are unfinished"
            )
