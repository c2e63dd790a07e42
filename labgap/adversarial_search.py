"""A search of the floor's damage for what a reader misreads most, though it could be read.

Random draws of a floor rarely meet what hurts: three kinds on one label, all severe.  The search
keeps what hurt most and changes it a little, generation after generation (an evolution strategy
on sets of kind and severity), and never leaves what the floor itself may show.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labgap.floor_examples import FloorExamples
from labgap.progress import Reporter
from labgap.spawned_pool import spawned_pool
from scenarios.degradation_share import DegradationShare
from scenarios.model import Scenario
from systems.contracts.training import Example, SampleStream
from systems.contracts.vision import Capture, Reading
from systems.vision.cascade.reader import SpellingReader
from systems.vision.cascade.windows import LINES, line_window
from systems.weights import open_weights

__all__ = ["Damage", "HardExamples", "Tried", "allowed_damage", "damaged_floor", "search"]

Damage = tuple[tuple[str, int], ...]
"""Kinds with their severities, by kind."""

MOST_KINDS = 3
KEPT = 12
FIRST_EXAMPLE = 2_000_000
"""Far behind all that training, validation and their repetitions draw."""
EXAMPLES_PER_SEARCH = 100_000


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one set of damage.

    Attributes
    ----------
    damage : Damage
    shown : int
        Pictures that geometry leaves readable.
    misread : int
        Of those, read wrongly at the true places of their lines.
    """

    damage: Damage
    shown: int
    misread: int

    @property
    def rate(self) -> float:
        """Misread share, drawn towards a half where little was shown."""
        return (self.misread + 0.5) / (self.shown + 1.0) if self.shown else 0.0


def allowed_damage(floor: Scenario) -> Mapping[str, tuple[int, ...]]:
    """Severities of every kind that a floor may show."""
    return {
        entry.kind: tuple(
            severity for severity in range(1, 6) if entry.severity_shares[severity - 1] > 0.0
        )
        for entry in floor.sorting.degradations
        if entry.share > 0.0
    }


def _entry(entry: DegradationShare, severity: int) -> DegradationShare:
    only = tuple(float(each == severity) for each in range(1, 6))
    changes = {"share": 1.0, "severity_shares": only, "episodes": None}
    return entry.model_copy(update=changes)


def damaged_floor(floor: Scenario, damage: Damage) -> Scenario:
    """The same floor, every parcel of which has this damage and no other."""
    entries = {entry.kind: entry for entry in floor.sorting.degradations}
    chosen = tuple(_entry(entries[kind], severity) for kind, severity in damage)
    sorting = floor.sorting.model_copy(update={"degradations": chosen})
    return floor.model_copy(update={"sorting": sorting})


class HardExamples:
    """A stream of a floor's examples under sets of damage, the worse ones more often.

    Parameters
    ----------
    floor : Scenario
    tried : sequence of Tried
    seed : int
    first : int
        Number of the floor's example that the stream begins with.
    """

    def __init__(self, floor: Scenario, tried: Sequence[Tried], seed: int, first: int) -> None:
        self._streams: list[SampleStream[Capture, Reading]] = [
            FloorExamples(damaged_floor(floor, each.damage), True) for each in tried
        ]
        rates = np.array([each.rate for each in tried])
        # where nothing that was shown could be read, nothing is known to be worse
        self._shares = rates / rates.sum() if rates.any() else np.full(len(rates), 1 / len(rates))
        self._seed = seed
        self._first = first

    def fingerprint(self) -> str:
        """What an example follows from."""
        shares = " ".join(f"{share:.6f}" for share in self._shares)
        streams = " ".join(stream.fingerprint() for stream in self._streams)
        return f"{self._seed} {self._first} {shares} {streams}"

    def example(self, number: int) -> Example[Capture, Reading]:
        """Make example `number`, from 0."""
        rng = np.random.default_rng([self._seed, number])
        stream = self._streams[int(rng.choice(len(self._streams), p=self._shares))]
        return stream.example(self._first + number)


