"""Rounds of search and training: find what a reader misreads most, train on it, look again."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labgap.adversarial_search import HardExamples, Tried, search
from labgap.atomic import write_atomic
from labgap.progress import Reporter, per_mille
from labgap.reading_cache import world_code_hash
from labgap.spawned_pool import spawned_pool
from scenarios.loading import canonical_json
from scenarios.model import Scenario
from systems.vision.training.sheets import Sheet, draw_sheets, read_sheet

if TYPE_CHECKING:
    from systems.vision.training.parts import Training

__all__ = ["AdversarialRounds", "Effort"]

HARDEST = 24
"""Sets of damage that a round trains on."""
FIRST_EXAMPLE = 4_000_000
"""Of the pictures to train on; apart from those of the same round's search."""
EXAMPLES_PER_ROUND = 100_000


@dataclass(frozen=True, slots=True)
class Effort:
    """What a round takes.

    Attributes
    ----------
    steps : int
        Of its training.
    generations : int
        Of its search.
    sets : int
        Of damage that each generation tries; the first, all kinds alone, needs two a kind.
    pictures : int
        Of each set.
    sheets : int
        Of pictures of the worst, to train on.
    """

    steps: int = 400
    generations: int = 4
    sets: int = 32
    pictures: int = 24
    sheets: int = 20


@dataclass(frozen=True, slots=True)
class AdversarialRounds:
    """So many rounds after a reader's training.

    Each searches the floor's damage for what the reader of the round before misreads most, and
    goes on with its training on pictures of which half are the floor's and half are those.  What
    was tried, and what came of it, stands in the card of the round's reader and, in full, in a
    file beside it.

    Attributes
    ----------
    training : Training
        Of the reader to begin with.
    reader : Path
        Its weight file; a round's is called after it.
    checkpoints : Path
        Folder of its training, beside which those of the rounds are kept.
    floor : Scenario
    sheets, validation : sequence of Sheet
        Of the floor.
    examples : int
        Pictures of a sheet.
    effort : Effort
    jobs : int
    work : Path
        Of hard sheets and searches; a killed round goes on from there.
    """

    training: "Training"
    reader: Path
    checkpoints: Path
    floor: Scenario
    sheets: Sequence[Sheet]
    validation: Sequence[Sheet]
    examples: int
    effort: Effort
    jobs: int
    work: Path

    def run(self, rounds: int, data: dict[str, Any], reporter: Reporter) -> list[dict[str, Any]]:
        """Go through the rounds, and give the card of each one's reader.

        Parameters
        ----------
        rounds : int
        data : dict
            What the cards tell of the pictures.
        reporter : Reporter
        """
        from systems.vision.training.loop import Budget
        from systems.vision.training.parts import train_part
        from systems.weights import amend_card

        cards = []
        reader, start = self.reader, self.checkpoints
        for number in range(1, rounds + 1):
            history = self._searched(reader, number, reporter)
            hard = self._drawn(history[-1][:HARDEST], number, reporter)
            # half of what is seen is the floor's: a reader that sees nothing else forgets it
            repeated = max(1, round(len(self.sheets) / len(hard)))
            training = replace(
                self.training,
                budget=Budget(steps=self.effort.steps),
                milestones=(),
                seed=self._seed(number),
                start=start,
            )
            checkpoints = self.checkpoints.with_name(f"{self.checkpoints.name}-round{number}")
            reader = self.reader.with_name(f"{self.reader.stem}-round{number}.onnx")
            with per_mille(reporter, f"training {reader.stem}") as said:
                train_part(
                    training,
                    [*self.sheets, *hard * repeated],
                    self.validation,
                    checkpoints,
                    reader,
                    data | {"hard_pictures": len(hard) * self.examples},
                    said,
                )
            log = [[_told(tried) for tried in ranked] for ranked in history]
            write_atomic(
                reader.with_name(f"{reader.stem}-search.json"), json.dumps(log, indent=1) + "\n"
            )
            hardest = [_told(tried) for tried in history[-1][:HARDEST]]
            cards.append(amend_card(reader, round=number, hardest_before=hardest))
            start = checkpoints
        return cards

    def _seed(self, number: int) -> int:
        return 1000 * number + self.training.seed

    def _searched(self, reader: Path, number: int, reporter: Reporter) -> list[list[Tried]]:
        asked = [
            hashlib.sha256(reader.read_bytes()).hexdigest(),
            world_code_hash(),
            canonical_json(self.floor),
            self._seed(number),
            self.effort.generations,
            self.effort.sets,
            self.effort.pictures,
        ]
        digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()
        kept = self.work / "searches" / f"{digest[:16]}.json"
        if kept.is_file():
            return [
                [Tried(_damage(row["damage"]), row["shown"], row["misread"]) for row in ranked]
                for ranked in json.loads(kept.read_text("utf-8"))
            ]
        history = search(
            reader,
            self.floor,
            self._seed(number),
            self.effort.generations,
            self.jobs,
            reporter,
            self.effort.sets,
            self.effort.pictures,
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(kept, json.dumps([[asdict(each) for each in ranked] for ranked in history]))
        return history

    def _drawn(self, hardest: Sequence[Tried], number: int, reporter: Reporter) -> list[Sheet]:
        first = FIRST_EXAMPLE + self._seed(number) * EXAMPLES_PER_ROUND
        stream = HardExamples(self.floor, hardest, self._seed(number), first)
        digest = hashlib.sha256(stream.fingerprint().encode()).hexdigest()
        folder = self.work / "sheets" / f"hard-{digest[:12]}-{self.examples}"
        reporter.phase(f"hard pictures drawn (x {self.examples})", self.effort.sheets)
        with spawned_pool(self.jobs) as pool:
            drawn = [
                pool.submit(draw_sheets, stream, folder, range(n, n + 1), self.examples)
                for n in range(self.effort.sheets)
            ]
            for done in as_completed(drawn):
                done.result()
                reporter.advance(1)
        return [read_sheet(folder, n, "reader") for n in range(self.effort.sheets)]


def _told(tried: Tried) -> dict[str, Any]:
    words = " + ".join(f"{kind} {severity}" for kind, severity in tried.damage)
    return {"damage": words, "shown": tried.shown, "misread": tried.misread}


def _damage(pairs: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(kind), int(severity)) for kind, severity in pairs)
