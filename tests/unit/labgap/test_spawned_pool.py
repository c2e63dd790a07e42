"""A pool of processes ends with the process that opened it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labgap.errors import Interrupted
from labgap.spawned_pool import spawned_pool
from tests.conftest import ROOT

OPENED = """
import sys, time
from labgap.spawned_pool import spawned_pool
from tests.unit.labgap.test_spawned_pool import say_who
if __name__ == "__main__":
    with spawned_pool(1) as pool:
        pool.submit(say_who, sys.argv[1]).result()
        time.sleep(60)
"""


def say_who(path: str) -> None:
    Path(path).write_text(str(os.getpid()), "utf-8")


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # what has ended and was not waited for is still listed
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


def test_work_is_done() -> None:
    with spawned_pool(1) as pool:
        assert pool.submit(pow, 2, 5).result() == 32


def end_at_once() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_process_of_the_pool_is_an_interruption_that_says_what_to_do() -> None:
    with pytest.raises(Interrupted, match="ended from outside") as told, spawned_pool(1) as pool:
        pool.submit(end_at_once).result()
    assert "run the same command again" in told.value.fix


def test_an_error_of_the_work_itself_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), spawned_pool(1) as pool:
        pool.submit(divmod, 1, 0).result()


def test_a_killed_opener_leaves_nobody_behind(tmp_path: Path) -> None:
    told, program = tmp_path / "told", tmp_path / "opened.py"
    program.write_text(OPENED, "utf-8")
    opener = subprocess.Popen(
        [sys.executable, str(program), str(told)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    try:
        deadline = time.monotonic() + 60.0
        while not (told.exists() and told.read_text("utf-8")):
            assert opener.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        worker = int(told.read_text("utf-8"))
        assert is_there(worker)
    finally:
        opener.send_signal(signal.SIGKILL)
        opener.wait()
    while is_there(worker):
        assert time.monotonic() < deadline
        time.sleep(0.1)