def search(
    reader: Path,
    floor: Scenario,
    seed: int,
    generations: int,
    jobs: int,
    reporter: Reporter,
    sets: int,
    pictures: int,
) -> list[list[Tried]]:
    """Look for what a reader misreads most.

    Parameters
    ----------
    reader : Path
        Weight file.
    floor : Scenario
        That it was trained on; nothing else is shown to it.
    seed : int
        Of the search; another one sees other parcels.
    generations : int
        The first tries every kind alone at its mildest and at its worst.
    jobs : int
    reporter : Reporter
    sets : int
        Of damage that a generation tries, at most.
    pictures : int
        Of each set of damage: ranks are all that is wanted.

    Returns
    -------
    list of list of Tried
        All that was tried so far, the most misread first, after each generation.
    """
    rng = np.random.default_rng([seed, 17])
    allowed = allowed_damage(floor)
    ends = {(kind, end) for kind, each in allowed.items() for end in (each[0], each[-1])}
    wanted = list[Damage]((end,) for end in sorted(ends)[:sets])
    tried: dict[Damage, Tried] = {}
    history = []
    with spawned_pool(jobs) as pool:
        for generation in range(generations):
            reporter.phase(f"sets of damage tried, generation {generation + 1}", len(wanted))
            first = FIRST_EXAMPLE + (seed * generations + generation) * EXAMPLES_PER_SEARCH
            asked = [
                pool.submit(_try, reader, floor, damage, first + place * pictures, pictures)
                for place, damage in enumerate(wanted)
            ]
            for done in as_completed(asked):
                found = done.result()
                tried[found.damage] = found
                reporter.advance(1)
            ranked = sorted(tried.values(), key=lambda each: (-each.rate, each.damage))
            history.append(ranked)
            wanted = _children(ranked[:KEPT], sets, tried, allowed, rng)
    return history


def _children(
    parents: Sequence[Tried],
    wanted: int,
    tried: Mapping[Damage, Tried],
    allowed: Mapping[str, tuple[int, ...]],
    rng: np.random.Generator,
) -> list[Damage]:
    children: list[Damage] = []
    for _ in range(20 * wanted):
        if len(children) == wanted:
            break
        parent = parents[int(rng.integers(len(parents)))]
        child = _changed(dict(parent.damage), allowed, rng)
        if child not in tried and child not in children:
            children.append(child)
    return children


def _changed(
    damage: dict[str, int], allowed: Mapping[str, tuple[int, ...]], rng: np.random.Generator
) -> Damage:
    """One kind more, or instead of another, or at another severity."""
    absent = sorted(set(allowed) - set(damage))
    there = sorted(damage)
    how = int(rng.integers(3))
    if how == 0 and len(damage) < MOST_KINDS and absent:
        kind = absent[int(rng.integers(len(absent)))]
    elif how == 1 and absent:
        del damage[there[int(rng.integers(len(there)))]]
        kind = absent[int(rng.integers(len(absent)))]
    else:
        kind = there[int(rng.integers(len(there)))]
    damage[kind] = int(rng.choice(allowed[kind]))
    return tuple(sorted(damage.items()))


def _try(reader: Path, floor: Scenario, damage: Damage, first: int, count: int) -> Tried:
    """Show a reader lines at their true places, and count what it gets wrong."""
    spelling = SpellingReader(open_weights(reader))
    stream = FloorExamples(damaged_floor(floor, damage), True)
    shown = misread = 0
    for number in range(first, first + count):
        if not stream.readable(number):
            continue
        example = stream.example(number)
        quads = {box.name: np.array(box.quad) for box in example.target.boxes}
        if "label" not in quads:
            continue
        view = example.request.views[0]
        names = [name for name in LINES if name in quads]
        windows = [view.window(line_window(quads[name]), spelling.size) for name in names]
        texts = spelling.read(windows, names)
        surest = max(texts, key=lambda line: line.log_odds)
        shown += 1
        misread += surest.text != example.target.fields[surest.name]
    return Tried(damage, shown, misread)
