import shutil

import pytest
from mlflow import MlflowClient
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.registry.database import relocate
from sru_ner.registry.prune import delete_items, find_items
from sru_ner.registry.store import open_store

NAMES = {"experiment": "sru-ner", "model_name": "sru-ner"}


@pytest.fixture
def project(registered, tmp_path, monkeypatch):
    """A copy of a registered project, in which a training failed, and a version lost its files."""
    root = tmp_path / "project"
    shutil.copytree(registered[0], root)
    relocate(root / "mlflow.db")
    assert find_items(root, **NAMES, days=None) == []
    monkeypatch.chdir(root)
    client = MlflowClient(open_store(root))
    failed = client.create_run("1", run_name="cut", tags={"experiment": "cut"})
    client.set_terminated(failed.info.run_id, "KILLED")
    client.log_text(failed.info.run_id, "log", "log.txt")
    model = registered[1]["experiments"]["alone"]["model_id"]
    shutil.rmtree(root / "mlartifacts/models" / model)
    return root


def test_what_nobody_needs_is_listed_and_deleted_when_asked(project, registered):
    ids = {name: entry["run_id"] for name, entry in registered[1]["experiments"].items()}
    items = find_items(project, **NAMES, days=None)
    assert [(item.kind, item.title.partition(" ")[0], item.reason) for item in items] == [
        ("version", "sru-ner/1", "its files are gone"),
        ("run", "cut", "its training made no model"),
        ("run", "alone", "the files of its model are gone"),
        ("model", "small-alone", "its run or version is deleted"),
    ]
    listed = CliRunner().invoke(app, ["runs", "prune"])
    assert listed.exit_code == 0, listed.output
    assert "To delete: 1 version, 2 runs, 1 model; add --yes to delete them." in listed.output
    assert find_items(project, **NAMES, days=None) == items

    deleted = CliRunner().invoke(app, ["runs", "prune", "--yes"])
    assert "Deleted: 1 version, 2 runs, 1 model." in deleted.output
    assert find_items(project, **NAMES, days=None) == []
    client = MlflowClient()
    [left] = client.search_model_versions("name = 'sru-ner'")
    assert str(left.version) == "2"
    left = {run.info.run_id for run in client.search_runs(["1"])}
    assert left == {registered[1]["parent_run_id"], ids["together"]}
    assert list((project / "mlartifacts").rglob("log.txt")) == []


def test_what_has_an_alias_stays_at_any_age(project, registered):
    items = find_items(project, **NAMES, days=-1)
    delete_items(project, items, "sru-ner")
    client = MlflowClient()
    candidate = client.get_model_version_by_alias("sru-ner", "candidate")
    assert candidate.tags["experiment"] == "together"
    together = registered[1]["experiments"]["together"]["run_id"]
    left = {run.info.run_id for run in client.search_runs(["1"])}
    assert left == {registered[1]["parent_run_id"], together}


def test_in_an_empty_store_there_is_nothing(tmp_path):
    MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").search_experiments()
    assert find_items(tmp_path, **NAMES, days=0) == []
