import pyarrow as pa
import pytest

from sru_ner.evaluation.confidence.bootstrap import intervals
from sru_ner.evaluation.confidence.document_counts import count_by_document
from sru_ner.predictions.file_intervals import with_intervals
from sru_ner.predictions.file_scores import score

DOCUMENTS = [f"d{number}" for number in range(12)]


@pytest.fixture
def decisions(decisions_of) -> pa.Table:
    """Nine documents with a disease, found in every third and half found in the others, and one
    with a chemical; two have no mention."""
    rows = []
    for number in range(9):
        right = number % 3 == 0
        gold = {"document_id": f"d{number}", "start": 0, "end": 9, "type": "Disease"}
        rows.append({**gold, "predicted": right})
        if not right:
            rows.append({**gold, "end": 4, "gold": False, "predicted": True})
    rows.append({"document_id": "d9", "type": "Chemical", "predicted": True})
    return decisions_of([{**row, "tested": ""} for row in rows])


def ends(rows):
    return {
        (row.match, row.type): (row.f1_low, row.f1_high, row.recall_low, row.recall_high)
        for row in rows
    }


def test_of_exact_matches_they_are_those_of_the_report(decisions):
    rows = with_intervals(score(decisions, ["exact"], per_type=True), decisions, DOCUMENTS)
    by_document = count_by_document(decisions, {"": DOCUMENTS}, models=["m"])
    table = {
        (row["type"], row["figure"]): (row["low"], row["high"])
        for row in intervals(by_document).to_pylist()
        if row["scope"] != "common"
    }
    found = ends(rows)
    assert found["exact", "all"] == table[None, "micro_f1"] + table[None, "recall"]
    assert found["exact", "Disease"] == table["Disease", "f1"] + table["Disease", "recall"]


def test_each_way_of_matching_has_its_own(decisions):
    ways = ["exact", "overlap", "overlap-any-type", "partial"]
    rows = with_intervals(score(decisions, ways), decisions, DOCUMENTS)
    found = ends(rows)
    # Whatever documents are drawn, all mentions of them overlap.
    assert found["overlap", "all"] == found["overlap-any-type", "all"] == (1, 1, 1, 1)
    assert found["exact", "all"][0] < 0.4 < found["exact", "all"][1] < 1
    assert found["partial", "all"] == (None,) * 4
    assert [row.f1 for row in rows] == [row.f1 for row in score(decisions, ways)]


def test_one_document_has_none(decisions_of):
    decisions = decisions_of([{"predicted": True}])
    (row,) = with_intervals(score(decisions, ["exact"]), decisions, ["d"])
    assert (row.f1, row.f1_low, row.f1_high) == (1, None, None)
