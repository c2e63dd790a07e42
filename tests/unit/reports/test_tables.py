from metrics.records import Record
from reports.selection import Selection
from reports.tables import comparison_table
from tests import report_specimen as specimen


def sizes(records, metric="wait.review_mean_s"):
    made = comparison_table("t", "T", Selection(records, ["barcode"]), (metric,), ("all",))
    assert made.columns[-1].header == "n in production"
    return [row[-1].text for row in made.rows]


def test_n_is_that_of_production_not_of_the_calmer_lab():
    records = specimen.metrics().records
    found = {r.condition: r.n for r in records if r.metric == "wait.review_mean_s"}
    assert found["lab"] == found["gap"] == 1
    assert sizes(records) == [f"{found['production']:,}"]


def test_without_production_there_is_no_n():
    lab = Record("wait.review_mean_s", "barcode", "lab", "all", 0.4, None, None, 7, 10)
    assert sizes([lab]) == ["not measured"]
