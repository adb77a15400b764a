import csv
import io
import json

import pytest

from sru_ner.decisions.counts import count
from sru_ner.evaluation.matrix import build_matrix
from sru_ner.evaluation_report import matrix_exports


@pytest.fixture
def matrix(decisions_of):
    rows = [
        {"model": "wide", "tested": "dis", "predicted": True},
        {"model": "wide", "tested": "dis", "start": 5, "end": 6, "fits_words": False},
        {"model": "wide", "tested": "dis", "type": "Species", "known": False},
        {"model": "narrow", "tested": "dis", "known": False},
        {"model": "narrow", "tested": "dis", "known": False, "start": 5, "end": 6},
        {"model": "narrow", "tested": "dis", "type": "Species", "known": False},
    ]
    return build_matrix(
        count(decisions_of(rows)),
        suite="demo",
        split="test",
        shown="inventory",
        models=["wide", "narrow"],
        tested=["dis", "empty"],
    )


def test_json_has_counts_and_null_for_undefined_ratios(matrix):
    found = matrix_exports.as_json(matrix)
    assert [(c["model"], c["tested"]) for c in found["cells"]] == [
        ("wide", "dis"),
        ("wide", "empty"),
        ("narrow", "dis"),
        ("narrow", "empty"),
    ]
    wide, empty, narrow, _ = found["cells"]
    assert wide["inventory"]["micro"] == {
        "tp": 1,
        "fp": 0,
        "fn": 2,
        "support": 3,
        "inexpressible": 1,
        "precision": 1.0,
        "recall": 0.333333,
        "f1": 0.5,
    }
    assert wide["common"]["micro"]["f1"] == 0.666667
    assert wide["common"]["types"] == ["Disease"]
    assert wide["inventory"]["macro"] == {"precision": 0.5, "recall": 0.25, "f1": 0.333333}
    assert wide["types"]["Species"]["known"] is False
    assert wide["types"]["Species"]["precision"] is None
    assert empty["inventory"]["micro"]["f1"] is None
    assert (wide["comparable"], narrow["comparable"]) == (True, False)
    assert narrow["inventory"]["micro"]["f1"] == 0.0
    json.dumps(found, allow_nan=False)


def test_csv_has_the_same_figures_as_json(matrix):
    rows = list(csv.DictReader(io.StringIO(matrix_exports.as_csv(matrix))))
    cells = {(c["model"], c["tested"]): c for c in matrix_exports.as_json(matrix)["cells"]}
    assert len(rows) == 4 * 4 + 4
    for row in rows:
        cell = cells[row["model"], row["tested"]]
        expected = (
            cell["types"][row["type"]]
            if row["figure"] == "type"
            else cell[row["scope"]][row["figure"]]
        )
        for name in ("tp", "fp", "fn", "support", "inexpressible", "precision", "recall", "f1"):
            value = expected.get(name)
            assert row[name] == ("" if value is None else str(value))


def test_metrics_leave_out_what_is_undefined(matrix):
    metrics = matrix_exports.as_metrics(matrix)
    assert metrics["wide"]["dis"] == {
        "micro_f1": 0.5,
        "macro_f1": 0.333333,
        "common_micro_f1": 0.666667,
        "common_macro_f1": 0.666667,
    }
    assert metrics["narrow"]["dis"] == {"micro_f1": 0.0, "macro_f1": 0.0}
    assert metrics["wide"]["empty"] == {}
