"""A chart shows arms that have a curve of their own."""

from reports.charted_arms import charted_arms


def figures(**values):
    """Arms by name, with what they reach under one kind of damage; None: not measured."""
    return {
        "arms": {arm: {"system": arm, "params": {}} for arm in values},
        "training": dict.fromkeys(values),
        "damage": [
            {"arm": arm, "mix": "m", "kind": "torn", "severity": 1, "n": 10, "value": value}
            for arm, value in values.items()
            if value is not None
        ],
    }


def test_of_arms_with_one_curve_the_first_is_shown():
    assert charted_arms(figures(a=0.9, b=0.9, c=0.8), 6) == ["a", "c"]


def test_arms_that_were_not_measured_hide_no_other():
    assert charted_arms(figures(a=None, b=None, c=0.8), 6) == ["a", "b", "c"]


def test_no_more_than_fit_are_shown():
    assert charted_arms(figures(a=0.9, b=0.8, c=0.7), 2) == ["a", "b"]


def test_another_seed_of_the_same_training_is_not_shown():
    known = figures(a=0.9, b=0.8)
    known["training"] = {"a": {"recipe": "r", "seed": 1}, "b": {"recipe": "r", "seed": 2}}
    known["arms"] = {
        "a": {"system": "s", "params": {}},
        "b": {"system": "s", "params": {"reader": "shipped:2"}},
    }
    assert charted_arms(known, 6) == ["a"]
