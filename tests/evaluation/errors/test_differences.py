import pyarrow.compute as pc
import pytest

from sru_ner.evaluation.contamination import Contaminations
from sru_ner.evaluation.errors.classes import classify
from sru_ner.evaluation.errors.differences import CHANGED_SCHEMA, find_differences
from sru_ner.leakage.pairs import Contamination


@pytest.fixture
def decisions(decisions_of):
    wrong = {"start": 7, "end": 9, "gold": False, "predicted": True}
    gold = {"gold": True, "type": "Disease"}
    return decisions_of(
        [
            {"model": "a", "document_id": "1", **gold, "predicted": True},
            {"model": "a", "document_id": "2", **gold},
            {"model": "a", "document_id": "2", **wrong},
            {"model": "b", "document_id": "1", **gold},
            {"model": "b", "document_id": "2", **gold, "predicted": True},
            {"model": "c", "document_id": "1", **gold, "predicted": True},
            {"model": "c", "document_id": "2", **gold},
        ]
    )  # fmt: skip


def counted(table, a, b):
    rows = table.filter((pc.field("model_a") == a) & (pc.field("model_b") == b)).to_pylist()
    return {
        row["gold"]: (row["gained"], row["lost"], row["both_right"], row["both_wrong"])
        for row in rows
    }


def test_every_pair_is_counted_from_b_to_a(decisions):
    found = find_differences(decisions, classify(decisions), models=["a", "b", "c"]).counts
    assert counted(found, "a", "b") == {True: (1, 1, 0, 0), False: (0, 1, 0, 0)}
    assert counted(found, "a", "c") == {True: (0, 0, 1, 1), False: (0, 1, 0, 0)}
    assert counted(found, "b", "c") == {True: (1, 1, 0, 0)}


def test_documents_left_out_for_one_are_left_out_for_both(decisions):
    left_out = Contamination(2, frozenset({"2"}), 1)
    leaks = Contaminations("drop_test", {("b", "t"): left_out})
    kept = decisions.filter(~((pc.field("model") == "b") & (pc.field("document_id") == "2")))
    found = find_differences(kept, classify(kept), models=["a", "b"], leaks=leaks).counts
    assert counted(found, "a", "b") == {True: (1, 0, 0, 0)}


def test_one_model_differs_from_nothing(decisions):
    found = find_differences(decisions, classify(decisions), models=["a"])
    assert (found.counts.num_rows, found.changed.num_rows) == (0, 0)


def test_mentions_that_changed_are_listed(decisions):
    found = find_differences(decisions, classify(decisions), models=["a", "b", "c"]).changed
    assert found.schema.equals(CHANGED_SCHEMA)
    names = ("model_a", "model_b", "document_id", "start", "gold", "change", "error_before")
    rows = [tuple(row[name] for name in names) for row in found.to_pylist()]
    assert rows == [
        ("a", "b", "1", 0, True, "gained", "missed"),
        ("a", "b", "2", 0, True, "lost", None),
        ("a", "b", "2", 7, False, "lost", None),
        ("a", "c", "2", 7, False, "lost", None),
        ("b", "c", "1", 0, True, "lost", None),
        ("b", "c", "2", 0, True, "gained", "missed"),
    ]
