from dataclasses import replace

import pytest

from metrics.records import Metrics, Record
from reports.selection import Selection
from reports.verdict import Tone, verdict
from tests import report_specimen as specimen


def say(inputs):
    return verdict(
        inputs, Selection(inputs.metrics.records, [arm.name for arm in inputs.scenario.arms])
    )


def gap_of(value, low, high, metric="accuracy.forced", arm="barcode", lab=0.99, replications=10):
    records = (
        Record(metric, arm, "lab", "all", lab, None, None, 100, replications),
        Record(metric, arm, "production", "all", lab - value, None, None, 100, replications),
        Record(metric, arm, "gap", "all", value, low, high, 100, replications),
    )
    return specimen.inputs(metrics=Metrics(records))


def test_a_loss_is_said_with_its_interval_and_in_parcels():
    found = say(gap_of(0.066, 0.06, 0.072))
    assert found.arms[0].tone is Tone.LOSS
    assert found.headline == "Read accuracy falls from 99.0% in the lab to 92.4% on the floor."
    assert found.arms[0].sentence == (
        "6.6 percentage points lost (95% interval 6.0 to 7.2 pp). In every 1,000 parcels, about "
        "66 more get no right answer in time."
    )


def test_a_gain_is_a_gain():
    found = say(gap_of(-0.02, -0.03, -0.01, lab=0.95))
    assert found.arms[0].tone is Tone.GAIN
    assert "rises" in found.headline
    assert "2.0 percentage points gained (95% interval 1.0 to 3.0 pp)" in found.arms[0].sentence
    assert "20 fewer" in found.arms[0].sentence


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.02), (0.0, 0.02), (-0.02, 0.0)])
def test_an_interval_that_holds_zero_claims_nothing(low, high):
    found = say(gap_of(0.005, low, high))
    assert found.arms[0].tone is Tone.UNCLEAR
    assert "cannot tell" in found.headline
    assert "includes zero" in found.arms[0].sentence
    assert "lost" not in found.arms[0].sentence


def test_without_interval_there_is_no_verdict():
    found = say(gap_of(0.05, None, None))
    assert found.arms[0].tone is Tone.NO_INTERVAL
    assert "falls" not in found.headline
    assert any("no interval" in caution for caution in found.cautions)


def test_nothing_measured():
    found = say(specimen.inputs(metrics=Metrics(())))
    assert found.arms[0].tone is Tone.UNMEASURED
    assert found.headline.startswith("Nothing was measured")


def test_a_metric_where_less_is_better_loses_when_it_rises():
    inputs = gap_of(-0.02, -0.03, -0.01, metric="rate.misroute", lab=0.01)
    inputs = replace(inputs, scenario=specimen.scenario(primary_metrics=("rate.misroute",)))
    found = say(inputs)
    assert found.arms[0].tone is Tone.LOSS
    assert "2.0 percentage points lost (95% interval 1.0 to 3.0 pp)" in found.arms[0].sentence
    assert "rises from 1.0% in the lab to 3.0% on the floor" in found.headline


@pytest.mark.parametrize(("replications", "expected"), [(9, True), (10, False), (1, True)])
def test_few_replications_are_an_indication(replications, expected):
    found = say(specimen.inputs(replications=replications))
    assert any("fewer than 10" in caution for caution in found.cautions) is expected


def test_sampled_fidelity_is_said():
    scenario = specimen.scenario(fidelity={"kind": "sampled", "parcels": 400})
    found = say(specimen.inputs(scenario=scenario))
    assert any(caution.startswith("Sampled:") and "400" in caution for caution in found.cautions)
    assert not say(specimen.inputs()).cautions


def test_a_reader_weak_in_the_lab_is_pointed_out():
    assert any("weak" in text for text in say(gap_of(0.01, 0.005, 0.015, lab=0.6)).cautions)
    assert any("weak" in text for text in say(gap_of(-0.1, -0.2, -0.05, lab=0.0)).cautions)


def test_several_arms_name_the_smallest_and_the_largest_fall():
    found = say(specimen.inputs(arms=("barcode", "two_stage", "ocr_only")))
    assert found.headline == (
        "All 3 arms lose read accuracy on the floor, from 3.0 percentage points (two_stage) to "
        "8.9 percentage points (ocr_only)."
    )


