"""Looks for imports by which a system would reach into the world."""

import ast
import inspect
import sys

__all__ = ["world_imports"]

WORLD = ("sim", "metrics", "reports")


def world_imports(system: type) -> tuple[str, ...]:
    """Modules of the world that the module of a system's class imports, sorted.

    Nothing of this is a sandbox: an in-process system can reach whatever it wants to.  It finds
    the accident, and makes the intention visible.
    """
    module = sys.modules.get(system.__module__)
    try:
        tree = ast.parse(inspect.getsource(module)) if module else ast.Module([], [])
    except (OSError, TypeError, SyntaxError):
        return ()
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            named.add(node.module or "")
    return tuple(sorted(name for name in named if name.partition(".")[0] in WORLD))
