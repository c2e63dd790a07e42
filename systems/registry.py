"""One registry of systems for all kinds: built-in, installed as entry points, or by dotted path.

A name comes from labgap itself or from an installed distribution (entry point group
``labgap.systems``, entries called ``kind.name``).  A dotted path ``pkg.module:Factory`` names any
callable and so runs any code: it is taken from a command line, never from a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

from systems.builtin import BUILT_IN, EXTRAS
from systems.errors import (
    AddressRefused,
    DottedPathRefused,
    SystemFailure,
    SystemLoadError,
    SystemTrouble,
    UnknownSystem,
)
from systems.kinds import kind_named, meant
from systems.loading import build, imported, see_working_directory
from systems.remote.address import is_address

__all__ = ["GROUP", "ResolvedSystem", "SystemDescription", "describe", "names", "resolve"]

GROUP = "labgap.systems"
"""Entry point group of other distributions' systems."""

Params = Mapping[str, str | int | float | bool]


@dataclass(frozen=True, slots=True)
class ResolvedSystem:
    """A system, built and ready to be asked.

    Attributes
    ----------
    kind, spec : str
        As the user named it.
    system : object
        What the factory made.
    origin : str
        ``labgap``, ``<distribution> <version>`` or ``dotted path <target>``.
    fingerprint : str or None
        What its optional method ``fingerprint()`` said; without one its answers are not kept
        from one run to the next.
    params : mapping
        What the factory was called with.
    """

    kind: str
    spec: str
    system: object
    origin: str
    fingerprint: str | None
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SystemDescription:
    """A registered system as ``labgap list systems`` shows it; `problem` says why it cannot run."""

    kind: str
    name: str
    origin: str
    target: str
    summary: str
    problem: str | None


def names(kind: str) -> tuple[str, ...]:
    """Names of all registered systems of a kind, sorted; nothing is imported.

    Raises
    ------
    UnknownKind
        If there is no such kind.
    """
    return tuple(sorted({*BUILT_IN[kind_named(kind).name], *_installed(kind)}))


def describe(kind: str, name: str) -> SystemDescription:
    """Describe a registered system, whether it can be imported here or not.

    Raises
    ------
    UnknownKind, UnknownSystem
        If it is not registered.
    """
    if name in BUILT_IN[kind_named(kind).name]:
        entry = BUILT_IN[kind][name]
        lacking = [module for module in entry.needs if find_spec(module) is None]
        problem = f"pip install 'labgap[{EXTRAS[lacking[0]]}]'" if lacking else None
        return SystemDescription(kind, name, "labgap", entry.target, entry.summary, problem)
    points = _installed(kind).get(name)
    if points is None:
        raise _unknown(kind, name)
    summary, problem = "", None
    try:
        factory = imported(_only(kind, name, points).value, f"{kind} system {name!r}")
        summary = next(iter((getattr(factory, "__doc__", None) or "").strip().splitlines()), "")
    except SystemTrouble as error:
        problem = error.what
    return SystemDescription(kind, name, _origin(points[0]), points[0].value, summary, problem)


