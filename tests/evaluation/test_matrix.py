import pytest

from sru_ner.decisions.counts import Counts, count
from sru_ner.evaluation.matrix import build_matrix


def test_cells(decisions_of):
    """Two models on two corpora: `narrow` knows Disease, `wide` both types."""
    narrow = [
        {"tested": "dis", "predicted": True},
        {"tested": "chem", "type": "Chemical", "known": False},
        {"tested": "chem", "gold": False, "predicted": True, "in_inventory": False},
    ]
    wide = [
        {"tested": "dis", "predicted": True},
        {"tested": "dis", "predicted": True, "gold": False, "start": 9, "end": 10},
        {"tested": "chem", "type": "Chemical", "predicted": True},
    ]
    rows = [{**row, "model": "narrow"} for row in narrow]
    counts = count(decisions_of(rows + [{**row, "model": "wide"} for row in wide]))
    matrix = build_matrix(
        counts,
        suite="s",
        split="test",
        shown="common",
        models=["wide", "narrow"],
        tested=["dis", "chem"],
    )
    assert matrix["wide", "dis"].micro("inventory") == Counts(tp=1, fp=1)
    assert matrix["wide", "dis"].shown_f1("common") == pytest.approx(2 / 3)
    assert matrix.types("chem") == ["Chemical"]
    nothing_in_common = matrix["narrow", "chem"]
    assert not nothing_in_common.comparable
    assert nothing_in_common.micro("inventory") == Counts(fn=1)
    assert nothing_in_common.micro("common") == Counts()
    assert nothing_in_common.shown_f1("inventory") is None
    assert matrix["narrow", "absent"].types == ()


def test_scopes_differ_by_the_types_the_model_lacks(decisions_of):
    counts = count(
        decisions_of(
            [
                {"type": "Disease", "predicted": True},
                {"type": "Disease", "start": 5, "end": 6},
                {"type": "Species", "known": False},
                {"type": "Gene", "predicted": True},
            ]
        )
    )
    matrix = build_matrix(
        counts, suite="s", split="test", shown="inventory", models=["m"], tested=["t"]
    )
    cell = matrix["m", "t"]
    assert cell.micro("inventory") == Counts(tp=2, fn=2)
    assert cell.micro("common") == Counts(tp=2, fn=1)
    assert cell.macro("inventory").f1 == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert cell.macro("common").f1 == pytest.approx((2 / 3 + 1) / 2)
