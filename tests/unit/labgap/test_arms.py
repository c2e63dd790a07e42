import pytest

from labgap.arms import choose_arms
from labgap.errors import InvalidUse
from tests.synthetic_run import make_scenario


def test_a_users_system_joins_the_scenarios_arms() -> None:
    scenario = make_scenario(arms=("barcode", "other"))
    arms = choose_arms(scenario, ["vision=pkg.reader:Reader"])
    assert [arm.name for arm in arms] == ["barcode", "other", "candidate"]
    assert [arm.from_command_line for arm in arms] == [False, False, True]
    assert arms[-1].spec == "pkg.reader:Reader"


def test_arms_can_be_chosen() -> None:
    scenario = make_scenario(arms=("barcode", "other"))
    assert [arm.name for arm in choose_arms(scenario, only=["other"])] == ["other"]


@pytest.mark.parametrize("option", ["barcode", "vision=", "=barcode", "routing=x", "hearing=x"])
def test_a_malformed_option_is_refused(option: str) -> None:
    with pytest.raises(InvalidUse, match="KIND=SYSTEM"):
        choose_arms(make_scenario(), [option])


def test_two_candidates_are_refused() -> None:
    with pytest.raises(InvalidUse, match="two arms"):
        choose_arms(make_scenario(), ["vision=a", "vision=b"])


def test_an_unknown_arm_names_the_known_ones() -> None:
    with pytest.raises(InvalidUse) as caught:
        choose_arms(make_scenario(arms=("barcode",)), only=["barcod"])
    assert "barcode" in caught.value.fix


def test_parameters_are_the_candidates() -> None:
    arms = choose_arms(
        make_scenario(), ["vision=barcode"], params=["try_rotate=false", "name=x=y", "level=0.5"]
    )
    assert arms[-1].params == {"try_rotate": False, "name": "x=y", "level": 0.5}
    assert all("try_rotate" not in arm.params for arm in arms[:-1])


@pytest.mark.parametrize(
    ("systems", "params"),
    [([], ["a=1"]), (["vision=barcode"], ["a"]), (["vision=barcode"], ["=1"]),
     (["vision=barcode"], ["a=[1]"]), (["vision=barcode"], ["a=null"])],
)  # fmt: skip
def test_parameters_that_nobody_can_take_are_refused(systems: list[str], params: list[str]) -> None:
    with pytest.raises(InvalidUse) as refused:
        choose_arms(make_scenario(), systems, params=params)
    assert refused.value.where == "--param"
