"""labgap: will the model that shone in the lab hold up on the floor, and if not, what breaks.

The command line is the main entrance; from Python, `load` opens a finished run as
data frames, and `load_sweep` a finished sweep.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labgap.loaded_run import LoadedRun, load
    from labgap.played_sweep import PlayedSweep, load_sweep

__all__ = ["LoadedRun", "PlayedSweep", "load", "load_sweep"]

_HOMES = {
    "LoadedRun": "labgap.loaded_run",
    "load": "labgap.loaded_run",
    "PlayedSweep": "labgap.played_sweep",
    "load_sweep": "labgap.played_sweep",
}
"""Every module of ours imports this one: data frames are loaded when somebody asks for them."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
