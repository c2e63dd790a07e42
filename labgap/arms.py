"""Arms of a run: the scenario's own, and the one a user brings on the command line."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from labgap.budgets import DEFAULT_TASK_TIMEOUT_S
from labgap.errors import InvalidUse
from labgap.parameters import parsed_parameters
from scenarios.camera_model import View
from scenarios.model import Scenario
from sim.frames.capture import ONE_CAMERA
from systems.latency import LatencyProfile, load_profile
from systems.remote.address import is_address

__all__ = ["CANDIDATE", "LOOPBACK_ONLY", "WAITING_SHARE", "ArmSpec", "RemoteOptions", "choose_arms"]

CANDIDATE = "candidate"
"""Name of the arm that holds the systems given with ``--system``."""

KINDS = ("vision",)

WAITING_SHARE = 3.0
"""A remote system may wait for its server this part of a task's time; the rest draws pictures."""


@dataclass(frozen=True)
class ArmSpec:
    """One arm, ready to travel to a worker.

    Attributes
    ----------
    name : str
    spec : str
        Registered name or, from the command line only, ``pkg.module:Factory``.
    params : mapping
        Keyword arguments of the factory.
    from_command_line : bool
        Whether a dotted path is allowed.
    measured : LatencyProfile or None
        A profile the user measured; None for the shipped one.
    wait_s : float
        Seconds one task may spend on waiting for a server, so that a slow one ends in outcomes
        and not in a task that counts as hung.
    views : tuple of str
        Sides that its tunnel looks from.
    """

    name: str
    spec: str
    params: dict[str, str | int | float | bool] = field(default_factory=dict)
    from_command_line: bool = False
    measured: LatencyProfile | None = None
    wait_s: float = DEFAULT_TASK_TIMEOUT_S / WAITING_SHARE
    views: tuple[View, ...] = ONE_CAMERA

    @property
    def is_remote(self) -> bool:
        """Whether a server answers for it."""
        return is_address(self.spec)

    @property
    def latency(self) -> LatencyProfile:
        """How long the arm's reader takes, on the simulation's clock.

        Profiles are measured on captures of one view; a reader takes as long again for each other.
        """
        profile = self.measured or load_profile("vision", self.spec)
        if self.measured is None and self.params.keys() - AS_FAST:
            # measured with the networks that ship; others may take any time
            profile = replace(profile, is_default=True)
        return profile.times(len(self.views))


@dataclass(frozen=True)
class RemoteOptions:
    """What a user allows a remote system: hosts beyond this machine, seconds a request."""

    hosts: tuple[str, ...] = ()
    timeout_s: float | None = None

    def params(self) -> dict[str, str | int | float | bool]:
        """As parameters of the remote system, those that were given."""
        given: dict[str, str | int | float | bool] = {}
        if self.hosts:
            given["allow_hosts"] = " ".join(sorted(set(self.hosts)))
        if self.timeout_s is not None:
            given["timeout_s"] = self.timeout_s
        return given


AS_FAST = frozenset({"calibration", "review", "temperature", "threshold"})
"""Params that change what is made of an answer, not how long it takes."""

LOOPBACK_ONLY = RemoteOptions()
"""What is allowed unless a user says more."""


def choose_arms(
    scenario: Scenario,
    systems: Sequence[str] = (),
    only: Sequence[str] = (),
    remote: RemoteOptions = LOOPBACK_ONLY,
    params: Sequence[str] = (),
) -> tuple[ArmSpec, ...]:
    """Join the scenario's arms with the user's own.

    Parameters
    ----------
    scenario : Scenario
    systems : sequence of str
        ``--system`` options, ``kind=SPEC``; they form the arm ``candidate``, beside which the
        scenario's arms run as baselines.
    only : sequence of str
        ``--arm`` options: run these arms alone.
    remote : RemoteOptions, optional
        For a system that is the address of a server.
    params : sequence of str
        ``--param`` options of the system given with ``--system``.

    Raises
    ------
    InvalidUse
        If an option is malformed or names nothing.
    """
    views = scenario.sorting.camera.views
    arms = [
        ArmSpec(arm.name, arm.vision.name, dict(arm.vision.params), views=arm.views or views)
        for arm in scenario.arms
    ]
    for option in systems:
        kind, equals, spec = option.partition("=")
        if not equals or not spec or kind not in KINDS:
            raise InvalidUse(
                f"{option!r} is not KIND=SYSTEM",
                where="--system",
                fix=f"write e.g. --system vision=barcode; kinds in this scenario: {KINDS[0]}",
            )
        if any(arm.name == CANDIDATE for arm in arms):
            raise InvalidUse(
                f"there are two arms called {CANDIDATE!r}",
                where="--system",
                fix="give --system vision=... once, and call no arm of the scenario 'candidate'",
            )
        given = (remote.params() if is_address(spec) else {}) | parsed_parameters(params)
        arms.append(ArmSpec(CANDIDATE, spec, given, from_command_line=True, views=views))
    if params and not systems:
        raise InvalidUse(
            "there is no system for these parameters",
            where="--param",
            fix="name it with --system vision=SYSTEM; arms of a scenario have theirs in the file",
        )
    if only:
        known = [arm.name for arm in arms]
        for name in only:
            if name not in known:
                raise InvalidUse(
                    f"no arm is called {name!r}",
                    where="--arm",
                    fix=f"choose from {', '.join(known)}",
                )
        arms = [arm for arm in arms if arm.name in only]
    return tuple(arms)
