from dataclasses import replace

import pyarrow as pa
import pytest

from sru_ner.evaluation_report.clear_best import clear_best


def significance(findings, p):
    rows = [
        {**row, "p_adjusted": p}
        for row in findings.significance.to_pylist()
        if (row["tested"], row["scope"]) == ("dis", "inventory")
    ]
    return pa.Table.from_pylist(rows, schema=findings.significance.schema)


@pytest.mark.parametrize(("p", "best"), [(0.05, "wide"), (0.051, None)])
def test_a_model_is_the_best_if_no_difference_may_be_chance(findings, p, best):
    table = significance(findings, p)
    assert clear_best(findings.matrix, table, "dis", "inventory") == best
    assert clear_best(findings.matrix, table, "dis", "shared") is None, "not tested"


def test_the_only_model_with_a_figure_is_no_best_one(findings):
    assert findings.matrix["narrow", "chem"].shown_f1("inventory") is None
    assert clear_best(findings.matrix, findings.significance, "chem", "inventory") is None


def test_all_others_have_to_be_worse(findings):
    matrix = findings.matrix
    third = {(("third" if m == "narrow" else m), t): c for (m, t), c in matrix.cells.items()}
    matrix = replace(matrix, models=(*matrix.models, "third"), cells={**third, **matrix.cells})
    table = significance(findings, 0.001)
    assert clear_best(matrix, table, "dis", "inventory") is None
