"""Two toy subsystems compose, and each runs alone against a recording of the other."""

from typing import NamedTuple

import pyarrow as pa
import pytest

from sim.clock import COMPLETION, Appointment
from sim.recording import RecordedStream
from sim.streams import Streams
from sim.world import ConservationError, World


class Baked(NamedTuple):
    at_s: float
    loaf: int
    grams: float
    note: str | None


class Sold(NamedTuple):
    at_s: float
    loaf: int
    wait_s: float


class Oven:
    name = "oven"

    def __init__(self, loaves: int) -> None:
        self._loaves = loaves

    def start(self, world: World) -> None:
        self._world = world
        gaps = world.streams.generator("oven", "gap").exponential(3.0, size=self._loaves)
        grams = world.streams.generator("oven", "grams").normal(800.0, 20.0, size=self._loaves)
        at_s = 0.0
        for loaf in range(self._loaves):
            at_s += float(gaps[loaf])
            event = Baked(at_s, loaf, float(grams[loaf]), "burnt" if loaf % 3 == 0 else None)
            world.env.call_at(at_s, self._bake, event)

    def _bake(self, appointment: Appointment) -> None:
        self._world.bus.publish(appointment.item)

    def drain(self) -> None:
        pass


class Shop:
    """Sells one loaf after the other."""

    name = "shop"

    def start(self, world: World) -> None:
        self._world = world
        self._times = world.streams.generator("shop", "service").exponential(2.5, size=1000)
        self._queue: list[Baked] = []
        self._busy = False
        world.bus.subscribe(Baked, self._on_baked)

    def _on_baked(self, loaf: Baked) -> None:
        self._queue.append(loaf)
        if not self._busy:
            self._serve(loaf.at_s)

    def _serve(self, at_s: float) -> None:
        self._busy = True
        done_s = at_s + float(self._times[self._queue[0].loaf])
        self._world.env.call_at(done_s, self._sell, None, COMPLETION)

    def _sell(self, appointment: Appointment) -> None:
        loaf = self._queue.pop(0)
        self._busy = False
        at_s = appointment.at_s
        self._world.bus.publish(Sold(at_s, loaf.loaf, at_s - loaf.at_s))
        if self._queue:
            self._serve(at_s)

    def drain(self) -> None:
        if self._queue:
            raise ConservationError(f"{len(self._queue)} loaves unsold")


def bakery() -> World:
    world = World(Streams(7, 0), (Baked, Sold))
    world.add(Oven(200))
    world.add(Shop())
    world.run()
    return world


def ipc(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def test_two_subsystems_compose() -> None:
    tables = bakery().log.tables()
    assert tables["baked"].num_rows == tables["sold"].num_rows == 200


def test_the_consumer_alone_against_the_recorded_producer_gives_the_same_bytes() -> None:
    whole = bakery().log.tables()
    alone = World(Streams(7, 0), (Baked, Sold))
    alone.add(RecordedStream.from_table("oven", Baked, whole["baked"]))
    alone.add(Shop())
    alone.run()
    assert ipc(alone.log.tables()["sold"]) == ipc(whole["sold"])
    assert ipc(alone.log.tables()["baked"]) == ipc(whole["baked"])


def test_a_recording_ignores_columns_a_run_folder_adds() -> None:
    table = bakery().log.tables()["baked"]
    cells = pa.array(["production"] * table.num_rows).dictionary_encode()
    world = World(Streams(7, 0), (Baked,))
    world.add(RecordedStream.from_table("oven", Baked, table.append_column("cell", cells)))
    world.run()
    assert world.log.tables()["baked"].equals(table)


def test_a_recording_of_something_else_is_refused() -> None:
    table = bakery().log.tables()["sold"]
    with pytest.raises(ValueError, match="no column grams"):
        RecordedStream.from_table("oven", Baked, table)


def test_subscribers_hear_announcements_at_their_time_and_the_log_is_the_same_without() -> None:
    class Early:
        name = "early"

        def start(self, world: World) -> None:
            for at_s in (4.0, 2.0, 2.0, 9.0):
                world.announce(Sold(at_s, int(at_s), 0.0))

        def drain(self) -> None:
            pass

    class Listener:
        name = "listener"
        heard: list[float]

        def start(self, world: World) -> None:
            self.heard = []
            self._world = world
            world.bus.subscribe(Sold, lambda event: self.heard.append(world.env.now - event.at_s))

        def drain(self) -> None:
            pass

    deaf, hearing, listener = (
        World(Streams(1, 0), (Sold,)),
        World(Streams(1, 0), (Sold,)),
        Listener(),
    )
    deaf.add(Early())
    hearing.add(listener)
    hearing.add(Early())
    deaf.run()
    hearing.run()
    assert listener.heard == [0.0] * 4
    assert deaf.log.rows(Sold) == hearing.log.rows(Sold)
    assert [event.at_s for event in deaf.log.rows(Sold)] == [2.0, 2.0, 4.0, 9.0]


def test_names_are_unique() -> None:
    world = World(Streams(1, 0), ())
    world.add(Shop())
    with pytest.raises(ValueError, match="'shop'"):
        world.add(Shop())


def test_drain_is_called_and_speaks_up() -> None:
    class Hoarder(Shop):
        def _serve(self, at_s: float) -> None:
            self._busy = True

    world = World(Streams(7, 0), (Baked, Sold))
    world.add(Oven(5))
    world.add(Hoarder())
    with pytest.raises(ConservationError, match="5 loaves unsold"):
        world.run()


def test_an_event_without_a_published_schema_is_an_error() -> None:
    world = World(Streams(7, 0), (Baked,))
    with pytest.raises(KeyError):
        world.bus.publish(Sold(0.0, 1, 0.0))
