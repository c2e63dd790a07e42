"""Options of ``labgap calibrate``."""

import pytest

from labgap.commands.calibrate import _file_name, _sizes
from labgap.errors import InvalidUse
from labgap.parameters import parsed_parameters


def test_batch_sizes_are_sorted_and_named_once() -> None:
    assert _sizes("8, 1,32,8") == (1, 8, 32)


@pytest.mark.parametrize("text", ["", "1,x", "0", "257", "-1", "1,,8", "1.5", "\u0663", "9" * 5000])
def test_no_list_of_batch_sizes_is_refused(text: str) -> None:
    with pytest.raises(InvalidUse, match="no list of batch sizes"):
        _sizes(text)


def test_parameters_are_read_as_json_where_they_can_be() -> None:
    given = ["a=1", "b=0.5", "c=true", "d=word", "e=", "f=x=y"]
    assert parsed_parameters(given) == {
        "a": 1,
        "b": 0.5,
        "c": True,
        "d": "word",
        "e": "",
        "f": "x=y",
    }


@pytest.mark.parametrize("option", ["a", "=1", "a=[1]", "a={}", "a=null"])
def test_what_is_no_parameter_is_refused(option: str) -> None:
    with pytest.raises(InvalidUse, match="KEY=VALUE"):
        parsed_parameters([option])


def test_a_file_is_named_after_the_system_and_stays_in_its_folder() -> None:
    assert _file_name("vision", "pkg.mod:Reader") == "vision-pkg.mod-Reader.json"
    assert "/" not in _file_name("vision", "../../etc/passwd")
