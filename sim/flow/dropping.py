"""Parcels let go on a chute, until they lie still on the belt: Bullet, headless, offline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.flow.chute import GRIP, Chute
from sim.flow.side_view import SideView
from sim.physics_engine import load_engine
from sim.streams import Streams

__all__ = [
    "REST_MPS",
    "REST_RADPS",
    "STEP_S",
    "Body",
    "DropTest",
    "Settled",
    "body_of",
]

GRAVITY = 9.81
STEP_S = 1.0 / 480.0
"""A parcel of 12 mm falls on the belt at 1.5 m/s: 3 mm a step, so nothing tunnels."""
REST_MPS, REST_RADPS = 0.02, 0.1
"""Speeds against the belt below which a parcel lies still; Bullet's contacts keep 1-2 mm/s."""
STILL_FOR_S = 0.25
GIVE_UP_S = 6.0
"""After the last parcel is let go; what moves then is left out and counted."""
BELT_HALF_M = 25.0
SINK_M = 0.005


@dataclass(frozen=True, slots=True)
class Body:
    """What falls: sizes in m, kg, and its friction number."""

    size_m: tuple[float, float, float]
    mass_kg: float
    grip: float


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a parcel came to rest.

    Attributes
    ----------
    index : int
        Of the body.
    rotation : ndarray, shape (3, 3)
        Body axes in columns.
    position : ndarray, shape (3,)
        Middle in m, z from the belt.
    lowest_m : float
        Of its corners, above the belt.
    speed_mps, turn_radps : float
        Against the belt.
    """

    index: int
    rotation: NDArray[np.float64]
    position: NDArray[np.float64]
    lowest_m: float
    speed_mps: float
    turn_radps: float


def body_of(material: str, size_mm: Sequence[float], weight_g: float) -> Body:
    """Make a body of a parcel's material, size and weight."""
    length, width, height = (side / 1000.0 for side in size_mm)
    return Body((length, width, height), weight_g / 1000.0, GRIP[material])


