"""The piece of work that asks one arm about a few photographs."""

from dataclasses import dataclass

import pyarrow as pa

from labgap.arms import ArmSpec
from labgap.photo_folder import PhotoFolder
from labgap.photo_results import ANSWERS, PART_SIZE, PhotoReader, part_path, write_expected
from labgap.tasks import Failure, RunSpec
from systems.errors import SystemFailure

__all__ = ["PhotoTask", "photo_tasks"]


@dataclass(frozen=True)
class PhotoTask:
    """Ask one arm about one part of the photographs."""

    spec: RunSpec
    arm: ArmSpec
    photos: PhotoFolder
    part: int

    def run(self) -> Failure | None:
        """Leave the part's answers in the run folder."""
        reader = _reader(self.spec, self.arm)
        try:
            rows = reader.read(self.photos, self.part)
        except (SystemFailure, ValueError) as error:
            return self._failure(str(error))
        folder = self.spec.folder
        tables = {"answers": pa.Table.from_pylist(rows, schema=ANSWERS)}
        path = part_path(folder, self.arm.name, self.part)
        folder.write_tables(path, tables, reader.question(self.photos))
        return None

    def failed(self, message: str) -> Failure:
        """Say which photographs of which arm could not be read."""
        return self._failure(f"vision system {self.arm.spec!r} {message}")

    def _failure(self, message: str) -> Failure:
        first = self.photos.photos[self.part * PART_SIZE]
        return Failure(message, self.arm.name, 0, f"photographs from {first.file} on")


def photo_tasks(spec: RunSpec) -> tuple[PhotoTask, ...]:
    """List what remains to be asked about a run's photographs, and keep what they are."""
    photos = spec.photos
    if photos is None:
        return ()
    write_expected(spec.folder, photos)
    parts = range(-(-len(photos.photos) // PART_SIZE))
    questions = {arm.name: _reader(spec, arm).question(photos) for arm in spec.arms}
    return tuple(
        PhotoTask(spec, arm, photos, part)
        for arm in spec.arms
        for part in parts
        if not spec.folder.has_tables(part_path(spec.folder, arm.name, part), questions[arm.name])
    )


def _reader(spec: RunSpec, arm: ArmSpec) -> PhotoReader:
    return PhotoReader(arm, spec.nonce, spec.cache)
