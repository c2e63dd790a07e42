"""Errors say what, where and how to mend it, in every process."""

import pickle

import pytest

from systems.errors import SystemFailure, SystemLoadError, UnknownSystem


def test_an_error_says_what_where_and_fix() -> None:
    error = SystemLoadError("it is broken", "vision system 'x'", "mend it")
    assert str(error) == "vision system 'x': it is broken\n  fix: mend it"
    assert str(UnknownSystem("there is none")) == "there is none"


def test_a_failure_names_system_kind_rule_and_requests() -> None:
    failure = SystemFailure("x", "vision", "confidence", "it is nan", ("a", "b", "c", "d", "e"))
    for part in ("vision system 'x'", "it is nan", "confidence", "a, b, c and 2 more"):
        assert part in str(failure)


@pytest.mark.parametrize(
    "error",
    [
        SystemLoadError("what", "where", "fix"),
        SystemFailure("x", "vision", "count", "two of three", ("a",), "fix"),
    ],
)
def test_an_error_travels_between_processes(error: Exception) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


def test_only_a_failing_system_ends_with_five() -> None:
    assert SystemFailure.exit_code == 5
    assert SystemLoadError.exit_code == UnknownSystem.exit_code == 2
