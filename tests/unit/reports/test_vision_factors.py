"""The table of which part earns what."""

from reports.vision_factors import ARMS, FACTORS, factors_markdown


def test_every_combination_has_a_row_and_every_factor_its_effect() -> None:
    def value_of(arm: str, metric: str) -> float:
        trained, detected, _ = next(levels for levels, name in ARMS.items() if name == arm)
        return 0.5 + 0.2 * trained + 0.1 * detected

    lines = factors_markdown(value_of).splitlines()
    assert len(lines) == 2 + len(ARMS) + len(FACTORS)
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert lines[2].startswith("| with | with | with | `cascade` | 80.00 |")
    assert [line.count("+20.00 pp") for line in lines[-3:]] == [4, 0, 0]
    assert [line.count("+10.00 pp") for line in lines[-3:]] == [0, 4, 0]
    assert [line.count("+0.00 pp") for line in lines[-3:]] == [0, 0, 4]


def test_without_one_of_the_combinations_there_is_no_table() -> None:
    assert factors_markdown(lambda arm, metric: None if arm == "no_detector" else 0.5) == ""
