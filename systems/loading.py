"""From ``module:attribute`` to a built system, with every way to fail put into words."""

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, get_args

from systems.builtin import extra_for
from systems.errors import SystemFailure, SystemLoadError
from systems.kinds import Kind, meant

__all__ = ["OURS", "build", "imported", "require_method", "see_working_directory"]

OURS = ("labgap", "sim", "scenarios", "systems", "metrics", "reports")


def see_working_directory() -> None:
    """Let imports find modules in the working directory, after everything that is installed.

    Appended, never put first: a folder with a ``random.py`` in it must not replace the standard
    library's.
    """
    here = os.getcwd()
    if here not in sys.path and "" not in sys.path:
        sys.path.append(here)


def imported(target: str, where: str) -> Any:
    """Import ``module:attribute``; the attribute may be dotted.

    Raises
    ------
    SystemLoadError
        If module or attribute is missing, or the module cannot be imported.
    """
    module_name, _, attribute = target.partition(":")
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise _missing(module_name, error, where) from error
    except (Exception, SystemExit) as error:
        raise SystemLoadError(
            f"importing {module_name} raised {type(error).__name__}: {error}",
            where,
            f"python -c 'import {module_name}' shows the whole traceback",
        ) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            public = [name for name in vars(found) if not name.startswith("_")]
            raise SystemLoadError(
                f"{module_name} has no {part!r}{meant(part, public)}",
                where,
                f"it offers {', '.join(sorted(public)[:12]) or 'nothing public'}",
            )
        found = getattr(found, part)
    return found


def _missing(module_name: str, error: ModuleNotFoundError, where: str) -> SystemLoadError:
    absent = error.name or module_name
    if module_name == absent or module_name.startswith(f"{absent}."):
        top = module_name.partition(".")[0]
        if top in OURS:
            return SystemLoadError(
                f"there is no module {absent}, and {top!r} is a package of labgap's own",
                where,
                "if you mean a folder of yours, give it a name that labgap does not use",
            )
        return SystemLoadError(
            f"there is no module {absent}",
            where,
            f"install it, or run from the folder it lies in (now {os.getcwd()})",
        )
    extra = extra_for(absent)
    return SystemLoadError(
        f"{module_name} needs {absent}, which is not installed",
        where,
        f"pip install 'labgap[{extra}]'" if extra else f"install the package that brings {absent}",
    )


def build(
    factory: Any, kind: Kind, spec: str, params: Mapping[str, str | int | float | bool]
) -> object:
    """Call a factory and make sure that what it makes is a system of the kind.

    Raises
    ------
    SystemLoadError
        If the parameters do not fit the factory or the result lacks the kind's method.
    SystemFailure
        If the factory raises.
    """
    where = f"{kind.name} system {spec!r}"
    if not callable(factory):
        raise SystemLoadError(
            f"it is {type(factory).__name__}, which cannot be called",
            where,
            "name a class or a function that makes the system",
        )
    _fit(factory, params, where)
    _of_the_right_type(factory, params, where)
    try:
        system: object = factory(**params)
    except SystemLoadError:
        # it says itself what it was given and cannot use, such as a weight file
        raise
    except (Exception, SystemExit) as error:
        raise SystemFailure(
            spec,
            kind.name,
            "exception",
            f"building it raised {type(error).__name__}: {error!s:.500}",
            fix=f"params were {dict(params)!r}",
        ) from error
    require_method(system, kind, where)
    return system


PLAIN = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    NoneType: "null",
}
"""What a scenario or a command line can say, and what it is called."""


def _of_the_right_type(factory: Callable[..., Any], params: Mapping[str, Any], where: str) -> None:
    """Hold params against annotations of plain types; others are the factory's own business."""
    try:
        taken = inspect.signature(factory, eval_str=True).parameters
    except Exception:  # what a factory writes for an annotation may be anything
        return
    for name, value in params.items():
        hint = taken[name].annotation if name in taken else Any
        wanted = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        if not all(isinstance(one, type) and one in PLAIN for one in wanted):
            continue
        told = type(value)
        # a whole number is a number too, but no truth value is either
        if told not in wanted and not (told is int and float in wanted):
            raise SystemLoadError(
                f"its param {name} is {value!r:.80}",
                where,
                f"give {' or '.join(PLAIN[one] for one in wanted if one is not NoneType)}",
            )


def _fit(factory: Callable[..., Any], params: Mapping[str, Any], where: str) -> None:
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):  # some C-level factories have no signature to look at
        return
    try:
        signature.bind(**params)
    except TypeError as error:
        named = [
            parameter.name
            for parameter in signature.parameters.values()
            if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        ]
        strange = [name for name in params if name not in named]
        hint = meant(strange[0], named) if strange else ""
        raise SystemLoadError(
            f"its params do not fit: {error}{hint}",
            where,
            f"it takes {', '.join(named) or 'no params'}",
        ) from error


def require_method(system: object, kind: Kind, where: str) -> None:
    """Make sure that an object has its kind's method, callable as the kind calls it.

    Raises
    ------
    SystemLoadError
        If it has not.
    """
    call = f"{kind.method}({', '.join(kind.parameters)})"
    method = getattr(system, kind.method, None)
    if not callable(method):
        raise SystemLoadError(
            f"{type(system).__name__} has no method {call}",
            where,
            f"see {kind.protocol}",
        )
    if inspect.iscoroutinefunction(method):
        raise SystemLoadError(f"{kind.method} is async; labgap calls it plainly", where)
    try:
        inspect.signature(method).bind(*kind.parameters)
    except TypeError as error:
        raise SystemLoadError(
            f"{kind.method} cannot be called as {call}: {error}", where, f"see {kind.protocol}"
        ) from error
    except ValueError:  # a C-level method has no signature to look at
        return
