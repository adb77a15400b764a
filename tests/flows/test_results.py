import json

import pytest

from flows import results
from flows.results import corpora_rows, judgement_rows, matrix_rows, training_rows
from sru_ner.model.run_record import write_run
from sru_ner.settings.params import Params


@pytest.fixture
def params() -> Params:
    return Params.model_validate(
        {
            "suite": "small",
            "corpora": ["chemicals"],
            "train": {},
            "experiments": {"alone": {"sources": ["chemicals"]}},
            "evaluate": {"tested": ["chemicals"]},
            "assess": {"experiment": "alone"},
            "register": {"candidate": "alone"},
        }
    )


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """Writes a report below the root that the flows see."""
    monkeypatch.setattr(results, "ROOT", tmp_path)

    def write(path: str, value) -> None:
        target = tmp_path / "reports" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(value))

    return write


def test_training(reports, params):
    reports(
        "small/training/alone/metrics.json", {"best_epoch": 3, "epochs": 4, "dev_micro_f1": 81.25}
    )
    row = {"experiment": "alone", "best epoch": 3, "epochs": 4, "dev micro F1": "81.2"}
    assert training_rows(params) == [{**row, "seconds": "–"}]
    model = results.ROOT / "models/small/alone"
    model.mkdir(parents=True)
    (model / "model.safetensors.sha256").write_text("abc  model.safetensors\n")
    write_run(model, {"figures": {"seconds": 61.6}})
    assert training_rows(params) == [{**row, "seconds": "62"}]


def test_judgements(reports, params):
    share = {"value": 0.754, "low": 0.7, "high": 0.8}
    row = {"model": "alone", "part": "type", "name": "Gene", "judged": 4}
    precision = [{**row, "strict": share, "lenient": {**share, "value": 1.0}}]
    reports("small/judgements/metrics.json", {"precision": precision})
    assert judgement_rows(params) == [
        {"model": "alone", "predictions": "type Gene", "judged": 4, "strict": "75.4",
         "lenient": "100.0"}
    ]  # fmt: skip


def test_matrix_shows_the_chosen_scope_and_a_dash_where_nothing_compares(reports, params):
    scopes = {"inventory": {"micro": {"f1": 0.5}}, "common": {"micro": {"f1": 0.754}}}
    cells = [
        {"model": "alone", "tested": "chemicals", "comparable": True, "mark": "† 3", **scopes},
        {"model": "alone", "tested": "diseases", "comparable": False, "mark": "", **scopes},
    ]
    matrix = {"shown": "common", "models": ["alone"], "cells": cells}
    reports("small/evaluation/matrix.json", matrix)
    assert matrix_rows(params) == [
        {"trained \\ tested": "alone", "chemicals": "75.4 † 3", "diseases": "–"}
    ]


def test_corpora_without_a_split(reports, params):
    counts = {"kept": 7, "repaired": 1, "refused": 2}
    reports(
        "harmonize/chemicals.json", {"splits": {"test": {"mentions": counts}}, "mentions": counts}
    )
    assert corpora_rows(params) == [
        {"source": "chemicals", "train": 0, "dev": 0, "test": 7, "repaired": 1, "refused": 2}
    ]
