"""labgap: will the model that shone in the lab hold up on the floor, and if not, what breaks.

The command line is the main entrance; from Python, `load` opens a finished run as
data frames, and `load_sweep` a finished sweep.
"""

from labgap.loaded_run import LoadedRun, load
from labgap.played_sweep import PlayedSweep, load_sweep

__all__ = ["LoadedRun", "PlayedSweep", "load", "load_sweep"]
