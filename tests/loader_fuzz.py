"""Feeds damaged input to every loader: ``python -m tests.loader_fuzz --inputs 10000``.

Inputs start from valid files and are cut, flipped, spliced and salted with values that have broken
loaders before.  A loader may take an input or refuse it with the error it documents; anything else
is a traceback a user would see.
"""

import argparse
import random
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from labgap.errors import LabgapError
from labgap.reading_cache import ReadingCache
from labgap.run_contents import gallery_of, read_metrics, scenario_of
from labgap.run_folder import RunFolder
from metrics.errors import MetricsError
from metrics.tables import RunTables
from scenarios import library
from scenarios.errors import InvalidScenario
from scenarios.loading import load_scenario
from scenarios.staffing import LIBRARY as STAFFING
from scenarios.staffing import load_staffing
from scenarios.sweep_loading import LIBRARY as SWEEPS
from scenarios.sweep_loading import load_sweep
from systems.errors import SystemTrouble
from systems.latency import load_profile
from systems.latency_files import profiles_text, read_profiles

SALT = [
    b"null", b"NaN", b"1e999", b"-1", b"9" * 400, b'""', b"[]", b"{}", b"[" * 3000, b"{" * 200,
    b'"../../etc/passwd"', b'"\\ud800"', b"\x1b[31m", b"\x00", b"\xff\xfe", b"\xf0\x9f", b"&a *a",
    b"!!python/object:os.system", b"<<: *x", b"true", b"0x10", b"1_000", b"12:30:45", b"\t", b": ",
    b"- ", b"\r\n", "\u202e".encode(), b"%YAML 9.9\n", b"---\n", b"1e-400", b'{"a": {"a": {}}}',
]  # fmt: skip
SETTINGS = [
    b"replications=2", b"sorting.lane.belt_speed_mps=2.0", b"fidelity={kind: full}",
    b"arms=[{name: a, vision: {name: barcode}}]", b"sorting.degradations=[]",
]  # fmt: skip


@dataclass(frozen=True)
class Loader:
    """One way in: valid inputs, how to hand one over, and the errors it documents."""

    name: str
    seeds: list[bytes]
    feed: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]


def damaged(data: bytes, draws: random.Random) -> bytes:
    """Damage an input in one to three ways."""
    for _ in range(draws.randint(1, 3)):
        at, to = sorted(draws.randrange(len(data) + 1) for _ in range(2))
        match draws.randrange(6):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + data[to:]
            case 2:
                data = data[:at] + draws.choice(SALT) + data[at:]
            case 3:
                data = data[:at] + draws.choice(SALT) + data[min(len(data), at + 8) :]
            case 4:
                flipped = bytearray(data)
                for _ in range(draws.randint(1, 8)):
                    if flipped:
                        flipped[draws.randrange(len(flipped))] ^= 1 << draws.randrange(8)
                data = bytes(flipped)
            case _:
                data = data[:at] + data[at:to] * 2 + data[to:]
    return data


