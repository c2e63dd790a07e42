"""A page never fails for want of numbers; it says what is missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.catalogue import CATALOGUE
from metrics.records import CONDITIONS, Metrics, Record
from reports.html import render_html
from reports.markdown import render_markdown
from tests import report_specimen as specimen
from tests.unit.reports.page_lint import Page


def with_records(change, **fields):
    records = tuple(
        made for record in specimen.metrics().records if (made := change(record)) is not None
    )
    return specimen.inputs(metrics=Metrics(records), **fields)


VARIANTS = {
    "no records": lambda: specimen.inputs(metrics=Metrics(())),
    "no gaps": lambda: with_records(lambda r: None if r.condition == "gap" else r),
    "only gaps": lambda: with_records(lambda r: r if r.condition == "gap" else None),
    "no intervals": lambda: with_records(lambda r: replace(r, low=None, high=None)),
    "no values": lambda: with_records(lambda r: replace(r, value=None, low=None, high=None)),
    "only all": lambda: with_records(lambda r: r if r.group == "all" else None),
    "no all": lambda: with_records(lambda r: None if r.group == "all" else r),
    "zeros": lambda: with_records(lambda r: replace(r, value=0.0, low=0.0, high=0.0, n=0)),
    "nothing alone": lambda: with_records(lambda r: None if "alone" in r.group else r),
    "only alone": lambda: with_records(lambda r: r if "alone" in r.group else None),
    "one lane, one hour": lambda: specimen.inputs(metrics=specimen.metrics(lanes=1, hours=1)),
    "no gallery": lambda: specimen.inputs(gallery=()),
    "nothing around": lambda: specimen.inputs(
        gallery=(), references=(), manifest={}, reproduce="", run_name=""
    ),
    "another primary": lambda: specimen.inputs(
        scenario=specimen.scenario(primary_metrics=("wait.induction_mean_s", "nobody.knows"))
    ),
    "no primary": lambda: specimen.inputs(scenario=specimen.scenario(primary_metrics=())),
    "one replication": lambda: specimen.inputs(replications=1),
    "sampled": lambda: specimen.inputs(
        scenario=specimen.scenario(fidelity={"kind": "sampled", "parcels": 50})
    ),
    "an arm without records": lambda: specimen.inputs(
        scenario=specimen.scenario(arms=("barcode", "silent"))
    ),
    "huge numbers": lambda: with_records(
        lambda r: r if r.value is None else replace(r, value=1e12, low=-1e12, high=1e15)
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_it_always_renders(name):
    inputs = VARIANTS[name]()
    page = Page(render_html(inputs))
    assert page.all("h1")[0].text()
    assert "None" not in page.all("main")[0].text()
    assert "nan" not in page.all("main")[0].text().lower().split()
    assert "None" not in render_markdown(inputs)


@pytest.mark.parametrize("arms", [2, 8, 32])
def test_any_number_of_arms(arms):
    names = tuple(f"arm_{index:02d}" for index in range(arms))
    inputs = specimen.inputs(arms=names, metrics=specimen.metrics(names, lanes=1, hours=2))
    page = Page(render_html(inputs))
    assert len(page.all("article")) == arms
    assert len(render_markdown(inputs)) <= 60_000


def test_missing_parts_are_named():
    text = Page(render_html(specimen.inputs(metrics=Metrics(()), gallery=()))).root.text()
    for sentence in (
        "Nothing was measured in both worlds",
        "No gap of a share was measured",
        "Outcomes were not measured",
        "No failure pictures were drawn",
    ):
        assert sentence in text


NUMBERS = st.none() | st.floats(-10, 10)
RECORDS = st.lists(
    st.builds(
        Record,
        st.sampled_from([*CATALOGUE, "new.metric"]),
        st.sampled_from(["barcode", "other"]),
        st.sampled_from(CONDITIONS),
        st.sampled_from(
            (
                "all",
                "kind=torn",
                "kind=torn,severity=3",
                "kind=torn,severity=9",
                "kind=torn,alone=yes",
                "kind=glare,severity=2,alone=yes",
                "lane=0",
                "lane=0,hour=1",
                "lane=0,hour=2",
                "lane=0,hour=x",
                "factor=load",
                "factor=degradation",
                "readable=yes",
                "",
            )
        ),
        NUMBERS,
        NUMBERS,
        NUMBERS,
        st.integers(0, 10**9),
        st.integers(0, 1000),
    ),
    max_size=12,
)


@settings(max_examples=15)
@given(RECORDS)
def test_any_records_render(records):
    inputs = specimen.inputs(metrics=Metrics(tuple(records)), gallery=())
    Page(render_html(inputs))
    render_markdown(inputs)
