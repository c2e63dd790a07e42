"""Progress of long work: bars on a terminal, plain lines elsewhere, nothing when quiet."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

__all__ = ["Reporter", "per_mille", "progress_reporter"]

PLAIN_INTERVAL_S = 10.0


class Reporter(Protocol):
    """Hears how far a phase is."""

    def phase(self, name: str, total: int) -> None:
        """A phase of `total` steps begins; the one before it is over."""

    def advance(self, steps: int) -> None:
        """`steps` more are done."""


@contextmanager
def per_mille(reporter: Reporter, name: str) -> Iterator[Callable[[float], None]]:
    """A phase of a thousand steps whose share, from 0 to 1, is told now and then; full at its end.

    Yields
    ------
    callable (share)
    """
    reporter.phase(f"{name} (‰)", 1000)
    told = 0

    def said(share: float) -> None:
        nonlocal told
        reporter.advance(int(share * 1000) - told)
        told = int(share * 1000)

    yield said
    said(1.0)


class _Silent:
    def phase(self, name: str, total: int) -> None:
        pass

    def advance(self, steps: int) -> None:
        pass


class _Bars:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def phase(self, name: str, total: int) -> None:
        self._task = self._progress.add_task(name, total=total)

    def advance(self, steps: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, steps)


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._name, self._total, self._done, self._said = "", 0, 0, 0.0

    def phase(self, name: str, total: int) -> None:
        self._name, self._total, self._done = name, total, 0
        self._say()

    def advance(self, steps: int) -> None:
        self._done += steps
        if self._done >= self._total or time.monotonic() - self._said >= PLAIN_INTERVAL_S:
            self._say()

    def _say(self) -> None:
        self._said = time.monotonic()
        print(f"{self._name}: {self._done}/{self._total}", file=self._stream, flush=True)


@contextmanager
def progress_reporter(quiet: bool, stream: TextIO | None = None) -> Iterator[Reporter]:
    """Choose how to show progress on `stream` (standard error by default).

    ``NO_COLOR`` takes the colour, a stream that is no terminal (or ``CI``) takes the bars.
    """
    out = stream or sys.stderr
    if quiet:
        yield _Silent()
    elif out.isatty() and not os.environ.get("CI"):
        console = Console(file=out)
        columns = (
            TextColumn("{task.description:<28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as progress:
            yield _Bars(progress)
    else:
        yield _Lines(out)
