from types import SimpleNamespace

import pytest

from sru_ner.decisions.table import write_decisions
from sru_ner.errors import InputError
from sru_ner.evaluation.contamination import find_contamination
from sru_ner.evaluation.scored import SCORED_COLUMNS, kept_decisions, scored_decisions


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


def cells(decisions):
    return sorted({(row["model"], row["tested"]) for row in decisions.to_pylist()})


def test_what_is_read_covers_the_named_models_and_corpora_only(folder):
    assert cells(scored_decisions(folder, ["wide", "narrow"], ["dis", "chem"], "test")) == [
        ("narrow", "chem"),
        ("narrow", "dis"),
        ("wide", "chem"),
        ("wide", "dis"),
    ]
    with pytest.raises(InputError, match="sru-ner evaluate absent"):
        scored_decisions(folder, ["absent"], ["dis"], "test")


def test_types_outside_the_inventory_are_kept_but_not_scored(folder):
    kept = kept_decisions(folder, ["narrow"], ["chem"], "test", columns=SCORED_COLUMNS)
    assert kept["in_inventory"].to_pylist() == [True, False]
    scored = scored_decisions(folder, ["narrow"], ["chem"], "test")
    assert scored.to_pylist() == [row for row in kept.to_pylist() if row["in_inventory"]]


def test_documents_that_a_model_learned_can_be_left_out_for_it_alone(folder, leakage_of):
    params = SimpleNamespace(
        experiments={
            "wide": SimpleNamespace(sources=["dis", "chem"]),
            "narrow": SimpleNamespace(sources=["dis"]),
        },
        evaluate=SimpleNamespace(
            split="test", tested=["dis", "chem"], leakage="drop_test", predictions={}
        ),
    )
    leakage = leakage_of([("chem", "train", "1", "dis", "d")], ["dis", "chem"])
    leaks = find_contamination(leakage, params)
    assert cells(scored_decisions(folder, ["wide", "narrow"], ["dis", "chem"], "test", leaks)) == [
        ("narrow", "chem"),
        ("narrow", "dis"),
        ("wide", "chem"),
    ]