def loaders(run: Path, cache: Path, place: Path) -> list[Loader]:
    """Every loader, fed through files below `place`, from a finished `run`."""
    folder = RunFolder(place / "run")
    shutil.copytree(run, folder.path)
    scenario = place / "scenario.yaml"
    table = next(folder.path.glob("events/*/rep=0000/readings.parquet"))
    truth = next(folder.path.glob("truth/rep=0000/parcels.parquet"))
    answers = next(cache.rglob("*.parquet"))
    stored = place / "cache" / answers.parent.name / answers.name
    stored.parent.mkdir(parents=True)
    arm, replication = table.parent.parent.name.removeprefix("arm="), 0

    def file(path: Path, load: Callable[[], object]) -> Callable[[bytes], object]:
        original = path.read_bytes() if path.exists() else b""

        def feed(data: bytes) -> object:
            path.write_bytes(data)
            try:
                return load()
            finally:
                path.write_bytes(original)

        return feed

    def setting(data: bytes) -> object:
        return load_scenario("quickstart", [data.decode("utf-8", "surrogateescape")])

    def tables() -> object:
        return RunTables.open(folder.path).load(arm, replication)

    gallery = folder.gallery_path / "index.json"
    metrics = folder.path / "metrics.json"
    profiles = place / "profiles.json"
    return [
        Loader(
            "scenario.yaml",
            [library.path(name).read_bytes() for name in library.names()],
            file(scenario, lambda: load_scenario(str(scenario))),
            (InvalidScenario,),
        ),
        Loader("--set", SETTINGS, setting, (InvalidScenario,)),
        Loader(
            "sweep.yaml",
            [path.read_bytes() for path in sorted(SWEEPS.glob("*.yaml"))],
            file(place / "sweep.yaml", lambda: load_sweep(place / "sweep.yaml")),
            (InvalidScenario,),
        ),
        Loader(
            "staffing.yaml",
            [path.read_bytes() for path in sorted(STAFFING.glob("*.yaml"))],
            file(place / "staffing.yaml", lambda: load_staffing(place / "staffing.yaml")),
            (InvalidScenario,),
        ),
        Loader(
            "manifest.json",
            [folder.manifest_path.read_bytes()],
            file(folder.manifest_path, lambda: scenario_of(folder.read_manifest())),
            (LabgapError,),
        ),
        Loader(
            "metrics.json",
            [metrics.read_bytes()[:4000] + b"]}", metrics.read_bytes()],
            file(metrics, lambda: read_metrics(folder)),
            (LabgapError,),
        ),
        Loader(
            "gallery/index.json",
            [gallery.read_bytes()],
            file(gallery, lambda: gallery_of(folder)),
            (LabgapError,),
        ),
        Loader("readings.parquet", [table.read_bytes()], file(table, tables), (MetricsError,)),
        Loader("parcels.parquet", [truth.read_bytes()], file(truth, tables), (MetricsError,)),
        Loader(
            "a table to show",
            [table.read_bytes()],
            file(table, lambda: folder.read_table(table)),
            (LabgapError,),
        ),
        Loader(
            "cached answers",
            [answers.read_bytes()],
            file(stored, lambda: ReadingCache(place / "cache").get(answers.stem)),
            (),
        ),
        Loader(
            "latency profiles",
            [profiles_text([load_profile("vision", "barcode")]).encode()],
            file(profiles, lambda: read_profiles(profiles)),
            (SystemTrouble,),
        ),
    ]


def fuzz(run: Path, cache: Path, inputs: int, seed: int) -> tuple[dict[str, list[int]], list[str]]:
    """Feed `inputs` inputs in turn; give taken and refused a loader, and tracebacks."""
    counts: dict[str, list[int]] = {}
    broken: list[str] = []
    draws = random.Random(seed)
    with TemporaryDirectory(prefix="labgap-fuzz-") as place:
        ways = loaders(run, cache, Path(place))
        for number in range(inputs):
            loader = ways[number % len(ways)]
            count = counts.setdefault(loader.name, [0, 0])
            data = damaged(draws.choice(loader.seeds), draws)
            try:
                loader.feed(data)
                count[0] += 1
            except loader.refusals as refusal:
                count[1] += 1
                if not str(refusal).strip():
                    broken.append(f"{loader.name}: refused without a word: {data[:200]!r}")
            except Exception:
                broken.append(f"{loader.name}: {traceback.format_exc()}\n{data[:200]!r}")
    return counts, broken


def main() -> int:
    """Make a small run, fuzz over it, and print the figures."""
    from labgap.running import RunRequest, play
    from labgap.smoke import SMOKE_OVERRIDES

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--inputs", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    with TemporaryDirectory(prefix="labgap-fuzzed-") as folder:
        root = Path(folder)
        request = RunRequest(
            "quickstart", SMOKE_OVERRIDES, (), (), 1, root / "run", root, None, False
        )
        made = play(request, quiet=True)
        counts, broken = fuzz(made.folder.path, request.cache_path, given.inputs, given.seed)
    for name, (taken, refused) in counts.items():
        print(f"{name:<20} {taken:>6} taken {refused:>6} refused")
    print("\n".join(broken[:5]))
    print(f"{given.inputs} inputs, {len(broken)} tracebacks")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