def resolve(
    kind: str, spec: str, params: Params, allow_dotted: bool, *, connect: bool = True
) -> ResolvedSystem:
    """Find and build a system.

    Parameters
    ----------
    kind : str
        ``vision``, ``service``, ``routing`` or ``items``.
    spec : str
        A registered name, a dotted path ``pkg.module:Factory``, or the address of a model behind
        the Open Inference Protocol.
    params : mapping
        Keyword arguments of its factory.
    allow_dotted : bool
        True only for a spec typed on a command line; addresses need it too.
    connect : bool
        Ask a server at once whether it can be used, rather than with the first request.

    Raises
    ------
    UnknownKind, UnknownSystem
        If it is not registered.
    DottedPathRefused
        If it is a dotted path that did not come from a command line.
    AddressRefused
        If it is an address that did not, or one that is not contacted.
    SystemLoadError
        If it cannot be imported, its params do not fit, or it lacks the kind's method.
    SystemFailure
        If its factory or its ``fingerprint`` raises.
    """
    found = kind_named(kind)
    where = f"{kind} system {spec!r}"
    if is_address(spec):
        return _remote(kind, spec, params, allow_dotted, connect)
    if ":" in spec:
        if not allow_dotted:
            raise DottedPathRefused(
                f"{spec!r} is a dotted path, and a scenario file may name registered systems only, "
                "because reading a file that somebody sent must not run code of its choosing",
                f"{kind} system",
                f"--system {kind}={spec} on the command line, or register the system as an entry "
                f"point of group {GROUP!r}",
            )
        module, _, attribute = spec.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), *attribute.split("."))):
            raise SystemLoadError(
                "that is no dotted path", where, "write it as package.module:Factory"
            )
        see_working_directory()
        target, origin = spec, f"dotted path {spec}"
    elif spec in BUILT_IN[kind]:
        target, origin = BUILT_IN[kind][spec].target, "labgap"
    else:
        points = _installed(kind).get(spec)
        if points is None:
            raise _unknown(kind, spec)
        point = _only(kind, spec, points)
        target, origin = point.value, _origin(point)
    system = build(imported(target, where), found, spec, params)
    return ResolvedSystem(kind, spec, system, origin, _fingerprint(system, kind, spec), params)


REMOTE = {"vision": "systems.vision.remote:RemoteReader"}
"""Kinds that can be asked over a network, and what asks them."""


def _remote(
    kind: str, spec: str, params: Params, allow_dotted: bool, connect: bool
) -> ResolvedSystem:
    # The address is not repeated before it is known to hold no password.
    where = f"{kind} system"
    if not allow_dotted:
        raise AddressRefused(
            "it is the address of a server, and a scenario file may name registered systems only, "
            "because reading a file that somebody sent must not make labgap contact a host of its "
            "choosing",
            where,
            f"--system {kind}=ADDRESS on the command line",
        )
    if kind not in REMOTE:
        raise AddressRefused(
            f"a {kind} system cannot be asked over the Open Inference Protocol",
            where,
            f"kinds that can: {', '.join(REMOTE)}; or write a class that calls the server",
        )
    target = imported(REMOTE[kind], where)
    system = target(spec, **params)
    if connect:
        system.connect()
    return ResolvedSystem(kind, spec, system, "Open Inference Protocol v2", None, params)


def _fingerprint(system: object, kind: str, spec: str) -> str | None:
    method = getattr(system, "fingerprint", None)
    if method is None:
        return None
    try:
        text = method()
    except Exception as error:
        raise SystemFailure(
            spec, kind, "exception", f"fingerprint() raised {type(error).__name__}: {error!s:.500}"
        ) from error
    if not isinstance(text, str) or not 0 < len(text) <= 4096:
        raise SystemFailure(
            spec, kind, "type", f"fingerprint() must give a text of 1 to 4096 characters: {text!r}"
        )
    return str(text)


def _installed(kind: str) -> dict[str, list[EntryPoint]]:
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        prefix, _, name = point.name.partition(".")
        if prefix == kind and name:
            found.setdefault(name, []).append(point)
    return found


def _only(kind: str, name: str, points: list[EntryPoint]) -> EntryPoint:
    if len({point.value for point in points}) > 1:
        owners = ", ".join(sorted(_origin(point) for point in points))
        raise SystemLoadError(
            f"two distributions register it: {owners}",
            f"{kind} system {name!r}",
            "uninstall one, or name the factory by dotted path",
        )
    return points[0]


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"


def _unknown(kind: str, name: str) -> UnknownSystem:
    known = names(kind)
    return UnknownSystem(
        f"there is no {kind} system called {name!r}{meant(name, known)}",
        fix=f"known: {', '.join(known)}; your own: --system {kind}=package.module:Factory",
    )