class DropTest:
    """One world of a chute and a belt; use it as a context manager.

    Parameters
    ----------
    chute : Chute
    """

    def __init__(self, chute: Chute) -> None:
        self._bullet = load_engine()
        self._chute = chute
        self._world = self._bullet.connect(self._bullet.DIRECT)
        self._belt = -1
        self._long: list[int] = []
        self._speed = chute.belt_speed_mps
        self._bodies: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bullet.disconnect(self._world)

    @property
    def present(self) -> tuple[int, ...]:
        """Indices of the bodies that have been let go."""
        return tuple(sorted(self._bodies))

    def span_m(self, index: int) -> tuple[float, float]:
        """Where a body begins and ends along the belt."""
        low, high = self._box(index)
        return float(low[0]), float(high[0])

    def blocked(
        self, origin: NDArray[np.float64], targets: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Whether something is in the way of rays from one point to others, shape (n, 3) in m."""
        rays = self._bullet.rayTestBatch(
            [origin.tolist()] * len(targets), targets.tolist(), physicsClientId=self._world
        )
        return np.array([ray[0] >= 0 for ray in rays])

    def settle(
        self, bodies: Sequence[Body], tipped: bool, streams: Streams, burst: int
    ) -> list[Settled]:
        """Let a burst go and wait until it lies still.

        Parameters
        ----------
        bodies : sequence of Body
        tipped : bool
            Whether the burst is tipped onto the chute, and not laid on it one by one, label up.
        streams : Streams
        burst : int
            Number of the burst, which names its random stream.

        Returns
        -------
        list of Settled
            In the order of `bodies`; one that has not come to rest, or has left the belt, is
            missing.
        """
        self._build()
        rng = streams.generator("poses", "burst", burst)
        gap_s = self._chute.tipped_gap_s if tipped else self._chute.laid_gap_s
        due_s = np.cumsum(rng.exponential(gap_s, size=len(bodies)))
        starts = [self._start(body, tipped, rng) for body in bodies]
        waiting = list(range(len(bodies)))
        clock_s, last_s, still_s = 0.0, 0.0, 0.0
        while waiting or (still_s < STILL_FOR_S and clock_s - last_s < GIVE_UP_S):
            if waiting and clock_s >= due_s[waiting[0]]:
                body, start = bodies[waiting[0]], starts[waiting[0]]
                if tipped or self._is_free(body):
                    self._let_go(waiting.pop(0), body, start, tipped)
                    last_s = clock_s
            if waiting and clock_s - max(last_s, due_s[waiting[0]]) > GIVE_UP_S:
                break  # the chute is blocked: what lies there lies for good
            self._step()
            clock_s += STEP_S
            still_s = still_s + STEP_S if not waiting and self._all_still() else 0.0
        return list(self._at_rest(bodies))

    def place(self, bodies: Sequence[tuple[Body, tuple[float, float, float]]]) -> None:
        """Put bodies, upright and straight, with their middles at points of a belt that stands."""
        self._build(belt_speed_mps=0.0)
        for index, (body, middle) in enumerate(bodies):
            self._create(index, body, middle, (0.0, 0.0, 0.0, 1.0))

    def slide_m(self, body: Body, speed_mps: float) -> float:
        """Distance that a body thrown flat along a belt at a standstill slides.

        Friction alone makes it ``v^2 / (2 mu g)``, `mu` being the product of the two grips.
        """
        place = (5.0, 0.0, 0.5 * body.size_m[2])
        self.place([(body, place)])
        self._bullet.resetBaseVelocity(
            self._bodies[0], (speed_mps, 0.0, 0.0), physicsClientId=self._world
        )
        for _ in range(round(4.0 / STEP_S)):
            self._step()
        return float(self._position(0)[0] - place[0])

    def side_view(self) -> SideView:
        """Look at the bodies from beside the belt; the world is of no use afterwards."""
        return SideView(self._bullet, self._world, self._bodies, self._long, self._chute.width_m)

    def _build(self, belt_speed_mps: float | None = None) -> None:
        bullet, chute = self._bullet, self._chute
        bullet.resetSimulation(physicsClientId=self._world)
        self._bodies = {}
        bullet.setGravity(0.0, 0.0, -GRAVITY, physicsClientId=self._world)
        bullet.setPhysicsEngineParameter(
            fixedTimeStep=STEP_S,
            numSolverIterations=60,
            deterministicOverlappingPairs=1,
            physicsClientId=self._world,
        )
        self._speed = chute.belt_speed_mps if belt_speed_mps is None else belt_speed_mps
        half = 0.5 * chute.width_m
        self._belt = self._fixed((BELT_HALF_M, half, 0.05), (0.0, 0.0, -0.05), chute.belt_grip)
        self._long = [self._belt]
        for side in (-1.0, 1.0):
            rail = (BELT_HALF_M, 0.05, 0.5 * chute.rail_m)
            place = (0.0, side * (half + 0.05), 0.5 * chute.rail_m)
            self._long.append(self._fixed(rail, place, chute.steel_grip))
        slope = np.radians(chute.slope_deg)
        turn = bullet.getQuaternionFromEuler((0.0, slope, 0.0))
        down, normal = _slope_axes(slope)
        middle = np.array([0.0, 0.0, chute.drop_m]) - 0.5 * chute.length_m * down
        plate = (0.5 * chute.length_m, half, 0.02)
        self._fixed(plate, middle - 0.02 * normal, chute.steel_grip, turn)
        for side in (-1.0, 1.0):
            wall = (0.5 * chute.length_m, 0.05, 0.5 * chute.rail_m)
            outside = np.array([0.0, side * (half + 0.05), 0.0])
            self._fixed(
                wall, middle + 0.5 * chute.rail_m * normal + outside, chute.steel_grip, turn
            )

    def _fixed(self, half: Sequence[float], place: Any, grip: float,
               turn: Sequence[float] = (0.0, 0.0, 0.0, 1.0)) -> int:  # fmt: skip
        bullet = self._bullet
        shape = bullet.createCollisionShape(
            bullet.GEOM_BOX, halfExtents=list(half), physicsClientId=self._world
        )
        made = bullet.createMultiBody(
            0.0, shape, -1, list(place), list(turn), physicsClientId=self._world
        )
        bullet.changeDynamics(
            made,
            -1,
            lateralFriction=grip,
            restitution=self._chute.restitution,
            physicsClientId=self._world,
        )
        return int(made)

    def _start(
        self, body: Body, tipped: bool, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], list[float]]:
        """Draw where on the chute and how a body is let go; the same draws either way."""
        bullet, chute = self._bullet, self._chute
        spin, yaw, side = rng.standard_normal(4), rng.standard_normal(), rng.uniform(-1.0, 1.0)
        slope = np.radians(chute.slope_deg)
        if tipped:
            turn = list(spin / np.linalg.norm(spin))
        else:
            flat = bullet.getQuaternionFromEuler((0.0, 0.0, np.radians(chute.laid_yaw_deg) * yaw))
            tilt = bullet.getQuaternionFromEuler((0.0, slope, 0.0))
            _, turn = bullet.multiplyTransforms((0, 0, 0), tilt, (0, 0, 0), flat)
        down, normal = _slope_axes(slope)
        half = 0.5 * np.array(body.size_m)
        axes = np.array(bullet.getMatrixFromQuaternion(turn)).reshape(3, 3)
        clear = float(np.abs(normal @ axes) @ half) + (chute.tip_height_m if tipped else 0.01)
        room = 0.5 * chute.width_m - float(np.abs(axes[1]) @ half) - 0.02
        top = np.array([0.0, 0.0, chute.drop_m]) - (chute.length_m - 0.35) * down
        top[1] = side * max(room, 0.0)
        return top + clear * normal, list(turn)

    def _is_free(self, body: Body) -> bool:
        """Whether nothing lies where the next body is let go."""
        chute = self._chute
        start = -np.cos(np.radians(chute.slope_deg)) * (chute.length_m - 0.35)
        reach = 0.5 * float(np.linalg.norm(body.size_m))
        for index in self._bodies:
            low, _ = self._box(index)
            if low[0] < start + reach:
                return False
        return True

    def _let_go(
        self,
        index: int,
        body: Body,
        start: tuple[NDArray[np.float64], list[float]],
        tipped: bool,
    ) -> None:
        place, turn = start
        if tipped:
            axes = np.array(self._bullet.getMatrixFromQuaternion(turn)).reshape(3, 3)
            place = place.copy()
            place[2] += self._heap_m(place, np.abs(axes) @ body.size_m * 0.5)
        self._create(index, body, place, turn)
        down, _ = _slope_axes(np.radians(self._chute.slope_deg))
        self._bullet.resetBaseVelocity(
            self._bodies[index], list(self._chute.push_mps * down), physicsClientId=self._world
        )

    def _heap_m(self, place: NDArray[np.float64], reach: NDArray[np.float64]) -> float:
        """How much higher a tipped body must start to be clear of what lies there."""
        rise = 0.0
        for index in self._bodies:
            low, high = self._box(index)
            if (low[:2] < (place + reach)[:2]).all() and (high[:2] > (place - reach)[:2]).all():
                rise = max(rise, float(high[2] - (place - reach)[2]) + 0.02)
        return rise

    def _create(self, index: int, body: Body, place: Any, turn: Sequence[float]) -> None:
        bullet = self._bullet
        half = [0.5 * side for side in body.size_m]
        shape = bullet.createCollisionShape(
            bullet.GEOM_BOX, halfExtents=half, physicsClientId=self._world
        )
        made = bullet.createMultiBody(
            body.mass_kg, shape, -1, list(place), list(turn), physicsClientId=self._world
        )
        bullet.changeDynamics(
            made,
            -1,
            lateralFriction=body.grip,
            restitution=self._chute.restitution,
            linearDamping=0.0,
            angularDamping=0.02,
            physicsClientId=self._world,
        )
        self._bodies[index] = int(made)

    def _step(self) -> None:
        # A fixed body that is given a speed takes along what touches it, as a belt does.
        self._bullet.resetBaseVelocity(
            self._belt, (self._speed, 0.0, 0.0), (0.0, 0.0, 0.0), physicsClientId=self._world
        )
        self._bullet.stepSimulation(physicsClientId=self._world)

    def _box(self, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low, high = self._bullet.getAABB(self._bodies[index], physicsClientId=self._world)
        return np.array(low), np.array(high)

    def _position(self, index: int) -> NDArray[np.float64]:
        place, _ = self._bullet.getBasePositionAndOrientation(
            self._bodies[index], physicsClientId=self._world
        )
        return np.array(place)

    def _speeds(self, index: int) -> tuple[float, float]:
        linear, angular = self._bullet.getBaseVelocity(
            self._bodies[index], physicsClientId=self._world
        )
        against = np.array(linear) - (self._speed, 0.0, 0.0)
        return float(np.linalg.norm(against)), float(np.linalg.norm(angular))

    def _is_still(self, index: int) -> bool:
        speed, turn = self._speeds(index)
        return speed < REST_MPS and turn < REST_RADPS

    def _all_still(self) -> bool:
        return all(self._is_still(index) for index in self._bodies)

    def _at_rest(self, bodies: Sequence[Body]) -> Iterator[Settled]:
        bullet = self._bullet
        half_width = 0.5 * self._chute.width_m
        for index in sorted(self._bodies):
            place, turn = bullet.getBasePositionAndOrientation(
                self._bodies[index], physicsClientId=self._world
            )
            rotation = np.array(bullet.getMatrixFromQuaternion(turn)).reshape(3, 3)
            reach = 0.5 * np.abs(rotation) @ bodies[index].size_m
            lowest = float(place[2] - reach[2])
            # Bullet's contacts let edges sink in by up to a few millimetres
            inside = abs(place[1]) + reach[1] < half_width + SINK_M and lowest > -SINK_M
            if not (inside and self._is_still(index)):
                continue
            speed, spin = self._speeds(index)
            yield Settled(index, rotation, np.array(place), max(lowest, 0.0), speed, spin)


def _slope_axes(slope: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit vectors down the chute and out of it."""
    down = np.array([np.cos(slope), 0.0, -np.sin(slope)])
    return down, np.array([np.sin(slope), 0.0, np.cos(slope)])
