"""A project as the stages leave it: two models, their reports and the manifests."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from sru_ner.settings.params import Params, load_params
from sru_ner.settings.sections import ExperimentSettings
from tests.suite_files import write_suite

PARAMS = """
suite: small
corpora: [chemicals, diseases]
train: {epochs: 2, encoder: tiny}
experiments:
  alone: {sources: [chemicals]}
  together: {sources: [chemicals, diseases], seed: 7}
evaluate: {tested: [chemicals, diseases]}
assess: {experiment: together}
register: {candidate: together, models: [alone, together]}
"""

SUITE_PARAMS = "suites/small/params.yaml"
COMMIT = "c0ffee" + "0" * 34
DIGEST = "d1" * 32

CURVES = "epoch,step,train_loss,dev_micro_f1\n1,10,0.9,\n2,20,0.4,61.5\n"


def write_json(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def cell(model: str, tested: str, f1: float | None) -> dict:
    """A cell of matrix.json; without an F1 the model knows no type of the tested source."""
    ratios = {"precision": f1, "recall": f1, "f1": f1}
    scope = {"micro": {"tp": 1, "fp": 1, "fn": 1, **ratios}, "macro": ratios}
    known = f1 is not None
    return {
        "model": model,
        "tested": tested,
        "comparable": known,
        "leakage": {"tested_documents": 9, "overlapping_documents": 2},
        "mark": "",
        "inventory": scope,
        "common": scope,
        "types": {tested.title(): {"known": known, "tp": 1, **ratios}},
    }


def training_facts(name: str, settings: ExperimentSettings) -> dict:
    """What a model's `training.json` says of its training."""
    return {
        "experiment": name,
        "settings": settings.model_dump(mode="json"),
        "data": {source: {"spans/train": DIGEST} for source in settings.sources},
        "environment": {"git_commit": COMMIT, "git_dirty": False},
    }


def make_project(root: Path, model: Path) -> Path:
    """Write what the stages of the suite `small` leave, each model a copy of one folder."""
    root.mkdir()
    write_suite(root, yaml.safe_load(PARAMS)).write_text(PARAMS)
    (root / ".dvc").mkdir()
    (root / ".dvc/config").touch()
    (root / "data").mkdir()
    shutil.copy(Path(__file__).parent / "fixtures/dvc.lock", root / "data")
    params = load_params(root / SUITE_PARAMS)
    learned = {"alone": ["chemicals"], "together": ["chemicals", "diseases"]}
    for name in learned:
        folder = root / "models/small" / name
        shutil.copytree(model, folder)
        write_json(folder / "training.json", training_facts(name, params.experiment(name)))
        report = root / "reports/small/training" / name
        write_json(report / "metrics.json", {"best_epoch": 2, "dev_micro_f1": 61.5, "skipped": {}})
        (report / "curves.csv").write_text(CURVES)
    for name, sources in {**learned, "tested": ["chemicals", "diseases"]}.items():
        described = {"sentences": 1, "sha256": {"spans": DIGEST}}
        split = {"test" if name == "tested" else "train": described}
        write_json(
            root / f"data/manifests/small/{name}.json",
            {"sources": {source: {"types": [], "splits": split} for source in sources}},
        )
    cells = [
        cell("alone", "chemicals", 0.75),
        cell("alone", "diseases", None),
        cell("together", "chemicals", 0.5),
        cell("together", "diseases", 0.25),
    ]
    matrix = {"shown": "inventory", "split": "test", "cells": cells}
    write_json(root / "reports/small/evaluation/matrix.json", matrix)
    (root / "reports/small/evaluation/intervals.csv").write_text(
        "model,tested,scope,type,figure,value,low,high\n"
        "alone,chemicals,inventory,,micro_f1,0.75,0.7,0.8\n"
        "alone,chemicals,common,,micro_f1,0.75,0.65,0.85\n"
        "alone,chemicals,inventory,,precision,0.75,0.7,0.8\n"
        "alone,chemicals,type,Chemicals,f1,0.75,0.7,0.8\n"
        "alone,diseases,inventory,,micro_f1,,,\n"
    )
    write_json(root / "reports/small/assessment/strata.json", {"strata": []})
    return root


TEXT = "Aspirin treats headache in mice. The unknown BRCA1 - aspirin treats it. 𝛼-headache!"


@pytest.fixture(scope="session")
def text() -> str:
    """What the models of these tests mark something in."""
    return TEXT


@pytest.fixture
def project(tmp_path, tiny_model) -> Path:
    """Root of a project of the test's own, with nothing registered."""
    return make_project(tmp_path / "project", tiny_model)


@pytest.fixture
def params(project) -> Params:
    return load_params(project / SUITE_PARAMS)


@pytest.fixture(scope="session", autouse=True)
def no_store_of_this_machine():
    """MLflow sees no other store than the tests', and forgets those after them."""
    import mlflow

    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield
    mlflow.set_tracking_uri(before[0])
    mlflow.set_registry_uri(before[1])


@pytest.fixture(scope="session")
def logged(tmp_path_factory, tiny_model, no_store_of_this_machine) -> tuple[Path, dict, list[Path]]:
    """A project that was logged once, its registration and the files that this stored.

    Loading a model from a local store adds bytecode to it, so the files are listed before.
    """
    from sru_ner.tracking.runs import log_suite

    root = make_project(tmp_path_factory.mktemp("registered") / "project", tiny_model)
    registration = log_suite(load_params(root / SUITE_PARAMS), root)
    return root, registration, [p for p in (root / "mlartifacts").rglob("*") if p.is_file()]


@pytest.fixture(scope="session")
def registered(logged) -> tuple[Path, dict]:
    """A project that was logged once, and its registration. Tests only look at it."""
    return logged[:2]
