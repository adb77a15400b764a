from types import SimpleNamespace

import pytest

from sru_ner.errors import InputError
from sru_ner.evaluation.contamination import find_contamination
from sru_ner.evaluation.decisions import write_decisions
from sru_ner.evaluation.matrix import build_matrix, fold_decisions
from sru_ner.evaluation.scoring import Counts, count


@pytest.fixture
def folder(tmp_path, decisions_of):
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
        {"tested": "left over", "type": "Chemical", "predicted": True},
    ]
    for model, rows in {"narrow": narrow, "wide": wide}.items():
        table = decisions_of([{**row, "model": model} for row in rows])
        write_decisions(tmp_path / f"{model}.parquet", table, tested=["dis", "chem", "left over"])
    return tmp_path


def test_fold_covers_the_named_models_and_corpora_only(folder):
    counts = fold_decisions(folder, ["wide", "narrow"], ["dis", "chem"], "test")
    assert [(row["model"], row["tested"]) for row in counts.to_pylist()] == [
        ("narrow", "chem"),
        ("narrow", "dis"),
        ("wide", "chem"),
        ("wide", "dis"),
    ]
    with pytest.raises(InputError, match="sru-ner evaluate absent"):
        fold_decisions(folder, ["absent"], ["dis"], "test")


def test_documents_that_a_model_learned_can_be_left_out_for_it_alone(folder, leakage_of):
    params = SimpleNamespace(
        experiments={
            "wide": SimpleNamespace(sources=["dis", "chem"]),
            "narrow": SimpleNamespace(sources=["dis"]),
        },
        evaluate=SimpleNamespace(split="test", tested=["dis", "chem"], leakage="drop_test"),
    )
    leakage = leakage_of([("chem", "train", "1", "dis", "d")], ["dis", "chem"])
    leaks = find_contamination(leakage, params)
    counts = fold_decisions(folder, ["wide", "narrow"], ["dis", "chem"], "test", leaks)
    assert [(row["model"], row["tested"]) for row in counts.to_pylist()] == [
        ("narrow", "chem"),
        ("narrow", "dis"),
        ("wide", "chem"),
    ]


def test_cells(folder):
    counts = fold_decisions(folder, ["wide", "narrow"], ["dis", "chem"], "test")
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
    assert matrix.best("dis", "inventory") == 1.0
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
