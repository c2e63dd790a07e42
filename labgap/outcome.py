"""How a command ends: every known failure becomes a sentence and a documented exit code."""

import errno
import functools
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar

import typer

from labgap.console import note
from labgap.errors import LabgapError
from labgap.exit_codes import ExitCode
from metrics.errors import MetricsError
from scenarios.errors import InvalidScenario
from systems.errors import SystemTrouble

__all__ = ["ends_clearly"]

Params = ParamSpec("Params")
Result = TypeVar("Result")
BROKEN_PIPE = 141
DISK_FIXES = {
    number: f"\n  fix: {advice}; a run goes on with the same command and --resume, "
    "and what it finished is kept"
    for number, advice in {
        errno.ENOSPC: "free some space on that disk",
        errno.EDQUOT: "free some of your quota on that disk",
        errno.EFBIG: "allow larger files there (ulimit -f), or choose another folder",
        errno.ENOENT: "check the path, or create the folder that holds it",
        errno.EEXIST: "there is a file of that name: choose another",
        errno.ENOTDIR: "a part of that path is a file: choose another",
        errno.EISDIR: "that is a folder: name a file",
        errno.EROFS: "choose a folder that can be written to",
        errno.EACCES: "choose a folder that you may write to, or ask for the right to",
        errno.EPERM: "choose a folder that you may write to, or ask for the right to",
    }.items()
}


def ends_clearly(command: Callable[Params, Result]) -> Callable[Params, Result]:
    """Wrap a command so that it never ends in a traceback or an undocumented exit code."""

    @functools.wraps(command)
    def wrapped(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except LabgapError as error:
            _end(str(error), error.code)
        except (InvalidScenario, MetricsError) as error:
            _end(str(error), ExitCode.INVALID)
        except SystemTrouble as error:
            _end(str(error), ExitCode(error.exit_code))
        except KeyboardInterrupt:
            _end("stopped", ExitCode.INTERRUPTED)
        except BrokenPipeError:
            # Whoever read our output has left; keep Python from complaining again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(BROKEN_PIPE) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            fix = DISK_FIXES.get(error.errno or 0, "")
            _end(f"{where}{error.strerror or error}{fix}", ExitCode.INVALID)
        except MemoryError:
            _end("out of memory; use fewer --jobs or a smaller scenario", ExitCode.INVALID)
        except typer.Exit:
            raise
        except Exception:
            _end(_report_bug(), ExitCode.BUG)

    return wrapped


def _end(message: str, code: ExitCode) -> NoReturn:
    note(f"labgap: {message}")
    raise typer.Exit(int(code))


def _report_bug() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="labgap-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as handle:
        traceback.print_exc(file=handle)
    kind, error, _ = sys.exc_info()
    said = " ".join(str(error).split())[:300]
    return (
        f"this is a bug in labgap ({kind.__name__ if kind else 'unknown'}: {said}); details are in "
        f"{Path(handle.name)}\n  fix: please report it with that file and the command you ran"
    )
