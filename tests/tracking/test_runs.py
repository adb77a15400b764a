import json

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from sru_ner.errors import SruNerError
from sru_ner.registry.store import tracking_uri
from sru_ner.settings.params import load_params
from sru_ner.tracking import experiment_run
from sru_ner.tracking.live_messages import Beginning
from sru_ner.tracking.live_store import LiveStore
from sru_ner.tracking.runs import log_suite
from tests.registered_project import COMMIT, SUITE_PARAMS


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
    assert run.data.tags["dvc.data/harmonized/spans/chemicals"] == f"{'1' * 32}.dir"
    # Of the training, not of the registration.
    assert (run.data.tags["git_commit"], run.data.tags["git_dirty"]) == (COMMIT, "false")
    assert run.data.tags["mlflow.source.git.commit"] == COMMIT


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


def test_store_is_inside_the_project_and_holds_no_pickle(logged):
    root, registration, files = logged
    assert registration["tracking_uri"] == f"sqlite:///{root}/mlflow.db"
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


@pytest.fixture
def live(project):
    """The run that the training of `alone` logged, and when it ended."""
    params = load_params(project / SUITE_PARAMS)
    settings = params.experiment("alone").model_dump(mode="json")
    training = LiveStore(Beginning(str(project), "sru-ner", "small", "alone", settings, {}))
    values = [("curve.train_loss", 0.9, 1, 10), ("step.loss", 1.5, 1, 3)]
    assert training.log(values) is None
    training.end({"status": "FINISHED", "model": str(project / "models/small/alone")})
    client = MlflowClient(tracking_uri(project), tracking_uri(project))
    [run] = client.search_runs([client.get_experiment_by_name("sru-ner").experiment_id])
    return run


@pytest.mark.fault(
    "the MLflow store fails while a suite is registered",
    before="100 lines of traceback, and everything a second time in the next call",
    now="one line with the remedy, and the next call completes what is there",
)
def test_what_a_training_and_an_interrupted_call_logged_is_completed(project, live, monkeypatch):
    text = (project / SUITE_PARAMS).read_text().replace("models: [alone, together]", "models: []")
    (project / SUITE_PARAMS).write_text(text)
    params = load_params(project / SUITE_PARAMS)

    def away(*arguments, **options):
        raise MlflowException("the server is away")

    with monkeypatch.context() as patch:
        patch.setattr(experiment_run, "add_version", away)
        with pytest.raises(SruNerError, match=r"mlflow\.db failed: the server is away") as caught:
            log_suite(params, project)
        assert "run this again" in caught.value.remedy
    said: list[str] = []
    found = log_suite(params, project, said.append)
    assert said == ["logging alone (1 of 2)", "logging together (2 of 2)"]
    client = MlflowClient(tracking_uri(project), tracking_uri(project))
    # Nothing twice: a parent, and a run and perhaps a model for each experiment.
    assert len(client.search_runs([live.info.experiment_id])) == 3
    assert len(client.search_logged_models([live.info.experiment_id])) == 1
    assert len(client.search_model_versions("name = 'sru-ner'")) == 1
    alone = found["experiments"]["alone"]
    assert (alone["run_id"], alone["version"]) == (live.info.run_id, None)
    completed = client.get_run(live.info.run_id)
    assert completed.data.tags["mlflow.parentRunId"] == found["parent_run_id"]
    assert completed.info.end_time == live.info.end_time
    assert completed.data.metrics["chemicals.micro_f1"] == 0.75
    history = client.get_metric_history(live.info.run_id, "curve.train_loss")
    assert [(metric.step, metric.value) for metric in history] == [(10, 0.9), (20, 0.4)]

    # A baseline that is chosen later becomes a version of the same run.
    (project / SUITE_PARAMS).write_text(text.replace("models: []", "models: [alone]"))
    later = log_suite(load_params(project / SUITE_PARAMS), project)
    assert later["parent_run_id"] == found["parent_run_id"]
    assert later["experiments"]["alone"]["run_id"] == live.info.run_id
    assert later["experiments"]["alone"]["version_uri"] == "models:/sru-ner/2"
    assert len(client.search_runs([live.info.experiment_id])) == 3


def test_readers_are_told_what_they_see(registered, client):
    experiment = client.get_experiment_by_name("sru-ner")
    assert experiment.tags["mlflow.experimentKind"] == "custom_model_development"
    assert "Suites of SRU-NER" in experiment.tags["mlflow.note.content"]
    parent = client.get_run(registered[1]["parent_run_id"])
    assert "| together | 37.5 |" in parent.data.tags["mlflow.note.content"]
    assert parent.data.metrics == {"micro_f1.alone": 0.75, "micro_f1.together": 0.375}
    assert "candidate" in client.get_registered_model("sru-ner").description
    version = client.get_model_version_by_alias("sru-ner", "candidate")
    assert "| diseases | 25.0 |" in version.description
