"""Watches what a system does to the process it runs in."""

import contextlib
import io
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Watch"]


@dataclass(slots=True)
class Watch:
    """Sees what was written to standard output and which global state was touched.

    One watch can look on several times; what it saw adds up.
    """

    written: str = ""
    touched_random: set[str] = field(default_factory=set)
    touched_process: set[str] = field(default_factory=set)
    looks: int = 0

    @contextlib.contextmanager
    def looking(self, *, building: bool = False) -> Iterator[None]:
        """Look on while a system's code runs; output is swallowed, random state put back.

        Every look begins from another state of the global generators, so that a system that draws
        from them is seen to answer differently.  While a system is being built its imports may set
        up the process (cv2 adds to the environment), so that is looked at when it answers only.
        """
        kept_generators = _generators()
        self.looks += 1
        random.seed(self.looks)
        np.random.seed(self.looks)  # noqa: NPY002 - that very state
        generators, process = _generators(), _process()
        python_level = io.StringIO()
        sys.stdout.flush()
        kept = os.dup(1)
        with tempfile.TemporaryFile() as file_level:
            # Compiled libraries write to the descriptor, not to sys.stdout.
            os.dup2(file_level.fileno(), 1)
            try:
                with contextlib.redirect_stdout(python_level):
                    yield
            finally:
                os.dup2(kept, 1)
                os.close(kept)
                file_level.seek(0)
                self.written += python_level.getvalue()
                self.written += file_level.read(65_536).decode("utf-8", "replace")
                self.touched_random |= _changed(generators, _generators())
                if not building:
                    self.touched_process |= _changed(process, _process())
                random.setstate(kept_generators["random"])
                np.random.set_state(kept_generators["numpy.random"])  # noqa: NPY002 - that very state


def _generators() -> dict[str, Any]:
    states: dict[str, Any] = {
        "random": random.getstate(),
        "numpy.random": np.random.get_state(legacy=True),  # noqa: NPY002 - that very state
    }
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        states["torch"] = bytes(torch.random.get_rng_state().numpy())
    return states


def _process() -> dict[str, Any]:
    return {
        "the working directory": os.getcwd(),
        "the environment": dict(os.environ),
        "numpy's error handling": np.geterr(),
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if not _same(before[name], after[name])}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other))
    return bool(one == other)
