"""`register` is killed between the steps in which MLflow writes, and run again."""

import os
import signal
import sys
from itertools import count
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelStatus, ViewType
from sqlalchemy import event
from sqlalchemy.engine import Engine

from sru_ner.registry.versions import CANDIDATE
from sru_ner.settings.params import Params
from sru_ner.tracking.runs import log_suite


def run_in_child(params: Params, project: Path, killed_at: int = 0) -> int:
    """Log a suite in a process that is killed after its `killed_at`-th write to the store."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    writes = count(1)

    def written(connection: object) -> None:
        if next(writes) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", written)
    try:
        log_suite(params, project)
    finally:  # the rest of the tests is the parent's
        os._exit(int(sys.exc_info()[0] is not None))


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.fault(
    "register is killed with SIGKILL between the steps in which MLflow writes",
    before="with half of its tables, the store could not be used again; runs were there twice",
    now="run again, it completes them: no run and no version is there twice",
)
def test_a_killed_register_completes_without_doubles(project: Path, params: Params) -> None:
    assert run_in_child(params, project, killed_at=3) == signal.SIGKILL  # among its tables
    kills = 0
    while (status := run_in_child(params, project, killed_at=45 * (kills + 1))) != 0:
        assert status == signal.SIGKILL
        kills += 1
    assert kills
    registration = log_suite(params, project)
    client, place = MlflowClient(), [registration["mlflow_experiment_id"]]
    runs = client.search_runs(place, run_view_type=ViewType.ALL)
    ended = [("alone", "FINISHED"), ("small", "FINISHED"), ("together", "FINISHED")]
    assert sorted((run.info.run_name, run.info.status) for run in runs) == ended
    models = mlflow.search_logged_models(place, output_format="list")
    assert sorted(model.name for model in models if model.status == LoggedModelStatus.READY) == [
        "small-alone",
        "small-together",
    ]
    name = registration["model_name"]
    versions = client.search_model_versions(f"name = '{name}'")
    assert sorted(version.tags["experiment"] for version in versions) == ["alone", "together"]
    candidate = client.get_model_version_by_alias(name, CANDIDATE)
    assert candidate.tags["experiment"] == "together"
