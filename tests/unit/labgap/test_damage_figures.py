"""What damage does by itself, and what was kept from training beside what was not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from labgap import damage_alone, unseen_damage
from labgap.damage_alone import corruption_rows, damage_rows
from labgap.first_answers import FirstAnswers
from labgap.unseen_damage import GRAINY, unseen_rows
from scenarios.degradations import KINDS
from scenarios.loading import load_scenario
from scenarios.vision_protocol import UNSEEN_SEVERITIES
from systems.vision.training.sensor_noise import SensorNoise

DAMAGE = {
    "P0": [("torn", 2)],
    "P1": [("torn", 2), ("glare", 1)],
    "P2": [],
    "P3": [("taped", 4), ("glare", 1)],
    "P4": [("film", 1), ("taped", 4)],
    "P5": [("torn", 2)],
    "P6": [("low_light", 4), ("taped", 4)],
}
"""Parcel -> what hits it on the first pass: training saw no film and no `taped` of 4, and of
`low_light` of 4 the grain alone."""


def told(arm, wrong):
    """Answers to all parcels in two replications, the same ones wrong in both."""
    parcels = pd.MultiIndex.from_product([["0000", "0001"], list(DAMAGE)], names=["rep", "id"])
    production = np.array([parcel not in wrong for _, parcel in parcels])
    return FirstAnswers(arm, parcels, np.ones(len(parcels), bool), production)


def conditions(_):
    hits = [
        (rep, parcel, *hit)
        for rep in ("0000", "0001")
        for parcel, hits in DAMAGE.items()
        for hit in hits
    ]
    frame = pd.DataFrame(hits, columns=["rep", "id", "kind", "severity"])
    return frame.set_index(["rep", "id"])


@pytest.fixture
def answered(monkeypatch):
    """Runs are what their arms answered."""
    for module in (damage_alone, unseen_damage):
        monkeypatch.setattr(module, "first_answers", list)
        monkeypatch.setattr(module, "first_conditions", conditions)


@pytest.mark.usefixtures("answered")
def test_only_parcels_that_nothing_else_hits_count_for_a_kind():
    rows = list(damage_rows("mix", [told("cascade", {"P0", "P1", "P3"})]))
    assert rows == [
        {"mix": "mix", "arm": "cascade", "kind": "torn", "severity": 2, "value": 0.5, "n": 4}
    ]


@pytest.mark.usefixtures("answered")
def test_the_reference_is_all_its_seeds_together(monkeypatch):
    monkeypatch.setattr("metrics.corruption.SCARCE", 3)
    run = [told("a", {"P0", "P5"}), told("b", {"P0"}), told("cascade", {"P0"})]
    rows = {row["arm"]: row for row in corruption_rows("mix", run, ["a", "b"])}
    assert rows["a"]["mean"] == pytest.approx(4 / 3)
    assert rows["b"]["mean"] == rows["cascade"]["mean"] == pytest.approx(2 / 3)
    # half of a reference is none
    assert not list(corruption_rows("mix", run[1:], ["a", "b"]))


@pytest.mark.usefixtures("answered")
def test_a_parcel_counts_for_the_worst_of_what_hits_it():
    run = [told("cascade", {"P1", "P4"})]
    rows = {(row["mix"], row["group"]): row for row in unseen_rows(run, run)}
    parcels = {key: row["parcels"] for key, row in rows.items()}
    assert parcels == {
        ("production", "trained damage"): 6,
        ("production", "undamaged"): 2,
        ("unseen", "severities kept from training"): 2,
        ("unseen", "severities of noise kept from training"): 2,
        ("unseen", "kinds kept from training"): 2,
        ("unseen", "undamaged"): 2,
    }
    assert rows["production", "trained damage"]["wrong"]["value"] == pytest.approx(1 / 3)
    assert rows["unseen", "kinds kept from training"]["wrong"]["value"] == 1.0
    assert rows["unseen", "severities kept from training"]["production"] == 1.0
    assert rows["unseen", "kinds kept from training"]["lab"] == 1.0


@pytest.mark.usefixtures("answered")
def test_what_nobody_reads_undamaged_is_not_lost_to_damage():
    answers = told("cascade", {"P1"})
    lab = answers.parcels.get_level_values("id") != "P1"
    run = [replace(answers, lab=np.asarray(lab))]
    rows = {(row["mix"], row["group"]): row for row in unseen_rows(run, run)}
    trained = rows["production", "trained damage"]
    assert trained["wrong"]["value"] == pytest.approx(1 / 3)
    assert trained["lost"]["value"] == 0.0
    nothing = [replace(answers, lab=np.zeros(len(lab), bool))]
    assert {row["lost"] for row in unseen_rows(nothing, nothing)} == {None}


def test_noise_kept_from_training_is_no_stronger_than_the_grain_it_adds_itself():
    camera = load_scenario("vision_unseen").scenario.sorting.camera
    well, _, most = camera.full_well_electrons, *SensorNoise().std_range
    for kind in UNSEEN_SEVERITIES:
        levels = [KINDS[kind].levels[severity - 1] for severity in UNSEEN_SEVERITIES[kind]]
        if kind == "sensor_noise":
            grain = max(levels) / well
        elif kind == "low_light":
            grain = 1.0 / np.sqrt(well / 2.0 ** max(levels))
        else:
            continue
        assert kind in GRAINY
        # were it stronger, its severities would be unseen after all
        assert grain < most
