"""What ``--smoke`` plays: any scenario, made small enough to try in seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.run_folder import RunFolder

__all__ = ["NETWORK_SMOKE_OVERRIDES", "SMOKE_OVERRIDES", "smoke_run"]

SMOKE_OVERRIDES = (
    "replications=2",
    "fidelity={kind: full}",
    "sorting.lanes=1",
    "sorting.arrivals={duration_s: 60, rate_per_h: 720, profile: [], burst: null, surges: []}",
)
"""About a dozen parcels."""

NETWORK_SMOKE_OVERRIDES = ("replications=2", "network.centres=6")
"""Six centres."""


@contextmanager
def smoke_run() -> Iterator[RunFolder]:
    """Make a small finished run in a temporary folder, for verbs tried with ``--smoke``."""
    # Verbs that read runs need what plays one for this alone.
    from labgap.running import RunRequest, play

    with TemporaryDirectory(prefix="labgap-smoke-") as root:
        request = RunRequest(
            scenario="quickstart",
            overrides=SMOKE_OVERRIDES,
            systems=(),
            only_arms=(),
            jobs=1,
            out=Path(root) / "smoke",
            root=Path(root),
            cache=None,
            resume=False,
        )
        yield play(request, quiet=True).folder
