"""Answers to real photographs: asked once, cached by the picture's hash, kept in the run folder."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from labgap.arms import ArmSpec
from labgap.atomic import write_atomic
from labgap.code_identity import answering_code_hash, drawing_versions, package_hash, source_hash
from labgap.errors import InvalidUse
from labgap.photo_capture import photo_capture
from labgap.photo_folder import PhotoFolder, decoded_photo
from labgap.reader_host import resolve_arm
from labgap.run_folder import RunFolder
from metrics.photos import PhotoAnswer, PhotoFigures, photo_figures
from systems.boundary import answer_batch, answer_texts

__all__ = ["PART_SIZE", "PhotoReader", "measured_photos", "photos_path", "write_expected"]

PART_SIZE = 8
"""Photographs of one task: a slow reader then loses little when it is stopped."""
ANSWERS = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        pa.field("texts", pa.string(), nullable=False),
        pa.field("decision", pa.string(), nullable=False),
    ]
)
"""A photograph by its hash, what was offered (JSON ``[{text, kind, confidence}, ...]``), and what
the reader decides where a lane asks it about its parcel."""
EXPECTED = pa.schema(
    [
        pa.field(name, pa.string(), nullable=False)
        for name in ("file", "group", "sha256", "expected")
    ]
)
REFUSED = pa.schema([pa.field(name, pa.string(), nullable=False) for name in ("file", "why")])


def photos_path(folder: RunFolder) -> Path:
    """Where a run keeps what it knows of photographs."""
    return folder.path / "photos"


def part_path(folder: RunFolder, arm: str, part: int) -> Path:
    """Folder of one part of an arm's answers."""
    return photos_path(folder) / f"arm={arm}" / f"part={part:05d}"


def write_expected(folder: RunFolder, photos: PhotoFolder) -> None:
    """Keep names, hashes and expected texts in the run; never where the folder lies."""
    path = photos_path(folder) / "expected"
    if folder.has_tables(path, photos.sha256):
        return
    rows = [{**asdict(photo), "group": photo.group} for photo in photos.photos]
    tables = {
        "photos": pa.Table.from_pylist(rows, schema=EXPECTED),
        "refused": pa.Table.from_pylist([asdict(one) for one in photos.refused], schema=REFUSED),
    }
    folder.write_tables(path, tables, photos.sha256)


@dataclass(frozen=True)
class PhotoReader:
    """One arm's reader on the photographs of a run.

    Attributes
    ----------
    arm : ArmSpec
    nonce : str
        As for `labgap.reader_host.ReaderHost`.
    cache : Path
    """

    arm: ArmSpec
    nonce: str
    cache: Path

    def question(self, photos: PhotoFolder) -> str:
        """Hash of all that the arm's answers depend on."""
        return hashlib.sha256(f"{self._identity()}{photos.sha256}".encode()).hexdigest()

    def read(self, photos: PhotoFolder, part: int) -> list[dict[str, str]]:
        """Answer one part, each photograph alone, from the cache where it was asked before.

        Raises
        ------
        systems.errors.SystemFailure
            If the system raises or breaks its contract.
        ValueError
            If a file changed since the folder was looked through.
        """
        resolved = resolve_arm(self.arm)
        rows = []
        for photo in photos.photos[part * PART_SIZE : (part + 1) * PART_SIZE]:
            said = self._cached(photo.sha256)
            if said is None:
                capture = photo_capture(photo.sha256, decoded_photo(photos.path, photo))
                (reading,) = answer_texts(resolved, [capture])
                (in_lane,) = answer_batch(resolved, [capture])
                texts = json.dumps([asdict(one) for one in reading.texts], sort_keys=True)
                said = {"texts": texts, "decision": in_lane.decision.value}
                self._keep(photo.sha256, said)
            rows.append({"sha256": photo.sha256, **said})
        return rows

    def _identity(self) -> str:
        fingerprint = resolve_arm(self.arm).fingerprint or f"run {self.nonce}"
        code = package_hash(("systems.contracts", "systems.boundary"), deep=False)
        own = package_hash(("sim.frames",), deep=False)
        asked = [self.arm.spec, self.arm.params, fingerprint, source_hash(self.arm.spec)]
        read_by = answering_code_hash()
        return json.dumps([*asked, code, read_by, own, drawing_versions()], sort_keys=True)

    def _path(self, sha256: str) -> Path:
        key = hashlib.sha256(f"photo on white {sha256} {self._identity()}".encode()).hexdigest()
        return self.cache / "photos" / key[:2] / f"{key}.json"

    def _cached(self, sha256: str) -> dict[str, str] | None:
        try:
            kept = json.loads(self._path(sha256).read_text("utf-8"))
            said = {name: str(kept[name]) for name in ("texts", "decision")}
            whole = kept["sha256"] == _digest(said)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return said if whole else None

    def _keep(self, sha256: str, said: Mapping[str, str]) -> None:
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps({"sha256": _digest(said), **said}))


def _digest(said: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def measured_photos(folder: RunFolder, arms: Iterable[str]) -> PhotoFigures:
    """Score what a run's arms said to its photographs.

    Raises
    ------
    InvalidUse
        If a table is missing or damaged.
    """
    expected = photos_path(folder) / "expected"
    rows = folder.read_table(expected / "photos.parquet").to_pylist()
    refused = folder.read_table(expected / "refused.parquet").to_pylist()
    told: list[PhotoAnswer] = []
    names = list(arms)
    for arm in names:
        said = photo_answers(folder, arm)
        for row in rows:
            if row["sha256"] not in said:
                raise InvalidUse(
                    f"the answers of arm {arm} to the photographs are not all there",
                    where=str(folder.path),
                    fix="run the same command with --resume and --out set to this folder",
                )
            texts, decision = said[row["sha256"]]
            offered = tuple((one["text"], one["kind"]) for one in texts)
            told.append(PhotoAnswer(arm, row["group"], row["expected"], offered, decision))
    return photo_figures(told, names, [(one["file"], one["why"]) for one in refused])


def photo_answers(folder: RunFolder, arm: str) -> Mapping[str, tuple[list[dict[str, Any]], str]]:
    """What an arm offered and what it decides in a lane, by the hash of the picture."""
    found: dict[str, tuple[list[dict[str, Any]], str]] = {}
    for path in sorted(photos_path(folder).glob(f"arm={arm}/part=*/answers.parquet")):
        for row in folder.read_table(path).to_pylist():
            # runs of earlier versions did not ask as a lane does: their answers have no decision
            if "decision" in row:
                found[row["sha256"]] = (json.loads(row["texts"]), row["decision"])
    return found
