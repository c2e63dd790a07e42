"""How much of a figure is the luck of one training: the same arm with readers of several seeds."""

import json
from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import Any

from reports.vision_cells import PRODUCTION, answers_of, arm_cell, record_of, table

__all__ = ["further_seeds", "seed_groups", "seeds_markdown", "spread", "trained_alike"]


def seed_groups(figures: Mapping[str, Any]) -> list[list[str]]:
    """Arms that differ in the seed of their reader's training alone, two or more a group."""
    used = {}
    for arm, training in figures["training"].items():
        told = figures["arms"][arm]
        params = {name: value for name, value in told["params"].items() if name != "reader"}
        used[arm] = training and {**training, "used as": [told["system"], params]}
    return trained_alike(used)


def further_seeds(figures: Mapping[str, Any]) -> frozenset[str]:
    """Arms that say again, with another seed, what an earlier one says."""
    return frozenset(arm for arms in seed_groups(figures) for arm in arms[1:])


def seeds_markdown(figures: Mapping[str, Any]) -> str:
    """Table of means over seeds with the least and the most; empty where there is one of each."""
    rows = []
    for arms in seed_groups(figures):
        seeds = [figures["training"][arm]["seed"] for arm in arms]

        def of(
            metric: str, condition: str, group: str, arms: Sequence[str] = arms
        ) -> list[float | None]:
            records = [
                record_of(figures, PRODUCTION, metric, arm, condition, group) for arm in arms
            ]
            return [None if record is None else record["value"] for record in records]

        wrong = [answers_of(figures, PRODUCTION, arm, "production") for arm in arms]
        shares = [
            answers["accepted_wrong"] / answers["accepted"]
            if answers and answers["accepted"]
            else None
            for answers in wrong
        ]
        rows.append(
            (
                arm_cell(arms[0]),
                ", ".join(map(str, seeds)),
                spread(of("accuracy.forced", "lab", "all")),
                spread(of("accuracy.forced", "production", "readable=yes")),
                spread(of("accuracy.forced", "gap", "readable=yes")),
                spread(of("rate.hand_off", "production", "all")),
                spread(shares, "{:.3f}".format),
            )
        )
    header = (
        "arm",
        "seeds",
        "lab %",
        "production, readable %",
        "gap, readable pp",
        "review %",
        "wrong of accepted %",
    )
    return table(header, rows)


def trained_alike(training: Mapping[str, Mapping[str, Any] | None]) -> list[list[str]]:
    """Arms whose readers differ in the seed of their training alone, two or more a group."""
    groups: dict[str, list[str]] = {}
    for arm, told in training.items():
        if told is not None:
            alike = {name: value for name, value in told.items() if name != "seed"}
            groups.setdefault(json.dumps(alike, sort_keys=True), []).append(arm)
    return [arms for arms in groups.values() if len(arms) > 1]


def spread(shares: Sequence[float | None], words: Callable[[float], str] = "{:.2f}".format) -> str:
    """Mean of shares in per cent, and the least and the most of them."""
    known = [100 * share for share in shares if share is not None]
    if len(known) < len(shares) or not known:
        return "not measured"
    return f"{words(mean(known))} ({words(min(known))} to {words(max(known))})"