def test_two_arms_of_which_one_holds():
    both = specimen.inputs(arms=("barcode", "two_stage"))
    records = tuple(
        replace(record, low=-0.1, high=0.1)
        if (record.metric, record.condition, record.arm, record.group)
        == ("accuracy.forced", "gap", "two_stage", "all")
        else record
        for record in both.metrics.records
    )
    found = say(replace(both, metrics=Metrics(records)))
    assert found.headline.startswith("1 of 2 arms loses read accuracy")
    assert say(both).headline.startswith("Both arms lose")


def test_what_hurts_most_is_the_worst_kind():
    points = {point.topic: point.sentence for point in say(specimen.inputs()).arms[0].points}
    assert points["What hurts most"].startswith(
        "Motion blur: parcels hit by nothing else lose 45.5 percentage points (95% interval "
    )
    assert points["What hurts most"].endswith("Next comes taped with 27.1 percentage points.")


def harm(kind, value, low=None, high=None, alone=True, n=50):
    group = f"kind={kind}" + ",alone=yes" * alone
    return Record("accuracy.forced", "barcode", "gap", group, value, low, high, n, 10)


def hurts(*records):
    found = say(specimen.inputs(metrics=Metrics(records)))
    return found.arms[0].points[0].sentence


def test_company_does_not_make_a_kind_the_worst():
    torn, glare = harm("torn", 0.3, 0.2, 0.4), harm("glare", 0.1, 0.05, 0.15)
    company = harm("glare", 0.8, 0.7, 0.9, alone=False)
    assert hurts(company, torn, glare).startswith("Torn: parcels hit by nothing else lose 30.0")
    assert hurts(company, torn).startswith("Torn: parcels hit by nothing else lose 30.0")
    assert hurts(company, torn).endswith("Not ranked, for want of parcels hit by it alone: glare.")


def test_an_older_run_ranks_all_parcels_a_kind_hits_and_says_so():
    company = harm("glare", 0.8, 0.7, 0.9, alone=False)
    torn = harm("torn", 0.3, 0.2, 0.4, alone=False)
    assert hurts(torn, company) == (
        "Glare: parcels it hits, other damage included, lose 80.0 percentage points (95% interval "
        "70.0 to 90.0 pp). Next comes torn with 30.0 percentage points."
    )
    unknown = replace(harm("torn", 0.3), value=None)
    assert "other damage included" in hurts(torn, company, unknown)


def test_a_few_parcels_do_not_hide_what_is_shown():
    few, many = harm("taped", 0.6, -0.2, 0.95, n=3), harm("torn", 0.3, 0.2, 0.4)
    assert hurts(few, many).startswith("Torn: parcels hit by nothing else lose 30.0")
    assert "Next comes" not in hurts(few, many)
    assert hurts(few) == (
        "Nothing stands out: the largest loss on parcels hit by nothing else is under taped, 60.0 "
        "percentage points, and its interval (\u221220.0 to 95.0 pp) includes zero."
    )
    assert hurts(harm("torn", -0.1)) == (
        "No kind of degradation lowers it on parcels hit by nothing else."
    )
    assert hurts(harm("torn", 0.1)).endswith("lose 10.0 percentage points (no interval, 50 pairs).")


def test_throughput_is_told_beside_what_was_offered():
    points = {point.topic: point.sentence for point in say(specimen.inputs()).arms[0].points}
    assert "3,281 of the 3,420 parcels" in points["Lane throughput"]
    assert "Damage alone costs 31.0 an hour" in points["Lane throughput"]


def test_effects_tell_direction_and_doubt():
    points = {point.topic: point.sentence for point in say(specimen.inputs()).arms[0].points}
    assert "up 0.33 percentage points" in points["Misroutes"]
    inputs = gap_of(-0.001, -0.003, 0.001, metric="rate.misroute", lab=0.01)
    points = {point.topic: point.sentence for point in say(inputs).arms[0].points}
    assert "no clear change" in points["Misroutes"]
    assert "(95% interval \u22120.10 to 0.30 pp)" in points["Misroutes"]
    assert points["Exceptions"] == "Not measured."


def test_every_tone_has_its_own_shape_and_words():
    assert len({tone.shape for tone in Tone}) == len({tone.word for tone in Tone}) == len(Tone)
