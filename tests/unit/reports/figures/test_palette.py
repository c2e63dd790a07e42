import pytest

from reports.figures.palette import ROLES, arm_role, marker

LIGHT, DARK = "#f7f5f0", "#131619"
TEXT = ("ink", "mute")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


MARKS = [name for name in ROLES if name.startswith("arm") or name in {"lab", "floor", "wrong"}]


@pytest.mark.parametrize("name", [*TEXT, "lab", "floor"])
def test_text_colours_reach_four_and_a_half(name):
    role = ROLES[name]
    assert contrast(role.light, LIGHT) >= 4.5
    assert contrast(role.dark, DARK) >= 4.5


@pytest.mark.parametrize("name", MARKS)
def test_marks_reach_three(name):
    role = ROLES[name]
    for paper, card in ((LIGHT, "#ffffff"),):
        assert contrast(role.light, paper) >= 3
        assert contrast(role.light, card) >= 3
    assert contrast(role.dark, DARK) >= 3
    assert contrast(role.dark, ROLES["card"].dark) >= 3


@pytest.mark.parametrize("name", ["right", "wrong"])
def test_numbers_on_bars_can_be_read(name):
    assert contrast(ROLES[name].light, ROLES["onmark"].light) >= 4.5
    assert contrast(ROLES[name].dark, ROLES["onmark"].dark) >= 4.5


def test_stand_in_colours_are_unique():
    assert len({role.drawn for role in ROLES.values()}) == len(ROLES)


def test_no_two_of_the_first_thirty_two_arms_look_alike():
    looks = [(arm_role(index).name, marker(index)) for index in range(32)]
    assert len(set(looks)) == 32
    assert len({marker(index) for index in range(8)}) == 8
