"""The table of which part earns what."""

from reports.vision_factors import ARMS, FACTORS, factors_markdown


def test_every_combination_has_a_row_and_every_factor_its_effect() -> None:
    def value_of(arm: str, metric: str) -> float:
        trained, detected, _ = next(levels for levels, name in ARMS.items() if name == arm)
        return 0.5 + 0.2 * trained + 0.1 * detected

    # trained readers read 4, 5 and 6 pp more in the three replications, the others all alike
    forced = {
        name: [0.9 + 0.01 * trained * (4 + number) for number in range(3)]
        for (trained, _, _), name in ARMS.items()
    }
    lab = dict.fromkeys(ARMS.values(), 1.0)
    lines = factors_markdown(value_of, forced, lab).splitlines()
    assert len(lines) == 2 + len(ARMS) + len(FACTORS)
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert lines[2].startswith("| with | with | with | `cascade` | 80.00 |")
    assert [line.count("+20.00 pp") for line in lines[-3:]] == [4, 0, 0]
    assert [line.count("+10.00 pp") for line in lines[-3:]] == [0, 4, 0]
    assert [line.count("+0.00 pp") for line in lines[-3:]] == [0, 0, 4]
    assert [line.count(" [+2.52, +7.48]") for line in lines[-3:]] == [1, 0, 0]
    # one replication has no spread
    once = {name: shares[:1] for name, shares in forced.items()}
    assert "[" not in factors_markdown(value_of, once, lab)
    # who reads the lab badly is no witness of what damage does
    lab["no_detector"] = 0.98
    marked = factors_markdown(value_of, forced, lab)
    assert "| `no_detector` † |" in marked
    assert marked.count("†") == 2
    assert marked.splitlines()[-1].startswith("† reads less than 99 % right in the lab")


def test_without_one_of_the_combinations_there_is_no_table() -> None:
    assert factors_markdown(lambda arm, metric: None if arm == "no_detector" else 0.5, {}, {}) == ""
