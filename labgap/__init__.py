"""labgap: will the model that shone in the lab hold up on the floor, and if not, what breaks.

The command line is the main entrance; from Python, `load` opens a finished run as data frames.
"""

from labgap.loaded_run import LoadedRun, load

__all__ = ["LoadedRun", "load"]
