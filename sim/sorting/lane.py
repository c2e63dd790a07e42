"""A sorting lane: from the induction queue to a chute or the exception station."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scenarios.events import (
    DeadlineMissed,
    ParcelArrived,
    ParcelCaptured,
    ParcelInducted,
    ParcelRecirculated,
    ReviewAnswered,
    ReviewRefused,
    ReviewRequested,
)
from scenarios.floor_events import (
    BeltStopped,
    ParcelDoubled,
    ParcelRefused,
)
from scenarios.model import Lane as LaneModel
from sim.clock import DECISION, Appointment
from sim.sorting.belt_clock import SteadyBelt, Stop
from sim.sorting.control import LaneControl, Verdict
from sim.sorting.conveyor import Conveyor
from sim.sorting.feeding import Feeding
from sim.sorting.induction import Induction
from sim.sorting.lane_exits import HINDRANCES, LaneExits
from sim.sorting.machine_faults import MachineFaults
from sim.sorting.parcel import Parcel
from sim.sorting.readings import LaneReading, ReadingSource, read_event
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
    """One belt loop with its induction stations, camera, diverters and control.

    On every lap a parcel without a destination is captured and read.  An answer that names a
    destination before the parcel passes its diverter diverts it; one that comes later is a missed
    deadline, and is kept for the next lap.  A parcel that reaches the last diverter without
    leaving recirculates, or leaves to the exception station on lap `max_laps`.  A parcel whose
    destination is known is captured again but not read again.  A second image of a parcel is
    never sent to the review desk while one is there.  An answer may reach the control after its
    parcel has left.

    The machine may fail it all the same (`sim.sorting.lane_exits.LaneExits`).  Of two parcels fed
    as one only the first is seen; the second goes wherever the first one does.

    The usual parcel, read in time on its first lap, costs a single entry in the calendar: from
    its placing on the belt on, all its times are certain, stops of the belt included.  Where
    chutes fill it costs one more, at its diverter.

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
    faults : MachineFaults, optional
    chutes_fill : bool
        Whether chutes say when they are full (`sim.sorting.chute_floor.ChuteFloor`).
    feeding : Feeding, optional
        How parcels lie; by default one by one, a pitch each.
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
        faults: MachineFaults | None = None,
        chutes_fill: bool = False,
        feeding: Feeding | None = None,
    ) -> None:
        self.name = f"lane-{number}"
        self._number = number
        self._max_laps = lane.max_laps
        self._stations = lane.induction_stations
        self._parcels = parcels
        self._arrival_s = arrival_s
        self._induction_s = induction_s
        self._control = control
        self._plan = plan
        self._readings = readings
        self._faults = faults
        self._feeding = feeding
        self._speed_mps = lane.belt_speed_mps
        self._belt = SteadyBelt() if faults is None else faults.belt(number)
        self._steady = isinstance(self._belt, SteadyBelt)
        self._clock_s = self._belt.clock_s
        self._conveyor = Conveyor(lane)
        self._exits = LaneExits(
            number, self._conveyor, self._clock_s, control.exception, faults, chutes_fill
        )
        self._open: dict[str, Transit] = {}
        self._refused = 0

    def start(self, world: "World") -> None:
        """Announce the arrivals, listen to the desk and the chutes, begin to induct."""
        self._world = world
        self._announce = world.announce
        for parcel, at_s in zip(self._parcels, self._arrival_s, strict=True):
            world.announce(ParcelArrived(at_s, parcel.parcel_id, self._number))
        world.bus.subscribe(ReviewAnswered, self._on_keyed)
        world.bus.subscribe(ReviewRefused, self._on_refused)
        self._exits.start(world, self._look_out, self._forget_if_done)
        self._await_stop(0.0)
        parcels = self._parcels
        doubles = self._faults is not None and self._faults.doubles
        all_conveyable = all(parcel.conveyable for parcel in parcels)
        self._induction = Induction(
            world.env,
            self._conveyor,
            self._arrival_s,
            self._induction_s,
            self._on_placed,
            stations=self._stations,
            belt=self._belt,
            refuses=None if all_conveyable else lambda at: not parcels[at].conveyable,
            refused=self._on_turned_away,
            drags=self._drags if doubles or self._feeding is not None else None,
            headway_s=None if self._feeding is None else self._headway_s,
        )
        self._induction.start()

    def _drags(self, position: int, behind: int) -> bool:
        """Whether two parcels are fed as one: the induction does it, or they lie on one another."""
        by_hand = self._faults is not None and self._faults.drags(self._parcels[position].number)
        return by_hand or (self._feeding is not None and self._feeding.rides(self._parcels[behind]))

    def _headway_s(self, position: int) -> float:
        return self._stretch_s(self._parcels[position]) or self._conveyor.headway_s

    def _stretch_s(self, parcel: Parcel) -> float | None:
        """Time a parcel takes to pass, with its gap; None for one pitch."""
        stretch_m = None if self._feeding is None else self._feeding.stretch_m(parcel)
        return None if stretch_m is None else stretch_m / self._speed_mps

    def _await_stop(self, from_s: float) -> None:
        stop = self._belt.stop_after(from_s)
        if stop is not None and self._is_in_use(stop):
            self._world.env.call_at(stop.start_s, self._on_stop, stop)

    def _on_stop(self, appointment: Appointment) -> None:
        stop: Stop = appointment.item
        if self._is_in_use(stop):
            self._world.bus.publish(BeltStopped(stop.start_s, self._number, stop.end_s, stop.cause))
            self._await_stop(stop.end_s)

    def _is_in_use(self, stop: Stop) -> bool:
        """Whether parcels wait or ride as it stops; the last may have been certain of their way."""
        return self._left < len(self._parcels) or stop.start_s < self._exits.last_s

    @property
    def _left(self) -> int:
        """Parcels that have left, or are certain to."""
        return self._refused + self._exits.left

    def _on_turned_away(self, position: int, at_s: float, wait_s: float) -> None:
        parcel_id = self._parcels[position].parcel_id
        self._refused += 1
        self._world.bus.publish(
            ParcelRefused(at_s, parcel_id, self._number, wait_s, "non_conveyable")
        )

    def _on_placed(
        self,
        position: int,
        at_s: float,
        wait_s: float,
        blocked_s: float,
        front_s: float,
        riding: int | None,
    ) -> None:
        parcel = self._parcels[position]
        self._announce(ParcelInducted(at_s, parcel.parcel_id, self._number, wait_s, blocked_s))
        camera_at = front_s + self._conveyor.camera_s
        camera_s = camera_at if self._steady else self._clock_s(camera_at)
        self._announce(ParcelCaptured(camera_s, parcel.parcel_id, self._number, 1))
        reading = self._readings.reading(parcel, 1)
        answer_s = camera_s + reading.latency_s
        verdict = self._control.judge(reading, answer_s, parcel)
        chute = verdict.chute
        in_time = False
        if chute is not None:
            passage_s = camera_at + self._conveyor.passage_s[chute]
            if not self._steady:
                passage_s = self._clock_s(passage_s)
            in_time = answer_s <= passage_s
            if in_time and riding is None and self._exits.certain:
                self._announce(
                    read_event(self._number, parcel, answer_s, 1, reading, verdict.lookup)
                )
                self._exits.leave(parcel, passage_s, 1, chute, "reader", verdict.lookup)
                return
        transit = Transit(parcel, camera_at)
        self._open[parcel.parcel_id] = transit
        if riding is not None and self._found_double(transit, riding, at_s, camera_s):
            self._announce(read_event(self._number, parcel, answer_s, 1, reading, verdict.lookup))
            self._bind(transit, self._control.exception, "tunnel", "double")
        elif in_time and chute is not None:
            self._announce(read_event(self._number, parcel, answer_s, 1, reading, verdict.lookup))
            self._bind(transit, chute, "reader", verdict.lookup)
        else:
            self._await(transit, answer_s, reading, verdict)
            return
        self._exits.divert(transit)
        self._forget_if_done(transit)

    def _found_double(self, transit: Transit, riding: int, at_s: float, camera_s: float) -> bool:
        """Take up the parcel at position `riding`; say whether the measuring tunnel sees it."""
        rider = self._parcels[riding]
        found = self._faults is not None and self._faults.finds_double(transit.parcel.number)
        transit.rider = rider
        waited_s = at_s - self._arrival_s[riding]
        self._announce(ParcelInducted(at_s, rider.parcel_id, self._number, waited_s, 0.0))
        self._announce(
            ParcelDoubled(at_s, rider.parcel_id, self._number, transit.parcel.parcel_id, found)
        )
        self._announce(ParcelCaptured(camera_s, rider.parcel_id, self._number, 1))
        return found

    def _await(
        self, transit: Transit, answer_s: float, reading: LaneReading, verdict: Verdict
    ) -> None:
        """Make the appointments of a lap on which the parcel may not leave."""
        transit.readings += 1
        answer = _Answer(transit, transit.lap, reading, verdict)
        self._world.env.call_at(answer_s, self._on_answer, answer)
        self._look_out(transit)

    def _look_out(self, transit: Transit) -> None:
        """Look for the parcel at the end of its lap."""
        if transit.exit_lap < transit.lap:
            transit.exit_lap = transit.lap
            exit_s = self._clock_s(
                self._conveyor.camera_at(transit.front_s, transit.lap) + self._conveyor.exit_s
            )
            self._world.env.call_at(exit_s, self._on_exit, transit, DECISION)

    def _on_answer(self, appointment: Appointment) -> None:
        transit, lap, reading, verdict = appointment.item
        at_s, parcel = appointment.at_s, transit.parcel
        transit.readings -= 1
        self._world.bus.publish(
            read_event(self._number, parcel, at_s, lap, reading, verdict.lookup)
        )
        if lap < transit.known_lap:
            pass  # the control has lost what this answer is about
        elif verdict.chute is not None:
            self._settle(transit, at_s, lap, verdict.chute, "reader", verdict.lookup)
        elif not verdict.review:
            if not transit.image:
                transit.reason = verdict.lookup
        elif not (transit.image or transit.left or transit.chute is not None):
            transit.image = True
            transit.reason = "review_pending"
            transit.guess = self._control.guess(reading, at_s)
            self._world.bus.publish(ReviewRequested(at_s, parcel.parcel_id, self._number, lap))
        self._forget_if_done(transit)

    def _on_refused(self, event: ReviewRefused) -> None:
        if event.lane == self._number:
            transit = self._open[event.parcel_id]
            transit.image = False
            transit.reason = "review_refused"
            if transit.guess is not None and event.lap >= transit.known_lap:
                self._settle(transit, event.at_s, event.lap, transit.guess, "guess", "review")
            self._forget_if_done(transit)

    def _on_keyed(self, event: ReviewAnswered) -> None:
        if event.lane != self._number:
            return
        transit = self._open[event.parcel_id]
        transit.image = False
        chute = None if event.sort_code is None else self._plan.chute(event.sort_code)
        if event.lap >= transit.known_lap:
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
        late_s = at_s - self._clock_s(
            self._conveyor.camera_at(transit.front_s, asked_lap) + passage_s
        )
        if late_s > 0.0:
            waited_for = "reader" if by == "reader" else "review_desk"
            self._world.bus.publish(
                DeadlineMissed(at_s, parcel.parcel_id, self._number, asked_lap, late_s, waited_for)
            )
        self._bind(transit, chute, by, lookup)
        camera_at = self._conveyor.camera_at(transit.front_s, transit.lap)
        if not transit.left and at_s <= self._clock_s(camera_at + passage_s):
            self._exits.divert(transit)

    def _bind(self, transit: Transit, chute: int, by: str, lookup: str) -> None:
        transit.chute, transit.decided_by, transit.lookup = chute, by, lookup
        transit.reason = "deadline_missed"

    def _on_exit(self, appointment: Appointment) -> None:
        transit: Transit = appointment.item
        if transit.left:
            return
        at_s, lap = appointment.at_s, transit.lap
        if lap == self._max_laps:
            why = transit.reason if transit.reason in HINDRANCES else "max_laps"
            self._exits.give_up(transit, at_s, why)
            self._forget_if_done(transit)
            return
        self._turn_round(transit.parcel, at_s, lap, transit.reason)
        if transit.rider is not None:
            self._turn_round(transit.rider, at_s, lap, "double")
        next_camera_at = self._conveyor.camera_at(transit.front_s, lap + 1)
        front_s = next_camera_at - self._conveyor.camera_s
        self._conveyor.keep_free(front_s, self._stretch_s(transit.parcel))
        self._world.env.call_at(
            self._clock_s(next_camera_at), self._on_camera_again, transit, DECISION
        )

    def _turn_round(self, parcel: Parcel, at_s: float, lap: int, reason: str) -> None:
        event = ParcelRecirculated(at_s, parcel.parcel_id, self._number, lap, reason)
        self._world.bus.publish(event)

    def _on_camera_again(self, appointment: Appointment) -> None:
        transit: Transit = appointment.item
        camera_s = appointment.at_s
        transit.lap += 1
        for parcel in (transit.parcel, transit.rider):
            if parcel is not None:
                self._announce(
                    ParcelCaptured(camera_s, parcel.parcel_id, self._number, transit.lap)
                )
        if transit.chute is not None:
            self._exits.divert(transit)
            self._forget_if_done(transit)
            return
        transit.reason = "review_pending" if transit.image else "reading_pending"
        reading = self._readings.reading(transit.parcel, transit.lap)
        answer_s = camera_s + reading.latency_s
        verdict = self._control.judge(reading, answer_s, transit.parcel)
        self._await(transit, answer_s, reading, verdict)

    def _forget_if_done(self, transit: Transit) -> None:
        if transit.left and not transit.readings and not transit.image:
            # a desk that refuses at once has had it forgotten before its answer is through
            self._open.pop(transit.parcel.parcel_id, None)

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
