import json

import pytest
from mlflow import MlflowClient

from sru_ner.registry.store import tracking_uri
from sru_ner.settings.params import load_params
from sru_ner.tracking.runs import log_suite
from tests.registered_project import SUITE_PARAMS


@pytest.fixture
def client(registered) -> MlflowClient:
    return MlflowClient(tracking_uri(registered[0]), tracking_uri(registered[0]))


@pytest.fixture
def together(registered, client):
    """The registration and the run of the experiment `together`."""
    entry = registered[1]["experiments"]["together"]
    return entry, client.get_run(entry["run_id"])


def test_one_parent_and_a_child_per_experiment(registered, client):
    parent = client.get_run(registered[1]["parent_run_id"])
    children = [client.get_run(e["run_id"]) for e in registered[1]["experiments"].values()]
    assert [child.info.run_name for child in children] == ["alone", "together"]
    assert {child.data.tags["mlflow.parentRunId"] for child in children} == {parent.info.run_id}
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}
    assert parent.data.tags["suite"] == "small"


def test_settings_revision_and_data_are_logged(together):
    _, run = together
    assert run.data.params["seed"] == "7"
    assert run.data.params["sources"] == "['chemicals', 'diseases']"
    assert run.data.tags["dvc.data/harmonized/spans/source=chemicals"] == f"{'1' * 32}.dir"
    assert {"git_commit", "git_dirty"} <= set(run.data.tags)


def test_data_sets_are_inputs(together):
    _, run = together
    found = {
        (i.dataset.name, next(tag.value for tag in i.tags if tag.key == "mlflow.data.context"))
        for i in run.inputs.dataset_inputs
    }
    assert found == {
        ("chemicals.train", "training"),
        ("diseases.train", "training"),
        ("chemicals.test", "evaluation"),
        ("diseases.test", "evaluation"),
    }
    sources = [json.loads(i.dataset.source) for i in run.inputs.dataset_inputs]
    assert all("data/harmonized" in source["uri"] for source in sources)


def test_curves_have_steps(together, client):
    _, run = together
    history = client.get_metric_history(run.info.run_id, "curve.train_loss")
    assert [(metric.step, metric.value) for metric in history] == [(10, 0.9), (20, 0.4)]


def test_cells_belong_to_the_model_and_the_data_set(together, client):
    entry, run = together
    metrics = {m.key: m for m in client.get_logged_model(entry["model_id"]).metrics}
    metric = metrics["diseases.micro_f1"]
    assert (metric.value, metric.dataset_name) == (0.25, "diseases.test")
    inputs = {i.dataset.name: i.dataset.digest for i in run.inputs.dataset_inputs}
    assert metric.dataset_digest == inputs["diseases.test"]
    assert metrics["chemicals.micro_f1"].dataset_name == "chemicals.test"
    assert metrics["dev_micro_f1"].value == 61.5


def test_reports_are_artifacts(registered, together, client):
    _, run = together
    assert [f.path for f in client.list_artifacts(run.info.run_id, "training")] == [
        "training/curves.csv",
        "training/metrics.json",
    ]
    parent = registered[1]["parent_run_id"]
    assert {f.path for f in client.list_artifacts(parent)} == {
        "assessment",
        "evaluation",
        "registration.json",
    }


def test_candidate_is_a_version_with_its_scores(registered, client):
    version = client.get_model_version_by_alias("sru-ner", "candidate")
    assert str(version.version) == registered[1]["experiments"]["together"]["version"]
    assert version.tags["suite"] == "small"
    assert version.tags["experiment"] == "together"
    assert version.tags["micro_f1"] == "0.3750"
    assert version.tags["micro_f1.diseases"] == "0.2500"


def test_store_is_inside_the_project_and_holds_no_pickle(registered):
    root, registration = registered
    assert registration["tracking_uri"] == f"sqlite:///{root}/mlflow.db"
    files = [path for path in (root / "mlartifacts").rglob("*") if path.is_file()]
    assert any(path.name == "model.safetensors" for path in files)
    pickles = {".pkl", ".pickle", ".pt", ".bin", ".joblib", ".pyc"}
    assert [path for path in files if path.suffix in pickles] == []


def test_logging_the_same_state_again_adds_nothing(registered, client):
    root, registration = registered
    assert log_suite(load_params(root / SUITE_PARAMS), root) == registration
    assert len(client.search_model_versions("name = 'sru-ner'")) == 2
    experiment = client.get_experiment_by_name("sru-ner")
    assert len(client.search_runs([experiment.experiment_id])) == 3


def test_known_models_keep_their_versions_in_a_new_run(project):
    first = log_suite(load_params(project / SUITE_PARAMS), project)
    (project / "reports/small/evaluation/note.txt").write_text("another report")
    other = (project / SUITE_PARAMS).read_text().replace("candidate: together", "candidate: alone")
    (project / SUITE_PARAMS).write_text(other)
    second = log_suite(load_params(project / SUITE_PARAMS), project)
    assert second["parent_run_id"] != first["parent_run_id"]
    kept = ("version", "model_id", "model_digest")
    for name in ("alone", "together"):
        before, after = first["experiments"][name], second["experiments"][name]
        assert [after[key] for key in kept] == [before[key] for key in kept]
    client = MlflowClient(tracking_uri(project), tracking_uri(project))
    assert client.get_model_version_by_alias("sru-ner", "candidate").tags["experiment"] == "alone"
