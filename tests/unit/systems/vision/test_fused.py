"""Two readers of one label: who is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from systems.contracts.vision import Reading, ReadingDecision
from systems.vision.cascade.fused import fused

ACCEPT, REVIEW, NO_READ = ReadingDecision.ACCEPT, ReadingDecision.REVIEW, ReadingDecision.NO_READ


def said(decision, confidence=0.0, **fields):
    return Reading("c", decision, confidence, fields)


NOTHING = said(NO_READ)
SYMBOL = said(ACCEPT, 0.995, tracking_id="1", sort_code="A")


def test_a_symbol_stands_alone_and_so_does_print():
    assert fused(NOTHING, SYMBOL).fields == SYMBOL.fields
    assert fused(NOTHING, SYMBOL).decision is ACCEPT
    printed = said(ACCEPT, 0.999, sort_code="A")
    assert fused(printed, NOTHING).fields == {"sort_code": "A"}
    assert fused(printed, NOTHING).decision is ACCEPT


def test_two_labels_in_view_go_to_review_though_print_agrees_with_one_of_them():
    printed = said(REVIEW, 0.6, sort_code="A", tracking_id="1")
    answer = fused(printed, said(REVIEW, 0.3, tracking_id="1"))
    assert answer.decision is REVIEW
    assert answer.fields == printed.fields
    assert answer.confidence == 0.6


@pytest.mark.parametrize("texts", ["1", "2"])
def test_two_labels_in_view_go_to_review_however_sure_print_is_of_one(texts):
    answer = fused(said(ACCEPT, 0.999, tracking_id="1"), said(REVIEW, 0.3, tracking_id=texts))
    assert answer.decision is REVIEW
    assert answer.fields == {"tracking_id": "1"}
    assert answer.confidence == 0.999


@pytest.mark.parametrize("other", [said(REVIEW, 0.5, sort_code="A"), said(REVIEW, 0.5)])
def test_agreement_makes_an_answer_surer_and_adds_nothing_unsure(other):
    answer = fused(other, said(ACCEPT, 0.995, sort_code="A"))
    assert answer.decision is ACCEPT
    assert answer.fields == {"sort_code": "A"}
    assert answer.confidence == (0.9999 if other.fields else 0.995)


def test_a_field_that_only_one_reader_has_is_no_surer_for_agreement_on_another():
    printed = said(ACCEPT, 0.99, sort_code="A", tracking_id="1")
    answer = fused(printed, said(ACCEPT, 0.98, tracking_id="1"))
    assert answer.fields == printed.fields
    assert answer.confidence == 0.98
    assert fused(said(REVIEW, 0.5, tracking_id="1"), SYMBOL).confidence == 0.995


def test_two_sure_readers_that_differ_go_to_review():
    answer = fused(said(ACCEPT, 0.9999, sort_code="B"), SYMBOL)
    assert answer.decision is REVIEW
    assert answer.fields == {"sort_code": "B"}


def test_a_doubt_in_print_does_not_outweigh_a_symbol():
    answer = fused(said(REVIEW, 0.5, sort_code="B"), SYMBOL)
    assert answer.decision is ACCEPT
    assert answer.fields == SYMBOL.fields


def test_fields_of_two_sure_readers_are_joined():
    answer = fused(said(ACCEPT, 0.999, sort_code="A"), said(ACCEPT, 0.98, tracking_id="1"))
    assert answer.fields == {"sort_code": "A", "tracking_id": "1"}
    assert answer.confidence == pytest.approx(0.999 * 0.98)


def test_nothing_is_nothing():
    assert fused(NOTHING, NOTHING).decision is NO_READ


readings = st.builds(
    lambda decision, confidence, fields: Reading(
        "c",
        decision if fields else NO_READ,
        confidence if fields else 0.0,
        fields,
    ),
    st.sampled_from([ACCEPT, REVIEW]),
    st.floats(0.0, 1.0),
    st.dictionaries(st.sampled_from(["tracking_id", "sort_code"]), st.sampled_from("AB")),
)


@given(printed=readings, symbol=readings)
def test_no_field_is_made_up_and_no_contradiction_is_accepted_by_two(printed, symbol):
    answer = fused(printed, symbol)
    for name, text in answer.fields.items():
        assert text in (printed.fields.get(name), symbol.fields.get(name))
    if answer.decision is ACCEPT:
        assert answer.fields
        assert ACCEPT in (printed.decision, symbol.decision)
        differ = {
            name
            for name in set(printed.fields) & set(symbol.fields)
            if printed.fields[name] != symbol.fields[name]
        }
        assert not (differ and printed.decision is symbol.decision)
        assert symbol.decision is not REVIEW
    assert 0.0 <= answer.confidence <= 1.0
    assert [stage.name for stage in answer.stages][-2:] == ["print", "symbol"]
