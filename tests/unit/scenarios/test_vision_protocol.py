import pytest

from scenarios import library
from scenarios.degradations import KINDS, SEVERITY_SHARES
from scenarios.errors import InvalidScenario
from scenarios.labels_model import LABEL_FONTS, TEMPLATE_NAMES
from scenarios.loading import load_scenario
from scenarios.vision_protocol import (
    FROZEN,
    FROZEN_SEEDS,
    UNSEEN_FONTS,
    UNSEEN_KINDS,
    UNSEEN_SEVERITIES,
    UNSEEN_TEMPLATES,
    check_frozen,
    check_training,
    world_sha256,
)

TRAINING = library.path("quickstart").parent / "training" / "vision_training.yaml"


@pytest.mark.parametrize("name", FROZEN)
def test_what_was_fixed_before_the_training_is_what_it_was(name):
    scenario = load_scenario(name).scenario
    assert world_sha256(scenario) == FROZEN[name]
    check_frozen(scenario)


def test_severities_that_a_fixed_mix_leaves_at_their_default_are_what_they_were():
    # defaults are not in its hash, so that later keys may have some
    usual = {
        entry.severity_shares
        for name in FROZEN
        for entry in load_scenario(name).scenario.sorting.degradations
        if "severity_shares" not in entry.model_fields_set
    }
    assert usual == {(0.30, 0.30, 0.20, 0.12, 0.08)}


@pytest.mark.parametrize(
    "change",
    [
        "sorting.degradations.0.share=0.01",
        "seed=1",
        "sorting.camera.exposure_ms=0.01",
        "sorting.lane.belt_speed_mps=0.5",
        "replications=9",
    ],
)
def test_a_bent_mix_is_refused(change):
    with pytest.raises(InvalidScenario, match="not a mix that was fixed"):
        check_frozen(load_scenario("vision_production", [change]).scenario)


def test_a_mix_whose_parcels_lie_otherwise_is_refused():
    tipped = "sorting.flow={tipped_share: 0.5, reason: assumed for this test}"
    with pytest.raises(InvalidScenario, match="not a mix that was fixed"):
        check_frozen(load_scenario("vision_production", [tipped]).scenario)


@pytest.mark.parametrize("seed", FROZEN_SEEDS)
def test_no_training_draws_the_parcels_of_the_test(seed):
    with pytest.raises(InvalidScenario, match="kept for the test"):
        check_training(load_scenario(TRAINING, [f"seed={seed}"]).scenario)


def test_arms_and_the_desk_may_change():
    changes = ["arms.0.name=mine", "sorting.review_desk.operators=3"]
    check_frozen(load_scenario("vision_production", changes).scenario)


def test_the_training_floor_keeps_away_from_the_test():
    training = load_scenario(TRAINING).scenario
    check_training(training)
    kept = [load_scenario(name).scenario for name in (*FROZEN, "vision_accepted")]
    assert {scenario.seed for scenario in kept} == set(FROZEN_SEEDS)
    seen = {entry.kind for entry in training.sorting.degradations}
    judged = {
        entry.kind for entry in load_scenario("vision_production").scenario.sorting.degradations
    }
    assert seen == judged
    platform = {"camera_outage", "latency_spike"}
    assert seen | set(UNSEEN_KINDS) | platform == set(KINDS)


@pytest.mark.parametrize("name", ["vision_unseen", "late_wave"])
def test_a_floor_with_what_is_kept_for_the_test_trains_nothing(name):
    with pytest.raises(InvalidScenario, match="kept for the test"):
        check_training(load_scenario(name).scenario)


def test_the_unseen_scenario_holds_everything_unseen():
    sorting = load_scenario("vision_unseen").scenario.sorting
    kinds = {entry.kind for entry in sorting.degradations}
    assert set(UNSEEN_KINDS) <= kinds
    for entry in sorting.degradations:
        if entry.kind not in UNSEEN_KINDS:
            used = {i + 1 for i, share in enumerate(entry.severity_shares) if share}
            assert used <= set(UNSEEN_SEVERITIES[entry.kind])
    assert {font for label in sorting.labels for font in label.fonts} == set(UNSEEN_FONTS)
    assert {label.template for label in sorting.labels} >= set(UNSEEN_TEMPLATES)
    assert set(UNSEEN_FONTS) < set(LABEL_FONTS)
    assert set(UNSEEN_TEMPLATES) < set(TEMPLATE_NAMES)


def test_the_production_mix_is_as_the_design_asks():
    mix = load_scenario("vision_production").scenario.sorting.degradations
    untouched = 1.0
    for entry in mix:
        assert entry.share >= 0.03
        assert entry.severity_shares == SEVERITY_SHARES
        untouched *= 1.0 - entry.share
    assert 1.0 - untouched >= 0.5
